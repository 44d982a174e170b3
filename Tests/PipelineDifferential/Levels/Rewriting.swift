import Actions
import Match

/// Changes of header fields, of which checksums take notice, and copies that leave in between.
enum Rewriting: Level {
  static let name = "rewriting"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(50...200), mangled: 6, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports.filter { $0.bridge == 0 }, dice: &dice)
    for _ in 0..<dice.number(10...60) {
      let key = dice.pick(traffic.keys)
      var match = MatchMaker.match(key, atMost: 2, dice: &dice)
      for name in ["eth_type", "ip_proto", "icmp_type", "icmpv6_type", "icmpv6_code"].prefix(
        dice.number(0...5))
      {
        if let field = Field.named(name) { MatchMaker.demand(field, exactly: key, in: &match) }
      }
      var actions: [String] = []
      for _ in 0..<dice.number(1...5) {
        if let action = change(for: match, dice: &dice) { actions.append(action) }
        if dice.oneIn(3) { actions.append(Matching.output(dice: &dice)) }
      }
      actions.append(Matching.output(dice: &dice))
      result.add(match, actions, dice: &dice)
    }
    return result
  }

  static let fields = MatchMaker.frameFields.filter {
    $0.isWritable && !$0.name.hasPrefix("vlan") && !$0.name.hasPrefix("dl_vlan")
      && !["mpls", "nsh"].contains("\($0.prerequisite)")
      // Open vSwitch writes behind the end of short messages, and dies of it.
      && !["arp_op", "nd_options_type", "nd_reserved"].contains($0.name)
  }

  /// A change of the frame that a rule with `match` may make; `nil` when the dice have no luck.
  static func change(for match: FlowMatch, dice: inout Dice) -> String? {
    for _ in 0..<20 {
      let text = dice.oneIn(2) ? setField(of: fields, dice: &dice) : named(dice: &dice)
      guard let actions = try? ActionList.parse(text[...], at: 0) else { continue }
      let version = OpenFlowChannel.version
      if (try? ActionList.validate(actions, for: match, table: 0, version: version)) != nil { return text }
    }
    return nil
  }

  /// `set_field`, `load` or `move` of one of `fields`, with values that frames have and others.
  static func setField(of fields: [Field], dice: inout Dice) -> String {
    let field = dice.pick(fields)
    var value = (dice.oneIn(2) ? UInt128(dice.below(4)) : dice.bits()) & field.allOnes
    if field.name == "nw_tos" { value &= 0xfc }
    // The lower bits of nw_tos belong to another field.
    let isWhole = field.name == "nw_tos"
    switch isWhole ? 3 : dice.below(4) {
    case 0:
      let source = dice.pick(fields.filter { $0.name != "nw_tos" })
      let bits = dice.number(1...min(source.bits, field.bits))
      let (from, to) = (dice.number(0...source.bits - bits), dice.number(0...field.bits - bits))
      return "move:\(source.name)[\(from)..\(from + bits - 1)]->\(field.name)[\(to)..\(to + bits - 1)]"
    case 1:
      let bits = dice.number(1...min(field.bits, 64))
      let start = dice.number(0...field.bits - bits)
      let part = bits == 128 ? value : value & ((1 << UInt128(bits)) - 1)
      return "load:0x\(String(part, radix: 16))->\(field.name)[\(start)..\(start + bits - 1)]"
    case 2:
      let mask = dice.bits() & field.allOnes
      return "set_field:\(field.format(value: value & mask, mask: mask))->\(field.name)"
    default: return "set_field:\(field.format(value: value, mask: field.allOnes))->\(field.name)"
    }
  }

  static func named(dice: inout Dice) -> String {
    switch dice.below(14) {
    // To Open vSwitch 0 is no operation, and above 255 there is none.
    case 13: "set_field:\(dice.number(1...255))->arp_op"
    case 0: "mod_dl_src:02:00:00:00:00:0\(dice.below(8))"
    case 1: "mod_dl_dst:02:00:00:00:00:0\(dice.below(8))"
    case 2: "mod_nw_src:10.0.0.\(dice.below(4))"
    case 3: "mod_nw_dst:\(dice.below(256)).\(dice.below(256)).0.\(dice.below(4))"
    case 4: "mod_nw_tos:\(dice.below(64) * 4)"
    case 5: "mod_nw_ecn:\(dice.below(4))"
    case 6: "mod_nw_ttl:\(dice.below(256))"
    case 7: "mod_tp_src:\(dice.below(65_536))"
    case 8: "mod_tp_dst:\(dice.below(4))"
    case 9, 10: "dec_ttl"
    case 11: "mod_tp_src:\(dice.below(4))"
    default: "mod_tp_dst:\(dice.below(65_536))"
    }
  }
}
