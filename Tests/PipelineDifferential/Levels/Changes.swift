import Flow
import Match

/// Groups that are added, changed and deleted while frames come in.
enum Changes: Level {
  static let name = "changes"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(30...100), mangled: 12, dice: &dice)
    let count = dice.number(2...6)
    for group in 1...count { result.groups.append(Groups.text(of: group, dice: &dice)) }
    for step in traffic.steps(of: Layout.ports.filter({ $0.bridge == 0 }), runs: 1...12, dice: &dice) {
      result.steps.append(step)
      if dice.oneIn(2) { result.steps.append(change(of: dice.number(1...count), dice: &dice)) }
    }
    for _ in 0..<dice.number(3...12) {
      let match =
        dice.oneIn(4) ? FlowMatch() : MatchMaker.match(dice.pick(traffic.keys), atMost: 2, dice: &dice)
      var actions: [String] = []
      for _ in 0..<dice.number(1...3) {
        let text = dice.oneIn(3) ? Matching.output(dice: &dice) : "group:\(dice.number(1...count))"
        // When a group is deleted Open vSwitch deletes a rule as often as it names the group, and dies of it.
        if !actions.contains(text) { actions.append(text) }
      }
      result.add(match, actions, dice: &dice)
    }
    for _ in 0..<dice.number(1...4) {
      let match = MatchMaker.match(dice.pick(traffic.keys), atMost: 2, dice: &dice)
      result.add(match, [Matching.output(dice: &dice)], table: 2, dice: &dice)
    }
    return result
  }

  /// A change that makes sense or does not: the group may be there, or be gone.
  private static func change(of group: Int, dice: inout Dice) -> Case.Step {
    let text = Groups.text(of: group, dice: &dice)
    return switch dice.below(6) {
    case 0: .group(.delete, "group_id=\(group)")
    case 1: .group(.add, text)
    case 2: .group(.addOrModify, text)
    default: .group(.modify, text)
    }
  }
}
