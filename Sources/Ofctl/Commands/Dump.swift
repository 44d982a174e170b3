import Match
import OpenFlow

/// Commands that ask one thing and print the answer.
enum Dump {
  /// Asks the switch that the first argument names.
  static func run(
    _ call: OfctlCall, from first: OpenFlowVersion = .v10, for why: String = "", namesPorts: Bool = false,
    _ request: any MessagePayload
  ) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options, needing: first..., for: why)
    let ports = namesPorts ? try client.portNames(call) : PortNames()
    call.show(try client.ask(request), ports)
  }
}
