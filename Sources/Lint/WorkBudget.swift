/// How much a check may still look at, so that no table, however it is made, keeps the control thread for long.
struct WorkBudget {
  private(set) var left: Int

  init(_ steps: Int) { left = steps }

  var isSpent: Bool { left <= 0 }

  /// Takes `steps` away; `false` when there were not as many.
  mutating func spend(_ steps: Int = 1) -> Bool {
    left -= steps
    return left >= 0
  }
}
