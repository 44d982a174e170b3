import Actions

/// Which rules go when those that learned them are gone: `delete_learned`.
///
/// A rule is known by table and cookie only, so every rule there that has the cookie goes with the last action that
/// could learn one, even if it was not learned.
struct LearnedCookies {
  /// How many `learn` actions of all rules take with them what they learned.
  private var learners: [CookieKey: Int] = [:]
  /// Those whose last learner is gone, in order.
  private var orphans: [CookieKey] = []

  /// A rule with these actions is there.
  mutating func add(_ actions: [Action]) {
    for learn in actions.learns where learn.deletesLearned { learners[key(learn), default: 0] += 1 }
  }

  /// A rule with these actions is gone, or was never there if `isUndone`.
  mutating func remove(_ actions: [Action], isUndone: Bool = false) {
    for learn in actions.learns where learn.deletesLearned {
      let left = (learners[key(learn)] ?? 1) - 1
      learners[key(learn)] = left == 0 ? nil : left
      if left == 0, !isUndone { orphans.append(key(learn)) }
    }
  }

  private func key(_ learn: Action.Learn) -> CookieKey {
    CookieKey(table: learn.table, cookie: learn.cookie)
  }

  /// The next table and cookie whose rules are to go.
  mutating func takeOrphans() -> CookieKey? {
    orphans.isEmpty ? nil : orphans.removeFirst()
  }
}
