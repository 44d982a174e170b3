import Flow

/// Tables that lie on a cycle, whatever frames are.
enum TableCycles {
  /// - Parameter dead: places of rules that never take a frame.
  static func tables(of subject: LintSubject, without dead: Set<Int>) -> Set<UInt8> {
    let buckets = Dictionary(subject.groups.map { ($0.group, $0.buckets) }) { first, _ in first }
    var next: [UInt8: Set<UInt8>] = [:]
    for (place, rule) in subject.rules.enumerated() where !dead.contains(place) {
      let targets = targets(of: rule, buckets)
      if !targets.isEmpty { next[rule.table, default: []].formUnion(targets) }
    }
    for table in subject.continuingTables where table < LintSubject.lastTable {
      next[table, default: []].insert(table + 1)
    }
    return Set(next.keys.filter { leads(from: $0, to: $0, next) })
  }

  /// The tables to which a rule leads, directly or by groups.
  static func targets(of rule: FlowStatistics, _ buckets: [UInt32: [Bucket]]) -> Set<UInt8> {
    var result = rule.actions.tables(from: rule.table)
    var waiting = rule.actions.namedGroups
    var seen: Set<UInt32> = []
    while let group = waiting.popFirst() {
      guard seen.insert(group).inserted else { continue }
      for bucket in buckets[group] ?? [] {
        result.formUnion(bucket.actions.tables(from: rule.table))
        waiting.formUnion(bucket.actions.namedGroups)
      }
    }
    return result
  }

  private static func leads(from start: UInt8, to end: UInt8, _ next: [UInt8: Set<UInt8>]) -> Bool {
    var waiting = Array(next[start] ?? [])
    var seen: Set<UInt8> = []
    while let table = waiting.popLast() {
      if table == end { return true }
      if seen.insert(table).inserted { waiting += next[table] ?? [] }
    }
    return false
  }
}
