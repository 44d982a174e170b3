/// Rules of one shape, grouped by priority and by the bits that they have in common with another shape.
///
/// Groups are told apart by a hash alone: two may fall together, so who asks compares what it gets.
struct PriorityIndex {
  private struct Group {
    var rules: [Int] = []
    /// What the first of them does, and whether any does something else.
    var actions: Int
    var isMixed = false
  }

  private let common: ShapeIndex.Common
  private var groups: [UInt64: Group] = [:]

  /// - Parameter actions: what the rules of the subject do, by number.
  init(_ shape: TableRules.Shape, _ common: ShapeIndex.Common, _ actions: [Int]) {
    self.common = common
    for rule in 0..<shape.count {
      let key = common.hash(own: rule, of: shape, from: UInt64(shape.priorities[rule]))
      let action = actions[shape.places[rule]]
      groups[key, default: Group(actions: action)].rules.append(rule)
      if groups[key]?.actions != action { groups[key]?.isMixed = true }
    }
  }

  /// Calls `body` with each of the indexed rules that may have the priority of rule `rule` of `other` and agree
  /// with it in the common bits, until it returns `false`. When all of them do `actions`, with none.
  func forEach(
    agreeingWith rule: Int, of other: TableRules.Shape, doingOtherThan actions: Int, _ body: (Int) -> Bool
  ) {
    let key = common.hash(other: rule, of: other, from: UInt64(other.priorities[rule]))
    guard let group = groups[key], group.isMixed || group.actions != actions else { return }
    for rule in group.rules where !body(rule) { return }
  }
}
