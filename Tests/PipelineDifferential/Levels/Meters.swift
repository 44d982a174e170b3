import Match

/// Meters that drop, in a time that stands still: how many frames a full bucket lets through.
enum Meters: Level {
  static let name = "meters"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(50...150), mangled: 12, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports.filter { $0.bridge == 0 }, dice: &dice)
    let count = dice.number(1...4)
    for meter in 1...count {
      // Our time does not stand still; so slow a meter does not notice.
      let bands = (0..<dice.number(1...3)).map { _ in
        "type=drop rate=\(dice.number(1...3)) burst_size=\(dice.number(1...20))"
      }
      result.meters.append("meter=\(meter) pktps burst stats bands=" + bands.joined(separator: ","))
    }
    for _ in 0..<dice.number(3...12) {
      let match =
        dice.oneIn(4) ? FlowMatch() : MatchMaker.match(dice.pick(traffic.keys), atMost: 2, dice: &dice)
      var actions = ["meter:\(dice.number(1...count))"]
      actions += (0..<dice.number(1...3)).map { _ in Matching.output(dice: &dice) }
      result.add(match, actions, dice: &dice)
    }
    return result
  }
}
