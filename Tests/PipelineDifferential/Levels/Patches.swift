import Actions
import Match

/// Two bridges with patch ports between them: what a frame is and has when it comes over, and what the first bridge does
/// with it afterwards.
enum Patches: Level {
  static let name = "patches"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(50...150), mangled: 12, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports, runs: 1...10, dice: &dice)
    let tables = Tables.Scheme(count: 2, hasLoops: false)
    // The second bridge sends frames back in some cases; the first one ends them then. There is no NORMAL: it knows what a
    // frame has taught it from the next one on, in Open vSwitch when the same frame comes by again.
    let returns = dice.oneIn(2)
    if returns {
      result.rules.append(
        .init(
          match: "priority=65000,in_port=10", actions: (0..<3).map { _ in "output:\(dice.number(1...6))" }))
    }
    for bridge in 0..<Layout.bridgeCount {
      for table in 0..<2 {
        for _ in 0..<dice.number(2...12) {
          let match = dice.oneIn(4) ? FlowMatch() : Tables.pipelineMatch(dice.pick(traffic.keys), dice: &dice)
          var actions: [String] = []
          for _ in 0..<dice.number(1...5) {
            let text =
              switch dice.below(3) {
              case 0 where bridge == 0 || returns: "output:\(dice.pick(Layout.patches))"
              case 0, 1: Switching.output(mayTruncate: true, dice: &dice)
              default: Tables.action(in: table, of: tables, for: match, dice: &dice)
              }
            if text == "NORMAL" || text == "IN_PORT" && !returns { continue }
            if Switching.isPlain(text) { Tables.append(text, to: &actions, match, table) }
          }
          if bridge == 0, dice.oneIn(6) {
            let written = "\(Tables.setAction(in: tables, dice: &dice)),output:\(dice.pick(Layout.patches))"
            Tables.append("write_actions(\(written))", to: &actions, match, table)
          }
          result.add(match, actions, table: table, bridge: bridge, dice: &dice)
        }
      }
    }
    return result
  }
}
