import Match

/// Lookups in a table some of whose rules are soft: parts of conjunctive matches.
///
/// # Theory
/// A soft rule does nothing by itself. When the soft rules of one priority that match a key fulfil together all
/// clauses of a conjunction, the table is searched once more with the conjunction's id as `conj_id` and without
/// the soft rules, and what is found there, of whatever priority, is the answer. If nothing is found, or the
/// clauses are not all fulfilled, the search goes on with lower priorities. A hard rule ends it; of the same
/// priority it comes before soft ones. ovs-fields(7), "Conjunctive Match Fields".
///
/// Of the rules with one mask that match a key, all have the same match, and a soft one hides those below it
/// only in the search with `conj_id`.
///
/// When several conjunctions of one priority are fulfilled, each of them is searched for and the best rule wins.
/// A conjunction of n clauses needs at least n soft rules, even where one rule has two of its clauses.
///
/// The soft rules that match are noted in a fixed array. If there are more, their priorities are gone through one
/// by one, each with a pass over the whole table: slower, with the same answer.
extension FlowClassifier {
  func lookupAmongSoftRules(_ key: KeyReference) -> Rule? {
    var soft = SoftMatches()
    var hard: Rule?
    for subtable in 0..<subtableCount {
      if let hard, maximumPriority(subtable) < hard.priority { break }
      guard let found = best(subtable, key) else { continue }
      if !found.isSoft {
        if found.isBetter(than: hard) { hard = found }
      } else if !soft.append(found, of: subtable) {
        return lookupByPriority(key)
      }
    }
    while let priority = soft.selectHighest(above: hard) {
      var answer: Rule?
      while let id = soft.nextFulfilled() { take(lookup(key, conjunction: id), for: &answer) }
      if let answer { return answer }
      soft.replaceSelected { subtable in
        guard priority > 0, let next = best(subtable, key, atMost: priority - 1) else { return nil }
        if next.isSoft { return next }
        take(next, for: &hard)
        return nil
      }
    }
    return hard
  }

  private func take(_ found: Rule?, for best: inout Rule?) {
    if let found, found.isBetter(than: best) { best = found }
  }

  /// The best rule when the clauses of the conjunction `id` are fulfilled.
  private func lookup(_ key: KeyReference, conjunction id: UInt32) -> Rule? {
    key.withConjunctionID(id) {
      var answer: Rule?
      for subtable in 0..<subtableCount {
        if let answer, maximumPriority(subtable) < answer.priority { break }
        if let found = best(subtable, key), !found.isSoft { take(found, for: &answer) }
      }
      return answer
    }
  }

  // MARK: Without notes

  /// The same for any number of soft rules that match.
  private func lookupByPriority(_ key: KeyReference) -> Rule? {
    var limit = UInt16.max
    while true {
      var highest: Rule?
      var hard: Rule?
      forEachMatch(key, atMost: limit) { found in
        take(found, for: &highest)
        if !found.isSoft { take(found, for: &hard) }
      }
      guard let priority = highest?.priority else { return nil }
      if let hard, hard.priority == priority { return hard }
      var answer: Rule?
      var last: Conjunction?
      while let next = nextConjunction(key, priority, after: last) {
        last = next
        if isFulfilled(next, key, priority) { take(lookup(key, conjunction: next.id), for: &answer) }
      }
      if let answer { return answer }
      guard priority > 0 else { return nil }
      limit = priority - 1
    }
  }

  /// Calls `body` with the best rule of each mask that matches.
  private func forEachMatch(_ key: KeyReference, atMost limit: UInt16, _ body: (Rule) -> Void) {
    for subtable in 0..<subtableCount {
      if let found = best(subtable, key, atMost: limit) { body(found) }
    }
  }

  /// The first conjunction after `last` that the rules of `priority` have clauses of; all of them are soft.
  private func nextConjunction(
    _ key: KeyReference, _ priority: UInt16, after last: Conjunction?
  ) -> Conjunction? {
    var next: Conjunction?
    forEachMatch(key, atMost: priority) { rule in
      guard rule.priority == priority else { return }
      for i in 0..<rule.clauseCount {
        let each = rule.clause(i).conjunction
        if let last, each <= last { continue }
        if let known = next, known <= each { continue }
        next = each
      }
    }
    return next
  }

  private func isFulfilled(_ conjunction: Conjunction, _ key: KeyReference, _ priority: UInt16) -> Bool {
    var clauses: UInt64 = 0
    var width = 0
    forEachMatch(key, atMost: priority) { rule in
      guard rule.priority == priority else { return }
      width += 1
      for i in 0..<rule.clauseCount where rule.clause(i).conjunction.word == conjunction.word {
        clauses |= 1 << rule.clause(i).number
      }
    }
    return conjunction.isFulfilled(by: clauses, ofRules: width)
  }
}

extension Conjunction {
  /// Whether `count` soft rules that have these clauses fulfil it.
  func isFulfilled(by clauses: UInt64, ofRules count: Int) -> Bool {
    clauses == allClauses && count >= clauseCount
  }
}
