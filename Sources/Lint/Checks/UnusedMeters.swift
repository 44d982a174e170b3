import Flow

/// Meters that no rule and no bucket names. The two with names work without being named.
enum UnusedMeters {
  static func check(_ subject: LintSubject, _ report: inout LintReport) {
    var used: Set<UInt32> = [MeterID.slowPath, MeterID.controller]
    for rule in subject.rules { used.formUnion(rule.actions.namedMeters) }
    for group in subject.groups { for bucket in group.buckets { used.formUnion(bucket.actions.namedMeters) } }
    for meter in subject.meters where !used.contains(meter.meter) {
      report.add(
        LintFinding(
          severity: .note, code: .unusedMeter,
          subject: meter.description.split(separator: "\n").joined(separator: " "),
          problem: "No rule uses this meter", advice: "Delete it, unless a controller is to use it"))
    }
  }
}
