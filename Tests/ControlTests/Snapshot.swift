import ControlProtocol

@testable import Control

/// What dumps say of a switch, and how two of them differ, in the lines of a dry run. Made from the texts that
/// commands print, not from the values behind them.
struct Snapshot: Equatable {
  /// `flow tb0: RULE` and the like.
  private var lines: Set<String> = []
  /// Columns of records by `Port p1`.
  private var records: [String: [String: String]] = [:]

  /// What follows from the configuration; the other columns say what devices and controllers are doing.
  private static let columns: [String: [String]] = [
    "Bridge": ["controller", "external_ids", "fail_mode", "other_config", "ports", "protocols"],
    "Port": [
      "cvlans", "ephemeral", "external_ids", "other_config", "protected", "tag", "trunks", "vlan_mode",
    ],
    "Interface": [
      "external_ids", "mac", "mtu_request", "ofport", "ofport_request", "options", "type",
    ],
    "Controller": ["connection_mode", "inactivity_probe", "type"],
    "SSL": ["ca_cert", "certificate", "private_key"],
  ]

  init(of plane: ControlPlane) throws {
    func run(_ words: [String]) throws -> String { try plane.run(RunRequest(words: words)).output }
    for bridge in try run(["list-br"]).split(separator: "\n").map(String.init) {
      for rule in try run(["dump-flows", bridge, "--no-stats"]).split(separator: "\n") {
        lines.insert("flow \(bridge): \(rule.drop { $0 == " " })")
      }
      for line in try run(["fdb/show", bridge]).split(separator: "\n").dropFirst() {
        let words = line.split(separator: " ")
        lines.insert("fdb \(bridge): port=\(words[0]) vlan=\(words[1]) mac=\(words[2]) \(words[3])")
      }
      var port = ""
      for line in try run(["dump-ports-desc", bridge]).split(separator: "\n") {
        if let start = line.firstIndex(of: "("), let end = line.firstIndex(of: ")") {
          port = String(line[line.index(after: start)..<end])
        } else if line.contains("config:"), !line.hasSuffix(" 0") {
          lines.insert(
            "config of port \(port): \(line.split(separator: " ").dropFirst().joined(separator: " "))")
        }
      }
    }
    for (table, columns) in Self.columns {
      for text in try run(["list", table]).split(separator: "\n\n") {
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
          guard let colon = line.firstIndex(of: ":") else { continue }
          let column = String(line[..<colon].prefix { $0 != " " })
          values[column] = String(line[colon...].dropFirst(2))
        }
        let target = values["target"].map { $0.filter { $0 != "\"" } }
        let name = values["name"] ?? target.map { "tb0/\($0)" } ?? "."
        records["\(table) \(name.filter { $0 != "\"" })"] = values.filter { columns.contains($0.key) }
      }
    }
  }

  /// The lines that a dry run prints for what is other in `new`.
  func differences(to new: Snapshot) -> Set<String> {
    var result = Set(
      lines.subtracting(new.lines).map { "- \($0)" } + new.lines.subtracting(lines).map { "+ \($0)" })
    for name in Set(records.keys).union(new.records.keys) {
      let (before, after) = (records[name], new.records[name])
      let changed = Set((before ?? [:]).keys).union((after ?? [:]).keys).sorted().filter { column in
        guard let before, let after else { return !Self.isEmpty((before ?? after)?[column]) }
        return before[column] != after[column]
      }
      guard !changed.isEmpty || (before == nil) != (after == nil) else { continue }
      func text(_ values: [String: String]) -> String {
        changed.isEmpty ? "exists" : changed.map { "\($0)=\(values[$0] ?? "")" }.joined(separator: " ")
      }
      if let before { result.insert("- \(name): \(text(before))") }
      if let after { result.insert("+ \(name): \(text(after))") }
    }
    return result
  }

  private static func isEmpty(_ value: String?) -> Bool {
    value == nil || ["[]", "{}", "false", "system", "\"\""].contains(value)
  }
}
