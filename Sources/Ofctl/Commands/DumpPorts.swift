import Match
import OpenFlow

/// `dump-ports SWITCH [PORT]`: frames, bytes, drops and errors of each port.
enum DumpPorts: OfctlCommand {
  static let name = "dump-ports"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let ports = try client.portNames(call)
    let port = try PortArgument.parse(call.optional(1), ports)
    call.show(try client.ask(OpenFlowRequest.portStatistics(port).payload), ports)
  }
}

/// A port as an argument.
enum PortArgument {
  /// `.none` when there is none; it stands for all.
  static func parse(_ text: String?, _ ports: PortNames) throws(OfctlError) -> PortNumber {
    guard let text else { return .none }
    do throws(FlowSyntaxError) {
      return try PortNumber.parse(text[...], at: 0, of: "port", ports: ports.lookup)
    } catch {
      throw OfctlError("\(error)")
    }
  }
}
