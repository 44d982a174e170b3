import Actions
import Flow

/// Groups to which no rule sends frames, directly or through other groups.
enum UnusedGroups {
  static func check(_ subject: LintSubject, _ report: inout LintReport) {
    let groups = Dictionary(subject.groups.map { ($0.group, $0) }) { first, _ in first }
    var waiting = subject.rules.reduce(into: Set<UInt32>()) { $0.formUnion($1.actions.namedGroups) }
    var used: Set<UInt32> = []
    while let group = waiting.popFirst() {
      guard used.insert(group).inserted else { continue }
      for bucket in groups[group]?.buckets ?? [] {
        waiting.formUnion(bucket.actions.namedGroups)
        if bucket.watchGroup != GroupID.any { waiting.insert(bucket.watchGroup) }
      }
    }
    for group in subject.groups where !used.contains(group.group) {
      report.add(
        LintFinding(
          severity: .note, code: .unusedGroup, subject: subject.text(of: group),
          problem: "No rule sends frames to this group", advice: "Delete it, unless a controller is to use it"
        ))
    }
  }
}
