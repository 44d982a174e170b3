import Actions
import Match

/// VLAN tags: pushed, popped and changed, one and two of them, also on frames that have none.
enum Tagging: Level {
  static let name = "tagging"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(50...200), mangled: 8, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports.filter { $0.bridge == 0 }, dice: &dice)
    let fields = MatchMaker.frameFields.filter { $0.name.contains("vlan") || $0.name.hasPrefix("eth") }
    for _ in 0..<dice.number(10...60) {
      let key = dice.pick(traffic.keys)
      let match = MatchMaker.match(
        key, atMost: 3, of: dice.oneIn(4) ? MatchMaker.frameFields : fields, dice: &dice)
      var actions: [String] = []
      for _ in 0..<dice.number(1...5) {
        actions += change(for: match, after: actions, dice: &dice)
        if dice.oneIn(3) { actions.append(Matching.output(dice: &dice)) }
      }
      actions.append(Matching.output(dice: &dice))
      result.add(match, actions, dice: &dice)
    }
    return result
  }

  /// A change of tags, or of what lies behind them, that may follow `actions`.
  static func change(for match: FlowMatch, after actions: [String], dice: inout Dice) -> [String] {
    for _ in 0..<10 {
      let text =
        dice.oneIn(5) ? Rewriting.change(for: match, dice: &dice) ?? tag(dice: &dice) : tag(dice: &dice)
      let all = (actions + [text]).joined(separator: ",")
      guard let list = try? ActionList.parse(all[...], at: 0) else { continue }
      let version = OpenFlowChannel.version
      if (try? ActionList.validate(list, for: match, table: 0, version: version)) != nil { return [text] }
    }
    return []
  }

  static func tag(dice: inout Dice) -> String {
    switch dice.below(12) {
    case 0: return "push_vlan:0x8100"
    case 1: return "push_vlan:0x88a8"
    case 2, 3: return "strip_vlan"
    case 4: return "mod_vlan_vid:\(dice.below(4))"
    case 5: return "mod_vlan_pcp:\(dice.below(8))"
    case 6: return "set_field:\(0x1000 + dice.below(4))->vlan_vid"
    case 7:
      // A tag must be there, and stay.
      let mask = 0x1000 + dice.below(4096)
      return "set_field:\((0x1000 + dice.below(4096)) & mask)/\(mask)->vlan_vid"
    case 8: return "set_field:\(dice.below(8))->vlan_pcp"
    case 9, 10:
      // Bit 12, with which a tag is there, is one of those that are loaded.
      let start = dice.number(4...12)
      let value = dice.below(1 << (12 - start)) | 1 << (12 - start)
      return "load:\(value)->NXM_OF_VLAN_TCI[\(start)..12]"
    default: return "move:NXM_OF_VLAN_TCI[0..7]->NXM_OF_ETH_SRC[8..15]"
    }
  }
}
