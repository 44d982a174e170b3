import Flow

/// Rules all of whose frames one rule of higher priority takes. Exact, as far as bits say: each such rule is found,
/// and no other one.
enum ShadowedRules {
  /// Pairs of shapes and looks into hash tables: about a second.
  private static var steps: Int { 15_000_000 }

  /// A rule that covers another one.
  private struct Cover {
    var place: Int
    var priority: UInt16
    /// Whether it goes by itself, so that the other one comes back.
    var isTimed: Bool

    /// Whether it is the one to name: one that stays, and then the one of the higher priority.
    func isBetter(than other: Cover?) -> Bool {
      guard let other else { return true }
      return isTimed == other.isTimed ? priority > other.priority : other.isTimed
    }
  }

  static func check(_ subject: LintSubject, _ tables: [TableRules], _ report: inout LintReport) {
    var covers: [Int: Cover] = [:]
    var budget = WorkBudget(steps)
    for table in tables where !budget.isSpent {
      search(table, subject.rules, &covers, &budget)
    }
    for (place, cover) in covers { add(cover, of: place, subject, &report) }
    if budget.isSpent {
      report.giveUp(
        on: LintFinding.Code.shadowedRule.rawValue,
        because:
          "The rules look at too many different sets of bits: the search for shadowed rules ended early")
    }
  }

  private static func search(
    _ table: TableRules, _ rules: [FlowStatistics], _ covers: inout [Int: Cover], _ budget: inout WorkBudget
  ) {
    let askers = table.shapes + table.others
    for shape in table.shapes {
      // All its bits are common: one index serves all that look at these bits and maybe at more.
      var index: (ShapeIndex, ShapeIndex.Common)?
      for asker in askers {
        guard budget.spend() else { return }
        guard shape.isWithin(asker), let lowest = asker.priorities.first, let highest = shape.priorities.last,
          lowest < highest
        else {
          continue
        }
        let common = ShapeIndex.Common(of: shape, asker)
        if index == nil || index?.1 != common {
          _ = budget.spend(shape.count)
          index = (ShapeIndex(shape, common: common), common)
        }
        guard let current = index?.0 else { continue }
        for rule in 0..<asker.count {
          let best = best(in: current, of: shape, for: rule, of: asker, rules, &budget)
          if let best, best.isBetter(than: covers[asker.places[rule]]) { covers[asker.places[rule]] = best }
        }
      }
    }
  }

  /// The best of the rules of one shape that have the rule's bits.
  private static func best(
    in index: ShapeIndex, of shape: TableRules.Shape, for rule: Int, of asker: TableRules.Shape,
    _ rules: [FlowStatistics], _ budget: inout WorkBudget
  ) -> Cover? {
    var found = index.first(agreeingWith: rule, of: asker, &budget)
    var best: Cover?
    while let other = found, shape.priorities[other] > asker.priorities[rule] {
      let place = shape.places[other]
      let cover = Cover(place: place, priority: shape.priorities[other], isTimed: rules[place].isTimed)
      if cover.isBetter(than: best) { best = cover }
      if !cover.isTimed { break }
      found = index.next(after: other, agreeingWith: rule, of: asker, &budget)
    }
    return best
  }

  private static func add(_ cover: Cover, of place: Int, _ subject: LintSubject, _ report: inout LintReport) {
    let rule = subject.rules[place]
    let other = subject.rules[cover.place]
    let text = subject.text(of: other)
    let isSame = rule.actions == other.actions
    if !cover.isTimed { report.deadRules.insert(place) }
    report.add(
      LintFinding(
        severity: cover.isTimed ? .note : .warning, code: .shadowedRule, table: rule.table,
        subject: subject.text(of: rule),
        problem: cover.isTimed
          ? "Until it times out, '\(text)' takes every frame that this rule could take"
          : "'\(text)' takes every frame that this rule could take",
        advice: isSame
          ? "Delete it: the other rule does the same"
          : "Give it a priority above \(other.priority), or delete it"), place: place)
  }
}
