import Actions
import Match
import OpenFlow

/// `packet-out SWITCH 'in_port=PORT packet=FRAME actions=ACTIONS'`, or in four and more words
/// `packet-out SWITCH PORT ACTIONS FRAME...`: sends frames through actions.
enum SendPacket: OfctlCommand {
  static let name = "packet-out"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let ports = try client.portNames(call)
    if call.arguments.count == 2 {
      return try call.carryOut(try PacketOutText.parse(call[1], ports: ports), &client)
    }
    guard call.arguments.count >= 4 else {
      throw OfctlError(
        "packet-out: SWITCH PORT ACTIONS FRAME..., or SWITCH 'in_port=... packet=... actions=...'")
    }
    let port = try PortArgument.parse(call[1], ports)
    let actions = try PacketOutText.actions(call[2], ports)
    for text in call.arguments.dropFirst(3) {
      let frame = try PacketOutText.frame(text)
      try call.carryOut(PacketOut(inPort: port, actions: actions, frame: frame), &client)
    }
  }
}
