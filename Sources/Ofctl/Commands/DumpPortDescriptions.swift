import Match
import OpenFlow

/// `dump-ports-desc SWITCH [PORT]`: number, name, address and state of each port.
enum DumpPortDescriptions: OfctlCommand {
  static let name = "dump-ports-desc"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let ports = call.optional(1) == nil ? PortNames() : try client.portNames(call)
    let port = try PortArgument.parse(call.optional(1), ports)
    // Only 1.5 can ask for one port; other versions' switches show all.
    call.show(try client.ask(OpenFlowRequest.portDescription(port).payload), PortNames())
  }
}
