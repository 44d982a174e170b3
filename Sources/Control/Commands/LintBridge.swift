import ControlProtocol
import Datapath
import Lint
import Match
import Pipeline

/// What is hardly meant in a bridge's rules, groups and meters. The exit status says whether there is more than
/// notes.
enum LintBridge: Command {
  static let name = "lint"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(arguments[0])
    let names: PortNaming = arguments.has("--names") ? bridge.portNaming : { _ in nil }
    let sets = transaction.configuration.collectorSets.filter { $0.bridge == bridge.name && $0.ipfix != nil }
    let findings = Linter.findings(in: LintSubject(of: bridge, collectorSets: sets, names: names))
    let counts = [LintFinding.Severity.error, .warning, .note].map { severity in
      (severity: severity, count: findings.count { $0.severity == severity })
    }
    let isClean = counts.allSatisfy { $0.severity == .note || $0.count == 0 }
    return Output(
      text: findings.map(text).joined() + summary(of: counts) + "\n",
      json: [
        "bridge": .string(bridge.name), "findings": .array(findings.map(json)),
        "errors": .count(counts[0].count), "warnings": .count(counts[1].count),
        "notes": .count(counts[2].count),
      ], status: isClean ? 0 : 1)
  }

  private static func text(of finding: LintFinding) -> String {
    """
    \(finding.severity.rawValue) \(finding.code.rawValue): \(finding.subject)
      \(finding.problem).
      \(finding.advice).

    """
  }

  /// `1 error, 2 warnings`.
  private static func summary(of counts: [(severity: LintFinding.Severity, count: Int)]) -> String {
    let parts = counts.filter { $0.count > 0 }.map { severity, count in
      "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    return parts.isEmpty ? "nothing found" : parts.joined(separator: ", ")
  }

  private static func json(of finding: LintFinding) -> JSONValue {
    [
      "severity": .string(finding.severity.rawValue), "code": .string(finding.code.rawValue),
      "table": finding.table.map { .count($0) } ?? .null, "subject": .string(finding.subject),
      "problem": .string(finding.problem), "advice": .string(finding.advice),
    ]
  }
}

extension LintSubject {
  /// What a bridge has now.
  fileprivate init(of bridge: Bridge, collectorSets: [CollectorSetConfiguration], names: @escaping PortNaming)
  {
    let misses = bridge.settings.tableMisses
    self.init(
      rules: bridge.flows(), groups: bridge.groups.all.map(\.description),
      meters: bridge.meters.all.map(\.config), ports: Set(bridge.ports.map(\.number)),
      continuingTables: Set(misses.filter { $0.value == .next }.keys),
      informingTables: Set(misses.filter { $0.value == .controller }.keys),
      collectorSets: Set(collectorSets.map(\.number)), names: names)
  }
}
