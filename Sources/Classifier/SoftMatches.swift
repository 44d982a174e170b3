/// The soft rules that match a key, at most one of each mask, as far as a lookup has come.
struct SoftMatches {
  static var capacity: Int { 32 }

  private var rules = InlineArray<32, Rule?>(repeating: nil)
  private var subtables = InlineArray<32, Int32>(repeating: 0)
  /// How many of each selected rule's clauses have been looked at.
  private var cursors = InlineArray<32, Int32>(repeating: 0)
  private var count = 0
  /// The first of them are those of the highest priority.
  private var selectedCount = 0

  /// Notes a rule; `false` when there is no more room.
  mutating func append(_ rule: Rule, of subtable: Int) -> Bool {
    guard count < Self.capacity else { return false }
    rules[count] = rule
    subtables[count] = Int32(truncatingIfNeeded: subtable)
    count += 1
    return true
  }

  /// Selects the rules of the highest priority, which is above that of `hard`. The priority; `nil` when there is
  /// none.
  mutating func selectHighest(above hard: Rule?) -> UInt16? {
    var highest: UInt16?
    for i in 0..<count {
      guard let priority = rules[i]?.priority else { continue }
      if let hard, priority <= hard.priority { continue }
      if let known = highest, priority <= known { continue }
      highest = priority
    }
    guard let highest else { return nil }
    selectedCount = 0
    for i in 0..<count where rules[i]?.priority == highest {
      rules.swapAt(i, selectedCount)
      subtables.swapAt(i, selectedCount)
      cursors[selectedCount] = 0
      selectedCount += 1
    }
    return highest
  }

  /// The id of the next conjunction that the selected rules fulfil.
  mutating func nextFulfilled() -> UInt32? {
    while let next = nextConjunction() {
      var clauses: UInt64 = 0
      for i in 0..<selectedCount {
        while let clause = clause(i), clause.conjunction.word == next.word {
          clauses |= 1 << clause.number
          cursors[i] += 1
        }
      }
      if next.isFulfilled(by: clauses, ofRules: selectedCount) { return next.id }
    }
    return nil
  }

  private func nextConjunction() -> Conjunction? {
    var next: Conjunction?
    for i in 0..<selectedCount {
      guard let each = clause(i)?.conjunction else { continue }
      if let known = next, known <= each { continue }
      next = each
    }
    return next
  }

  /// The clause at the cursor of the rule at `index`.
  private func clause(_ index: Int) -> Clause? {
    guard let rule = rules[index], Int(cursors[index]) < rule.clauseCount else { return nil }
    return rule.clause(Int(cursors[index]))
  }

  /// Puts what `replacement` says for its mask in the place of each selected rule.
  mutating func replaceSelected(_ replacement: (Int) -> Rule?) {
    for i in 0..<selectedCount { rules[i] = replacement(Int(subtables[i])) }
  }
}
