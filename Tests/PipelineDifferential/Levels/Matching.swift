import Match

/// One table; all fields that a frame has, all masks, many priorities; frames of all kinds, also broken ones.
enum Matching: Level {
  static let name = "matching"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(50...200), mangled: 4, dice: &dice)
    let ports = Layout.ports.filter { $0.bridge == 0 }
    result.steps = traffic.steps(of: ports, dice: &dice)
    for _ in 0..<dice.number(10...200) {
      var match = MatchMaker.match(dice.pick(traffic.keys), atMost: 4, dice: &dice)
      if dice.oneIn(6), let field = Field.named("in_port") {
        match.set(field, to: UInt128(dice.pick(ports).number))
      }
      let actions = dice.oneIn(8) ? [] : (0..<dice.number(1...3)).map { _ in output(dice: &dice) }
      result.add(match, actions, dice: &dice)
    }
    return result
  }

  /// To some port.
  static func output(dice: inout Dice) -> String {
    switch dice.below(8) {
    case 0: "LOCAL"
    case 1: "IN_PORT"
    default: "output:\(dice.number(1...6))"
    }
  }
}
