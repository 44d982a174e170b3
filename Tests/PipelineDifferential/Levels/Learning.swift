import Match

/// Rules that frames make, and rules of several dimensions.
enum Learning: Level {
  static let name = "learning"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(50...150), mangled: 12, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports.filter { $0.bridge == 0 }, runs: 1...8, dice: &dice)
    for table in 0..<3 {
      for _ in 0..<dice.number(2...8) {
        var match =
          dice.oneIn(3) ? FlowMatch() : MatchMaker.match(dice.pick(traffic.keys), atMost: 2, dice: &dice)
        if dice.oneIn(2) {
          for name in ["eth_type", "ip_proto"] {
            if let field = Field.named(name) {
              MatchMaker.demand(field, exactly: dice.pick(traffic.keys), in: &match)
            }
          }
        }
        var actions: [String] = []
        for _ in 0..<dice.number(1...4) {
          let text =
            switch dice.below(5) {
            case 0, 1: learn(dice: &dice)
            case 2: Matching.output(dice: &dice)
            case 3 where table < 2: "resubmit(,\(table + 1))"
            default: "load:\(dice.below(4))->NXM_NX_REG0[0..3]"
            }
          Tables.append(text, to: &actions, match, table)
        }
        result.add(match, actions, table: table, dice: &dice)
      }
    }
    conjunctions(&result, traffic, dice: &dice)
    return result
  }

  private static func learn(dice: inout Dice) -> String {
    var parts = ["table=\(dice.number(1...3))", "priority=\(dice.number(1...60_000))"]
    if dice.oneIn(3) { parts.append("cookie=0x\(dice.below(16) + 1000)") }
    if dice.oneIn(4) { parts.append("limit=\(dice.number(1...5))") }
    let specifications = [
      "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]", "NXM_OF_ETH_SRC[]", "NXM_OF_VLAN_TCI[0..11]", "NXM_OF_IN_PORT[]",
      "eth_type=0x800", "load:NXM_OF_IN_PORT[]->NXM_NX_REG1[0..15]", "output:NXM_OF_IN_PORT[]",
      "output:NXM_NX_REG0[0..3]",
      "load:0x5->NXM_NX_REG2[]", "NXM_NX_REG0[0..3]=NXM_OF_ETH_SRC[0..3]", "reg3=0x1",
    ]
    for _ in 0..<dice.number(1...4) { parts.append(dice.pick(specifications)) }
    return "learn(\(parts.joined(separator: ",")))"
  }

  private static func conjunctions(_ result: inout Case, _ traffic: Traffic, dice: inout Dice) {
    for id in 1...2 {
      let dimensions = dice.number(2...3)
      let priority = dice.number(1...65_000)
      for dimension in 1...dimensions {
        for _ in 0..<dice.number(1...4) {
          let match = MatchMaker.match(dice.pick(traffic.keys), atMost: 1, dice: &dice)
          guard !match.isEmpty else { continue }
          result.rules.append(
            .init(
              match: "priority=\(priority),\(match)",
              actions: ["conjunction(\(id),\(dimension)/\(dimensions))"]))
        }
      }
      result.rules.append(
        .init(match: "priority=\(priority),conj_id=\(id)", actions: [Matching.output(dice: &dice)]))
    }
  }
}
