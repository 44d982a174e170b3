import Actions
import Flow
import Match

/// Label stacks of MPLS, and headers that come and go: Ethernet's, MPLS's and NSH's.
enum Labels: Level {
  static let name = "labels"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(50...120), mangled: 10, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports.filter { $0.bridge == 0 }, dice: &dice)
    let fields = MatchMaker.frameFields.filter {
      $0.name.hasPrefix("mpls") || $0.name.hasPrefix("nsh")
        || ["eth_type", "vlan_vid", "ip_proto"].contains($0.name)
    }
    for table in 0..<2 {
      for _ in 0..<dice.number(5...20) {
        var match = MatchMaker.match(dice.pick(traffic.keys), atMost: 2, of: fields, dice: &dice)
        if dice.oneIn(2), let field = Field.named("eth_type") {
          MatchMaker.demand(field, exactly: dice.pick(traffic.keys), in: &match)
        }
        var actions: [String] = []
        for _ in 0..<dice.number(1...5) {
          // What stands behind such a header is not known any more.
          // Behind pop_mpls, Open vSwitch takes a frame up anew, and what comes after a resubmit is done in another order.
          if actions.contains(where: { $0.contains("cap(") || $0.contains("resubmit") }) { break }
          let text: String
          switch dice.below(6) {
          case 0: text = Matching.output(dice: &dice)
          case 1: text = Rewriting.change(for: match, dice: &dice) ?? "LOCAL"
          case 2 where table == 0: text = "resubmit(,1)"
          default: text = change(dice: &dice)
          }
          Tables.append(text, to: &actions, match, table)
        }
        if actions.last != "resubmit(,1)" {
          Tables.append(Matching.output(dice: &dice), to: &actions, match, table)
        }
        result.add(match, actions, table: table, dice: &dice)
      }
    }
    addOrders(to: &result, traffic, of: fields, dice: &dice)
    return result
  }

  /// Rules of a table where no frame comes, with actions in an order that may make no sense: both have to refuse the same.
  private static func addOrders(
    to result: inout Case, _ traffic: Traffic, of fields: [Field], dice: inout Dice
  ) {
    for _ in 0..<10 {
      var match = MatchMaker.match(dice.pick(traffic.keys), atMost: 1, of: fields, dice: &dice)
      if dice.oneIn(2), let field = Field.named("eth_type") {
        MatchMaker.demand(field, exactly: dice.pick(traffic.keys), in: &match)
      }
      let actions = (0..<dice.number(2...4)).map { _ in
        dice.pick([
          "decap()", "decap()", "encap(nsh(md_type=1))", "encap(ethernet)", "encap(mpls)", "push_mpls:0x8847",
          "pop_mpls:0x0800", "pop_mpls:0x8847", "push_vlan:0x8100", "strip_vlan", "mod_vlan_vid:3", "dec_ttl",
          "dec_mpls_ttl", "dec_nsh_ttl", "set_field:02:00:00:00:00:01->eth_src", "set_field:3->mpls_label",
          "set_field:3->nsh_ttl", "mod_nw_src:10.0.0.1", "push:NXM_OF_ETH_SRC[]", "pop:NXM_OF_ETH_DST[]",
        ])
      }
      let rule = (["\(match)"].filter { !$0.isEmpty } + ["actions=\(actions.joined(separator: ","))"])
      guard (try? FlowMod(parsing: rule.joined(separator: ",")[...], command: .add)) != nil else { continue }
      result.add(match, actions, table: 9, dice: &dice)
    }
  }

  private static func change(dice: inout Dice) -> String {
    switch dice.below(14) {
    case 0, 1: "push_mpls:0x8847"
    case 2: "push_mpls:0x8848"
    case 3: "pop_mpls:0x0800"
    case 4: "pop_mpls:0x8847"
    case 5: "pop_mpls:0x86dd"
    case 6: "set_field:\(dice.below(1 << 20))->mpls_label"
    case 7: "set_field:\(dice.below(8))->mpls_tc"
    case 8: "set_mpls_ttl(\(dice.below(4)))"
    case 9: "dec_mpls_ttl"
    case 10: "encap(nsh(md_type=1))"
    case 11: "encap(nsh(md_type=2)),decap()"
    // Open vSwitch gives up frames that get a second Ethernet header, some of them after they were sent.
    case 12: "decap(),encap(ethernet)"
    default: "dec_nsh_ttl"
    }
  }
}
