import ControlProtocol
import Datapath
import Flow
import Match
import Pipeline

enum DumpFlows: Command {
  static let name = "dump-flows"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(arguments[0])
    var flows = bridge.flows(matching: try FlowFilter(arguments.optional(1), of: bridge))
    if arguments.has("--sort") { flows.sort { $0.priority > $1.priority } }
    let naming: PortNaming = arguments.has("--names") ? bridge.portNaming : { _ in nil }
    let style = FlowDumpStyle(showsStatistics: !arguments.has("--no-stats"), names: naming)
    var text = ""
    for flow in flows {
      flow.append(to: &text, style: style)
      text += "\n"
    }
    let rule = FlowDumpStyle(showsStatistics: false, names: naming)
    return Output(text: text, json: .array(flows.map { json(of: $0, rule) }))
  }

  private static func json(of flow: FlowStatistics, _ rule: FlowDumpStyle) -> JSONValue {
    [
      "rule": .string(String(flow.line(rule).drop { $0 == " " })),
      "table": .count(flow.table), "priority": .count(flow.priority),
      "cookie": .string("0x" + String(flow.cookie, radix: 16)),
      "packets": .count(flow.packets), "bytes": .count(flow.bytes),
      "duration": .number(flow.duration / .seconds(1)), "idle_age": .count(flow.idleAge.components.seconds),
      "idle_timeout": .count(flow.idleTimeout), "hard_timeout": .count(flow.hardTimeout),
    ]
  }
}

enum DumpAggregate: Command {
  static let name = "dump-aggregate"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(arguments[0])
    let sum = bridge.aggregate(matching: try FlowFilter(arguments.optional(1), of: bridge))
    return Output(
      text: "packet_count=\(sum.packets) byte_count=\(sum.bytes) flow_count=\(sum.flows)\n",
      json: ["packets": .count(sum.packets), "bytes": .count(sum.bytes), "flows": .count(sum.flows)])
  }
}

enum DumpTables: Command {
  static let name = "dump-tables"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(arguments[0])
    let used = bridge.tables.filter { $0.table == 0 || $0.active > 0 || $0.lookups > 0 }
    let text = used.map { table in
      "  table \(table.table):\n    active=\(table.active), lookup=\(table.lookups), matched=\(table.matches)\n"
        + (table.active > 0 ? "    structure: \(table.structure)\n" : "")
    }
    let objects = used.map { table in
      JSONValue.object([
        "table": .count(table.table), "active": .count(table.active), "lookups": .count(table.lookups),
        "matches": .count(table.matches), "structure": .string("\(table.structure)"),
      ])
    }
    return Output(text: text.joined(), json: .array(objects))
  }
}

extension FlowFilter {
  /// The filter that `text` spells, in the syntax of del-flows; all rules when it is `nil`.
  fileprivate init(_ text: String?, of bridge: Bridge) throws(CommandError) {
    self.init()
    guard let text else { return }
    let meant = try FlowText.parse(text, .delete) { name in bridge.port(named: name)?.number }
    table = meant.table == 255 ? nil : meant.table
    match = meant.match
    cookie = meant.cookie
    cookieMask = meant.cookieMask
    outPort = meant.outPort
  }
}

extension Bridge {
  /// Finds the names of the bridge's ports.
  var portNaming: PortNaming {
    let names = Dictionary(uniqueKeysWithValues: ports.map { ($0.number, $0.name) })
    return { names[$0] }
  }
}
