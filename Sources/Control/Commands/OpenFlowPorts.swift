import ControlProtocol
import Datapath
import Match
import Pipeline
import Wire

/// Ports as ovs-ofctl shows them.
enum OpenFlowPorts {
  /// `ovs-ofctl show`.
  static func show(bridge name: String, in transaction: Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(name)
    let id = hexadecimal(bridge.datapathID, digits: 16)
    let ports = bridge.ports
    let text = """
      dpid:\(id)
      n_tables:\(BridgeRecord.tableCount), n_buffers:0
      \(ports.map { description(of: $0, transaction) }.joined())
      """
    return Output(
      text: text,
      json: [
        "datapath_id": .string(id), "tables": .count(BridgeRecord.tableCount),
        "ports": .array(ports.map { json(of: $0, transaction) }),
      ])
  }

  static func description(of port: BridgePort, _ transaction: Transaction) -> String {
    let mac = transaction.status(ofInterface: port.name).mac ?? port.mac
    return """
       \(port.number)(\(port.name)): addr:\(MACAddress(rawValue: mac))
           config:     \(text(of: port.settings.flags))
           state:      \(port.isLinkUp ? "0" : "LINK_DOWN")

      """
  }

  static func json(of port: BridgePort, _ transaction: Transaction) -> JSONValue {
    let status = transaction.status(ofInterface: port.name)
    let config = flagNames.filter { port.settings.flags.contains($0.flag) }
    return [
      "number": .count(port.number.rawValue), "name": .string(port.name),
      "mac": .string(MACAddress(rawValue: status.mac ?? port.mac).description),
      "config": .array(config.map { .string($0.name) }), "link_up": .boolean(port.isLinkUp),
      "state": .string(status.state.description),
    ]
  }

  /// What `config:` shows.
  static func text(of flags: PortFlags) -> String {
    let names = names(of: flags)
    return names.isEmpty ? "0" : names.joined(separator: " ")
  }

  static func names(of flags: PortFlags) -> [String] {
    flagNames.filter { flags.contains($0.flag) }.map(\.name)
  }
  static func flag(named name: String) -> PortFlags? { flagNames.first { $0.name == name }?.flag }

  private static var flagNames: [(flag: PortFlags, name: String)] {
    [
      (.down, "PORT_DOWN"), (.noReceive, "NO_RECV"), (.noFlood, "NO_FLOOD"), (.noForward, "NO_FWD"),
      (.noPacketIn, "NO_PACKET_IN"),
    ]
  }

  /// Those of a bridge, or the one with that number, reserved name or name.
  static func ports(of bridge: Bridge, _ text: String?) throws(CommandError) -> [BridgePort] {
    guard let text else { return bridge.ports }
    let port = bridge.port(named: text) ?? number(text).flatMap { bridge.port($0) }
    guard let port else {
      throw .missing("port", text, among: bridge.ports.map(\.name)).on(bridge.name)
    }
    return [port]
  }

  private static func number(_ text: String) -> PortNumber? {
    text.uppercased() == "LOCAL" ? .local : UInt16(text).map(PortNumber.init(rawValue:))
  }
}

extension CommandError {
  fileprivate func on(_ bridge: String) -> CommandError { CommandError("bridge \(bridge): \(message)") }
}

enum DumpPortDescriptions: Command {
  static let name = "dump-ports-desc"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(arguments[0])
    let ports = try OpenFlowPorts.ports(of: bridge, arguments.optional(1))
    var text = ""
    for port in ports { text += OpenFlowPorts.description(of: port, transaction) }
    let current = transaction
    return Output(text: text, json: .array(ports.map { OpenFlowPorts.json(of: $0, current) }))
  }
}

enum DumpPorts: Command {
  static let name = "dump-ports"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(arguments[0])
    let ports = try OpenFlowPorts.ports(of: bridge, arguments.optional(1))
    let texts = ports.map { port in
      let counts = port.statistics
      let number = String(describing: port.number)
      let padding = String(repeating: " ", count: max(0, 2 - number.count))
      return """
          port \(padding)\(number): rx pkts=\(counts.receivedPackets), bytes=\(counts.receivedBytes), \
        drop=\(counts.receiveDrops), errs=\(counts.receiveErrors), frame=?, over=?, crc=?
                   tx pkts=\(counts.sentPackets), bytes=\(counts.sentBytes), drop=\(counts.sendDrops), errs=?, coll=?

        """
    }
    let objects = ports.map { port in
      let counts = port.statistics
      return JSONValue.object([
        "number": .count(port.number.rawValue), "name": .string(port.name),
        "rx_packets": .count(counts.receivedPackets), "rx_bytes": .count(counts.receivedBytes),
        "rx_dropped": .count(counts.receiveDrops), "rx_errors": .count(counts.receiveErrors),
        "tx_packets": .count(counts.sentPackets), "tx_bytes": .count(counts.sentBytes),
        "tx_dropped": .count(counts.sendDrops),
      ])
    }
    return Output(text: "OFPST_PORT reply: \(ports.count) ports\n" + texts.joined(), json: .array(objects))
  }
}

enum DumpDescription: Command {
  static let name = "dump-desc"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    _ = try transaction.configuration.bridge(named: arguments[0])
    return Output(
      text: """
        Manufacturer: Apus
        Hardware: Userspace switch
        Software: Apus \(Version.text)
        Serial Num: None
        DP Description: \(arguments[0])

        """,
      json: ["software": .string(Version.text), "description": .string(arguments[0])])
  }
}
