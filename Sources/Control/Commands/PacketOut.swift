import Actions
import ControlProtocol
import Datapath
import Match
import Pipeline

/// Both forms of ovs-ofctl: three words, or one with keys.
enum PacketOut: Command {
  static let name = "packet-out"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.configuration.bridge(named: arguments[0])
    let (port, actions, packet): (String, String, String)
    switch arguments.count {
    case 2: (port, actions, packet) = try fields(of: arguments[1])
    case 4: (port, actions, packet) = (arguments[1], arguments[2], arguments[3])
    default: throw CommandError("packet-out: IN_PORT, ACTIONS and FRAME are needed, or all in one argument")
    }
    let inPort = try number(of: port, on: bridge)
    let bytes = try frame(packet)
    let list = try parse(actions) { name in bridge.ports.first { $0.name == name }?.interface.number }
    let match = FlowMatch(ofFrame: bytes)
    do throws(ActionError) {
      try ActionList.validate(list, for: match, table: 255)
    } catch {
      throw CommandError("packet-out: \(error)")
    }
    if let effect = UnsupportedEffects.first(in: match, list) { throw CommandError("packet-out: \(effect)") }
    if let missing = transaction.running?.bridge(named: bridge.name)?.missingTarget(of: list) {
      throw CommandError("packet-out: \(missing)")
    }
    let sent = StateDifference(
      "packet-out \(bridge.name)", before: nil,
      after: "a frame of \(bytes.count) bytes from port \(inPort) through actions=\(ActionList.format(list))")
    transaction.afterwards([sent]) { running in
      running.bridge(named: bridge.name)?.send(bytes, inPort: inPort, actions: list)
    }
    return .none
  }

  private static func parse(
    _ actions: String, ports: @escaping PortLookup
  ) throws(CommandError) -> [Action] {
    do throws(FlowSyntaxError) {
      return try ActionList.parse(actions[...], at: 0, ports: ports)
    } catch {
      throw CommandError(error.caret(in: actions))
    }
  }

  /// `in_port=PORT packet=FRAME actions=ACTIONS` with spaces or commas between; `actions` is last.
  private static func fields(
    of text: String
  ) throws(CommandError) -> (port: String, actions: String, packet: String) {
    var found: [String: String] = [:]
    var rest = text[...]
    while true {
      rest = rest.drop { $0 == " " || $0 == "," }
      guard let equals = rest.firstIndex(of: "=") else { break }
      let key = String(rest[..<equals])
      let isLast = key == "actions"
      let value = rest[rest.index(after: equals)...]
      let end = isLast ? value.endIndex : value.firstIndex { $0 == " " || $0 == "," } ?? value.endIndex
      guard ["in_port", "packet", "actions"].contains(key) else {
        throw .unknown("key", key, in: name, among: ["in_port", "packet", "actions"])
      }
      found[key] = String(value[..<end])
      rest = value[end...]
    }
    guard rest.isEmpty else { throw CommandError("packet-out: '\(rest)' is not KEY=VALUE") }
    guard let packet = found["packet"] else { throw CommandError("packet-out: packet=FRAME is missing") }
    guard let actions = found["actions"] else { throw CommandError("packet-out: actions=ACTIONS is missing") }
    return (found["in_port"] ?? "NONE", actions, packet)
  }

  private static func number(
    of text: String, on bridge: BridgeConfiguration
  ) throws(CommandError) -> PortNumber {
    let reserved: [PortNumber] = [.none, .controller, .local]
    if let port = reserved.first(where: { "\($0)" == text.uppercased() }) { return port }
    if text.uppercased() == "NONE" || text.uppercased() == "ANY" { return .none }
    return try bridge.port(text).interface.number ?? .none
  }

  private static func frame(_ text: String) throws(CommandError) -> [UInt8] {
    do throws(CommandError) {
      return try FrameText.bytes(of: text)
    } catch {
      throw CommandError("packet-out: \(error.message)")
    }
  }
}
