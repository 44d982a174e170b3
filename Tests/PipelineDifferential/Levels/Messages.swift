import Match

/// Frames for controllers, and those with a TTL that ends.
enum Messages: Level {
  static let name = "messages"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case { makeCase(comparesLengths: false, dice: &dice) }

  static func makeCase(comparesLengths: Bool, dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(30...100), mangled: 12, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports.filter { $0.bridge == 0 }, dice: &dice)
    let tables = Tables.Scheme(count: 3, hasLoops: false)
    for table in 0..<tables.count {
      for _ in 0..<dice.number(3...12) {
        var match = dice.oneIn(4) ? FlowMatch() : Tables.pipelineMatch(dice.pick(traffic.keys), dice: &dice)
        if dice.oneIn(2), let field = Field.named("eth_type") {
          MatchMaker.demand(field, exactly: dice.pick(traffic.keys), in: &match)
        }
        var actions: [String] = []
        for _ in 0..<dice.number(1...5) {
          let text: String
          switch dice.below(8) {
          case 0: text = "controller(max_len=\(dice.number(14...100)))"
          case 1: text = "CONTROLLER:65535"
          case 2, 3: text = "dec_ttl"
          case 4 where comparesLengths:
            text = "check_pkt_larger(\(dice.number(40...120)))->NXM_NX_REG\(dice.below(2))[\(dice.below(4))]"
          default: text = Tables.action(in: table, of: tables, for: match, dice: &dice)
          }
          // What tags do to a frame is compared elsewhere.
          if !text.lowercased().contains("vlan") { Tables.append(text, to: &actions, match, table) }
        }
        result.add(match, actions, table: table, dice: &dice)
      }
    }
    return result
  }
}
