import Match
import Pipeline

enum ModifyPort: Command {
  static let name = "mod-port"

  private static let actions: [(name: String, flag: PortFlags, isSet: Bool)] = [
    ("up", .down, false), ("down", .down, true),
    ("flood", .noFlood, false), ("no-flood", .noFlood, true),
    ("receive", .noReceive, false), ("no-receive", .noReceive, true),
    ("forward", .noForward, false), ("no-forward", .noForward, true),
    ("packet-in", .noPacketIn, false), ("no-packet-in", .noPacketIn, true),
  ]

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let action = actions.first(where: { $0.name == arguments[2] }) else {
      throw .unknown("action", arguments[2], in: name, among: actions.map(\.name))
    }
    let bridge = try transaction.configuration.bridge(named: arguments[0])
    let port = try bridge.port(arguments[1])
    try transaction.configuration.updatePort(named: port.name) { port in
      if action.isSet { port.flags.insert(action.flag) } else { port.flags.remove(action.flag) }
    }
    return .none
  }
}

extension BridgeConfiguration {
  /// The port of that name, of that number, or `LOCAL`.
  func port(_ text: String) throws(CommandError) -> PortConfiguration {
    let number: PortNumber? =
      text.uppercased() == "LOCAL" ? .local : UInt16(text).map(PortNumber.init(rawValue:))
    let port =
      ports.first { $0.name == text } ?? ports.first { number != nil && $0.interface.number == number }
    guard let port else {
      throw CommandError(
        "bridge \(name): " + CommandError.missing("port", text, among: ports.map(\.name)).message)
    }
    return port
  }
}
