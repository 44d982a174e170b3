import Actions
import Flow
import Match

/// Conjunctive matches that cannot work: rules that share an ID in a table and a priority must agree on the number
/// of clauses and make up each of them, and another rule must say what to do with the ID. ovs-fields(7),
/// "Conjunctive Match Fields".
enum Conjunctions {
  /// Rules of one conjunctive match.
  private struct Key: Hashable {
    var table: UInt8
    var priority: UInt16
    var id: UInt32
  }

  private struct Clauses {
    /// Numbers of clauses that rules say there are.
    var totals: Set<UInt8> = []
    /// Bit `k - 1` for clause `k`.
    var present: UInt64 = 0
    /// A rule of it.
    var place: Int
  }

  private struct TableID: Hashable {
    var table: UInt8
    var id: UInt32
  }

  static func check(_ subject: LintSubject, _ report: inout LintReport) {
    var matches: [Key: Clauses] = [:]
    var handled: [TableID: Int] = [:]
    for (place, rule) in subject.rules.enumerated() {
      if let id = rule.match.conjunctionID {
        handled[TableID(table: rule.table, id: id)] = place
      }
      for case .conjunction(let conjunction) in rule.actions {
        let key = Key(table: rule.table, priority: rule.priority, id: conjunction.id)
        matches[key, default: Clauses(place: place)].totals.insert(conjunction.clauses)
        matches[key]?.present |= 1 << UInt64(conjunction.clause - 1)
      }
    }
    var fulfilled: Set<TableID> = []
    for (key, clauses) in matches {
      let isWhole = check(key, clauses, subject, &report)
      let id = TableID(table: key.table, id: key.id)
      if isWhole { fulfilled.insert(id) }
      if handled[id] == nil {
        add(
          .unmatchedConjunction, .warning, clauses.place, subject,
          "No rule of the table says what to do with conj_id=\(key.id): the conjunctive match does nothing",
          "Add a rule with conj_id=\(key.id) to table \(key.table)", &report)
      }
    }
    for (id, place) in handled where !fulfilled.contains(id) {
      report.deadRules.insert(place)
      add(
        .unmatchedConjunction, .warning, place, subject,
        "No conjunction of the table can set conj_id to \(id.id): no frame comes to this rule",
        "Add the missing rules with conjunction(\(id.id),k/n) to table \(id.table), or delete this one",
        &report)
    }
    checkPriorities(of: matches, subject, &report)
  }

  /// Returns whether frames can fulfil it.
  private static func check(
    _ key: Key, _ clauses: Clauses, _ subject: LintSubject, _ report: inout LintReport
  ) -> Bool {
    guard clauses.totals.count == 1, let total = clauses.totals.first else {
      let totals = clauses.totals.sorted().map(String.init).joined(separator: " and ")
      add(
        .contradictoryConjunction, .error, clauses.place, subject,
        "Rules of conjunction \(key.id) disagree: they say that it has \(totals) clauses",
        "Give all of them the same number of clauses, or different IDs", &report)
      return false
    }
    let missing = (1...total).filter { clauses.present >> UInt64($0 - 1) & 1 == 0 }
    guard !missing.isEmpty else { return true }
    let names = missing.prefix(8).map(String.init).joined(separator: ", ")
    add(
      .incompleteConjunction, .warning, clauses.place, subject,
      "Conjunction \(key.id) has \(total) clauses, and no rule of priority \(key.priority) is for clause \(names): "
        + "no frame fulfils it",
      "Add rules with conjunction(\(key.id),k/\(total)) for each of them, at the same priority", &report)
    return false
  }

  /// One ID at several priorities is several matches, which is hardly meant.
  private static func checkPriorities(
    of matches: [Key: Clauses], _ subject: LintSubject, _ report: inout LintReport
  ) {
    let byID = Dictionary(grouping: matches.keys) { TableID(table: $0.table, id: $0.id) }
    for (id, keys) in byID where keys.count > 1 {
      let priorities = keys.map(\.priority).sorted()
      guard let first = keys.max(by: { $0.priority < $1.priority }), let place = matches[first]?.place else {
        continue
      }
      let names = priorities.prefix(8).map(String.init).joined(separator: ", ")
      add(
        .contradictoryConjunction, .warning, place, subject,
        "Rules of conjunction \(id.id) have different priorities (\(names)): those of each are a match of its own",
        "Give all of them one priority, or different IDs", &report)
    }
  }

  private static func add(
    _ code: LintFinding.Code, _ severity: LintFinding.Severity, _ place: Int, _ subject: LintSubject,
    _ problem: String, _ advice: String, _ report: inout LintReport
  ) {
    let rule = subject.rules[place]
    report.add(
      LintFinding(
        severity: severity, code: code, table: rule.table, subject: subject.text(of: rule), problem: problem,
        advice: advice), place: place)
  }
}

extension FlowMatch {
  /// The conjunction that the match demands to be fulfilled. 0 is what all frames have that fulfil none.
  fileprivate var conjunctionID: UInt32? {
    let slot = Slot(FlowKey.Word.conjunction, 32, 32)
    guard mask(at: slot) == 0xffff_ffff, value(at: slot) != 0 else { return nil }
    return UInt32(truncatingIfNeeded: value(at: slot))
  }
}
