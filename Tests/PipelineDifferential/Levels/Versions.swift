import Flow
import Match

/// Rules in messages of OpenFlow 1.0, 1.1 and 1.3: what is refused there, and actions that mean something else in each version.
enum Versions: Level {
  static let name = "versions"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    result.version = dice.pick([.v10, .v10, .v13, .v13, .v11])
    let traffic = Traffic(count: dice.number(50...150), mangled: 8, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports.filter { $0.bridge == 0 }, dice: &dice)
    for table in 0..<2 {
      for _ in 0..<dice.number(5...25) {
        var match = MatchMaker.match(dice.pick(traffic.keys), atMost: 3, dice: &dice)
        for name in ["eth_type", "ip_proto"] where dice.oneIn(2) {
          if let field = Field.named(name) {
            MatchMaker.demand(field, exactly: dice.pick(traffic.keys), in: &match)
          }
        }
        var actions: [String] = []
        for _ in 0..<dice.number(1...3) {
          let text =
            switch dice.below(6) {
            case 0: Rewriting.setField(of: Rewriting.fields, dice: &dice)
            case 1, 2: Tagging.tag(dice: &dice)
            default: Rewriting.named(dice: &dice)
            }
          // As a text it must make sense in some version; nothing makes sure that it does in this one.
          let rule =
            (["\(match)"].filter { !$0.isEmpty } + ["actions=" + (actions + [text]).joined(separator: ",")])
          if (try? FlowMod(parsing: rule.joined(separator: ",")[...], command: .add)) != nil {
            actions.append(text)
          }
        }
        if table == 0, dice.oneIn(2) { actions.append("resubmit(,1)") }
        actions.append(Matching.output(dice: &dice))
        result.add(match, actions, table: table, dice: &dice)
      }
    }
    return result
  }
}
