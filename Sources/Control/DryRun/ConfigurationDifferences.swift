import ControlProtocol
import Match
import Pipeline

/// What two configurations have other than each other, record by record.
enum ConfigurationDifferences {
  static func between(_ old: Configuration, _ new: Configuration) throws(CommandError) -> [StateDifference] {
    guard old != new else { return [] }
    let (before, after) = (Transaction(of: old, running: nil), Transaction(of: new, running: nil))
    var result: [StateDifference] = []
    for table in Table.allCases {
      let (old, new) = (try before.rows(of: table), try after.rows(of: table))
      let oldRows = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
      let newRows = Dictionary(new.map { ($0.name, $0) }) { first, _ in first }
      for name in Set(oldRows.keys).union(newRows.keys).sorted() {
        result += difference(of: name, in: table, oldRows[name], newRows[name]).map { [$0] } ?? []
      }
    }
    return result + descriptorDifferences(old, new) + flagDifferences(old, new) + missDifferences(old, new)
  }

  /// Columns that are set or follow from what is set; what devices and controllers are doing is no matter of a
  /// configuration.
  private static func columns(of table: Table) -> [Column] {
    table.columns.filter { $0.write != nil || $0.name == "ofport" || $0.name == "ports" }
  }

  /// Of a record that stays, the columns that change; of another one, those that are not empty.
  private static func difference(
    of name: String, in table: Table, _ old: Row?, _ new: Row?
  ) -> StateDifference? {
    let shown = columns(of: table).filter { column in
      guard let old, let new else {
        return (old ?? new).map { column.read($0) != column.type.emptyValue } ?? false
      }
      return column.read(old) != column.read(new)
    }
    guard !shown.isEmpty || old == nil || new == nil else { return nil }
    func text(_ row: Row) -> String {
      let values = shown.map { "\($0.name)=\($0.read(row))" }
      return values.isEmpty ? "exists" : values.joined(separator: " ")
    }
    return StateDifference("\(table.rawValue) \(name)", before: old.map(text), after: new.map(text))
  }

  /// Devices that somebody else has opened: the same number may be another one.
  private static func descriptorDifferences(_ old: Configuration, _ new: Configuration) -> [StateDifference] {
    func all(_ configuration: Configuration) -> [String: DeviceDescriptors] {
      let ports = configuration.bridges.flatMap(\.ports)
      return Dictionary(ports.compactMap { port in port.interface.descriptors.map { (port.name, $0) } }) {
        $1
      }
    }
    let (before, after) = (all(old), all(new))
    return Set(before.keys).union(after.keys).sorted().compactMap { name in
      guard before[name] != after[name] else { return nil }
      return StateDifference(
        "device of interface \(name)", before: before[name]?.summary, after: after[name]?.summary)
    }
  }

  /// What OpenFlow lets ports do: `mod-port`.
  private static func flagDifferences(_ old: Configuration, _ new: Configuration) -> [StateDifference] {
    new.bridges.flatMap(\.ports).compactMap { port in
      guard let before = try? old.port(named: port.name), before.flags != port.flags else { return nil }
      return StateDifference(
        "config of port \(port.name)", before: OpenFlowPorts.text(of: before.flags),
        after: OpenFlowPorts.text(of: port.flags))
    }
  }

  /// What tables do with frames that no rule matches: `mod-table`.
  private static func missDifferences(_ old: Configuration, _ new: Configuration) -> [StateDifference] {
    new.bridges.flatMap { bridge -> [StateDifference] in
      guard let before = try? old.bridge(named: bridge.name) else { return [] }
      let tables = Set(before.tableMisses.keys).union(bridge.tableMisses.keys).sorted()
      return tables.compactMap { table in
        let (was, will) = (before.tableMisses[table] ?? .drop, bridge.tableMisses[table] ?? .drop)
        guard was != will else { return nil }
        return StateDifference(
          "misses of table \(table) of \(bridge.name)", before: ModifyTable.word(for: was),
          after: ModifyTable.word(for: will))
      }
    }
  }
}
