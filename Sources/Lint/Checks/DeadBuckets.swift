import Flow
import Match

/// Buckets that no frame can get: they watch a port or a group that does not exist or that can never be live, or
/// their weight is 0. And groups without any bucket.
enum DeadBuckets {
  static func check(_ subject: LintSubject, _ report: inout LintReport) {
    let groups = Dictionary(subject.groups.map { ($0.group, $0) }) { first, _ in first }
    let live = liveGroups(subject, groups)
    for group in subject.groups {
      let text = subject.text(of: group)
      if group.buckets.isEmpty {
        report.add(
          LintFinding(
            severity: .warning, code: .emptyGroup, subject: text,
            problem: "The group has no bucket and drops what it gets",
            advice: "Add buckets with insert-buckets, or send frames to drop to no group"))
      }
      guard group.type == .select || group.type == .fastFailover else { continue }
      for bucket in group.buckets {
        guard let reason = reason(bucket, of: group, subject, groups, live) else { continue }
        report.add(
          LintFinding(
            severity: .warning, code: .deadBucket, subject: text,
            problem: "Bucket \(bucket.id) gets no frame: \(reason)",
            advice: "Correct what the bucket says, or take it out with remove-buckets"))
      }
    }
  }

  private static func reason(
    _ bucket: Bucket, of group: GroupDescription, _ subject: LintSubject,
    _ groups: [UInt32: GroupDescription], _ live: Set<UInt32>
  ) -> String? {
    if isMissing(bucket.watchPort, subject) {
      return "it watches port \(bucket.watchPort), which the bridge does not have"
    }
    if bucket.watchGroup != GroupID.any, !live.contains(bucket.watchGroup) {
      return groups[bucket.watchGroup] == nil
        ? "it watches group \(bucket.watchGroup), which does not exist"
        : "it watches group \(bucket.watchGroup), none of whose buckets can be live"
    }
    return group.type == .select && bucket.weight == 0 ? "its weight is 0" : nil
  }

  private static func isMissing(_ port: PortNumber, _ subject: LintSubject) -> Bool {
    port <= .maximum && !subject.ports.contains(port)
  }

  /// Groups of which a bucket can be live: found from those that watch no group, upwards.
  private static func liveGroups(
    _ subject: LintSubject, _ groups: [UInt32: GroupDescription]
  ) -> Set<UInt32> {
    var watchers: [UInt32: [UInt32]] = [:]
    var waiting: [UInt32] = []
    for group in subject.groups {
      for bucket in group.buckets where !isMissing(bucket.watchPort, subject) {
        if bucket.watchGroup == GroupID.any {
          waiting.append(group.group)
        } else {
          watchers[bucket.watchGroup, default: []].append(group.group)
        }
      }
    }
    var live: Set<UInt32> = []
    while let group = waiting.popLast() {
      guard live.insert(group).inserted else { continue }
      waiting += watchers[group] ?? []
    }
    return live
  }
}
