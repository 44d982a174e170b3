import Actions
import Flow

/// Tables with rules to which no frame comes: none of the rules that can take a frame leads there, and no table
/// before leaves its frames to it. Frames begin in table 0. And the reverse: tables without rules to which frames
/// are sent.
enum UnreachedTables {
  static func check(_ subject: LintSubject, _ report: inout LintReport) {
    var byTable: [UInt8: [Int]] = [:]
    for (place, rule) in subject.rules.enumerated() { byTable[rule.table, default: []].append(place) }
    let buckets = Dictionary(subject.groups.map { ($0.group, $0.buckets) }) { first, _ in first }
    var reached: Set<UInt8> = [0]
    var waiting: [UInt8] = [0]
    var seenGroups: Set<UInt32> = []
    while let table = waiting.popLast() {
      var next: Set<UInt8> = []
      if subject.continuingTables.contains(table), table < LintSubject.lastTable { next.insert(table + 1) }
      for place in byTable[table] ?? [] where !report.deadRules.contains(place) {
        let actions = subject.rules[place].actions
        next.formUnion(actions.tables(from: table))
        var groups = actions.namedGroups
        while let group = groups.popFirst() {
          guard seenGroups.insert(group).inserted else { continue }
          for bucket in buckets[group] ?? [] {
            next.formUnion(bucket.actions.tables(from: nil))
            groups.formUnion(bucket.actions.namedGroups)
          }
        }
      }
      for found in next where reached.insert(found).inserted { waiting.append(found) }
    }
    for (table, places) in byTable.sorted(by: { $0.key < $1.key }) where !reached.contains(table) {
      let count = places.count == 1 ? "1 rule" : "\(places.count) rules"
      report.add(
        LintFinding(
          severity: .warning, code: .unreachedTable, table: table, subject: "table \(table) (\(count))",
          problem: "No frame comes to this table: no rule that takes frames leads here",
          advice: "Lead to it by goto_table or resubmit from a table that is reached, or delete its rules"))
    }
    EmptyTables.check(subject, filled: Set(byTable.keys), &report)
  }
}

/// Tables without rules to which rules send frames, unless rules are learned there.
private enum EmptyTables {
  static func check(_ subject: LintSubject, filled: Set<UInt8>, _ report: inout LintReport) {
    var learned: Set<UInt8> = []
    for rule in subject.rules {
      rule.actions.forEachAction { if case .learn(let learn) = $0 { learned.insert(learn.table) } }
    }
    let expected = filled.union(learned).union(subject.continuingTables).union(subject.informingTables)
    for (place, rule) in subject.rules.enumerated() {
      let goes = Set(rule.actions.compactMap { if case .gotoTable(let table) = $0 { table } else { nil } })
      for table in rule.actions.tables(from: rule.table).sorted()
      where table <= LintSubject.lastTable && !expected.contains(table) {
        let isGoto = goes.contains(table)
        report.add(
          LintFinding(
            severity: isGoto ? .warning : .note, code: .emptyTable, table: rule.table,
            subject: subject.text(of: rule),
            problem: "It sends frames to table \(table), which has no rule"
              + (isGoto ? " and drops them" : " and does nothing to them"),
            advice: "Add rules to table \(table), or take the \(isGoto ? "goto_table" : "resubmit") out"),
          place: place)
      }
    }
  }
}
