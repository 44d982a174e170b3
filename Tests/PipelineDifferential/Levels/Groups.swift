import Match

/// Groups of all types, chained, with buckets in the order of action sets, some behind ports that are down.
///
/// Which of several live buckets of a select group a frame takes follows from a hash of its own in Open vSwitch, so such
/// groups have one live bucket, or several that do the same.
enum Groups: Level {
  static let name = "groups"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let ports = Layout.ports.filter { $0.bridge == 0 }
    for port in ports where port.number != PortName.local && dice.oneIn(4) { result.layout.down.insert(port) }
    let traffic = Traffic(count: dice.number(30...100), mangled: 12, dice: &dice)
    result.steps = traffic.steps(of: ports.filter { !result.layout.down.contains($0) }, dice: &dice)
    if result.steps.isEmpty { result.layout.down = [] }
    let count = dice.number(1...6)
    // Groups lead to groups that are there already.
    for group in 1...count { result.groups.append(text(of: group, dice: &dice)) }
    let tables = Tables.Scheme(count: 2, hasLoops: false)
    for table in 0..<tables.count {
      for _ in 0..<dice.number(3...12) {
        let match = dice.oneIn(5) ? FlowMatch() : Tables.pipelineMatch(dice.pick(traffic.keys), dice: &dice)
        var actions: [String] = []
        for _ in 0..<dice.number(1...4) {
          let text =
            dice.oneIn(2)
            ? "group:\(dice.number(1...count))"
            : Tables.action(in: table, of: tables, for: match, dice: &dice)
          Tables.append(text, to: &actions, match, table)
        }
        if dice.oneIn(4) {
          let written = "\(Tables.setAction(in: tables, dice: &dice)),group:\(dice.number(1...count))"
          Tables.append("write_actions(\(written))", to: &actions, match, table)
        }
        result.add(match, actions, table: table, dice: &dice)
      }
    }
    // Where buckets resubmit to no rule leads back to groups: Open vSwitch dies of lists that grow for ever.
    for _ in 0..<dice.number(1...4) {
      let match = Tables.pipelineMatch(dice.pick(traffic.keys), dice: &dice)
      result.add(match, [Matching.output(dice: &dice)], table: 2, dice: &dice)
    }
    return result
  }

  static func text(of group: Int, dice: inout Dice) -> String {
    let head = "group_id=\(group),type="
    switch dice.below(5) {
    case 0: return head + "indirect,bucket=" + bucket(before: group, dice: &dice)
    case 1:
      let buckets = (0..<dice.number(1...4)).map { _ in
        let watched =
          group > 1 && dice.oneIn(4)
          ? "watch_group:\(dice.number(1...group - 1))" : "watch_port:\(dice.number(1...6))"
        return "\(watched),actions=" + bucket(before: group, dice: &dice)
      }
      return head + "ff" + buckets.map { ",bucket=" + $0 }.joined()
    case 2:
      let same = bucket(before: 1, dice: &dice)
      let buckets = (0..<dice.number(1...4)).map { _ in "weight:\(dice.number(1...9)),actions=" + same }
      return head + "select" + buckets.map { ",bucket=" + $0 }.joined()
    default:
      return head + "all"
        + (0..<dice.number(0...4)).map { _ in ",bucket=" + bucket(before: group, dice: &dice) }.joined()
    }
  }

  private static func bucket(before group: Int, dice: inout Dice) -> String {
    var actions: [String] = []
    for _ in 0..<dice.number(1...4) {
      switch dice.below(9) {
      case 0: actions.append("set_field:02:00:00:00:00:0\(dice.below(8))->eth_src")
      case 1: actions.append("set_field:02:00:00:00:00:0\(dice.below(8))->eth_dst")
      case 2: actions.append("set_field:\(dice.below(4))->reg\(dice.below(2))")
      case 3: actions.append("push_vlan:0x8100,set_field:\(0x1000 + dice.below(4))->vlan_vid")
      case 4 where group > 1: actions.append("group:\(dice.number(1...group - 1))")
      case 5: actions.append("resubmit(,2)")
      default: actions.append(Matching.output(dice: &dice))
      }
    }
    return actions.joined(separator: ",")
  }
}
