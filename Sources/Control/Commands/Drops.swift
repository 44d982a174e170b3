import ControlProtocol
import Datapath
import Pipeline

/// Frames that came in by a port and were delivered nowhere, and copies that should have left by it and did not.
enum Drops: Command {
  static let name = "drops"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let ports = try ports(arguments.optional(0), in: transaction)
    var text = ""
    for port in ports {
      let lines = lines("received", port.drops) + lines("to be sent", port.copyDrops)
      text += "\(port.bridgeName) \(port.name):\(lines.isEmpty ? " none" : "")\n"
      text += lines.joined()
    }
    let objects = ports.map { port in
      JSONValue.object([
        "bridge": .string(port.bridgeName), "port": .string(port.name),
        "received": json(port.drops), "to_be_sent": json(port.copyDrops),
      ])
    }
    return Output(text: text, json: .array(objects))
  }

  /// Those of a bridge, a single one, or all. A name that is both means the bridge.
  static func ports(_ name: String?, in transaction: Transaction) throws(CommandError) -> [BridgePort] {
    guard let name, !transaction.configuration.hasBridge(named: name) else {
      return try transaction.runningBridges(name).flatMap(\.ports)
    }
    guard transaction.configuration.findPort(named: name) != nil else {
      let bridges = transaction.configuration.bridges
      throw .missing(
        "bridge or port", name, among: bridges.map(\.name) + bridges.flatMap { $0.ports.map(\.name) })
    }
    let bridge = try transaction.runningBridge(try transaction.configuration.bridge(ofPort: name).name)
    return bridge.port(named: name).map { [$0] } ?? []
  }

  private static func lines(_ direction: String, _ drops: [DropCount]) -> [String] {
    drops.map { "  \(direction), \($0.reason.name): \($0.count) (\($0.reason.explanation))\n" }
  }

  private static func json(_ drops: [DropCount]) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: drops.map { ($0.reason.name, .count($0.count)) }))
  }
}
