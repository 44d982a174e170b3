import Match
import OpenFlow

/// `mod-port SWITCH PORT ACTION`: changes what OpenFlow lets a port do.
enum ModifyPort: OfctlCommand {
  static let name = "mod-port"
  static let changesSwitch = true

  /// A word, the setting that it is about, and whether the setting forbids something.
  private static let actions: [(word: String, setting: PortConfig, isSet: Bool)] = [
    ("up", .down, false), ("down", .down, true),
    ("stp", .noSTP, false), ("no-stp", .noSTP, true),
    ("receive", .noReceive, false), ("no-receive", .noReceive, true),
    ("receive-stp", .noReceiveSTP, false), ("no-receive-stp", .noReceiveSTP, true),
    ("flood", .noFlood, false), ("no-flood", .noFlood, true),
    ("forward", .noForward, false), ("no-forward", .noForward, true),
    ("packet-in", .noPacketIn, false), ("no-packet-in", .noPacketIn, true),
  ]

  static func run(_ call: OfctlCall) throws(OfctlError) {
    guard let action = actions.first(where: { $0.word == call[2].lowercased() }) else {
      throw OfctlError(unknown("action", call[2], among: actions.map(\.word)))
    }
    var client = try OpenFlowClient(to: call[0], options: call.options)
    let ports = try client.portDescriptions()
    let port = try port(call[1], among: ports, call)
    let config: PortConfig = action.isSet ? action.setting : []
    guard port.config.intersection(action.setting) != config else { return }
    let mod = PortMod(
      port: port.number, hardwareAddress: port.hardwareAddress, config: config, mask: action.setting)
    try call.carryOut(mod, &client)
  }

  private static func port(
    _ text: String, among ports: [PortDescription], _ call: OfctlCall
  ) throws(OfctlError) -> PortDescription {
    let lookup = call.options.takesNames ? PortNames(ports).lookup : { _ in nil }
    let number: PortNumber
    do throws(FlowSyntaxError) {
      number = try PortNumber.parse(text[...], at: 0, of: "port", ports: lookup)
    } catch {
      throw OfctlError(unknown("port", text, among: ports.map(\.name)))
    }
    guard let port = ports.first(where: { $0.number == number }) else {
      throw OfctlError("\(call[0]): it has no port \(text)")
    }
    return port
  }
}
