import Match

/// Makes matches that some frame of a traffic has.
struct MatchMaker {
  /// Fields that a frame itself has, and those that only actions give it.
  static let frameFields = Field.all.filter { field in
    !field.isInternal && !field.isOverlay && !field.hasVariableLength && !isOfPipeline(field)
  }

  /// Registers and the like.
  static func isOfPipeline(_ field: Field) -> Bool {
    [
      "reg", "xreg", "xxreg", "metadata", "ct_", "tun_", "conj_id", "actset", "packet_type", "recirc",
      "dp_hash",
      "pkt_mark", "skb_", "in_port",
    ].contains { field.name.hasPrefix($0) }
  }

  /// Terms of a match that `key` fulfils: of up to `count` of `fields`, with all that they need.
  static func match(_ key: FlowKey, atMost count: Int, of fields: [Field] = frameFields, dice: inout Dice)
    -> FlowMatch
  {
    var match = FlowMatch()
    for _ in 0..<dice.number(0...count) { demand(dice.pick(fields), of: key, in: &match, dice: &dice) }
    completeTag(of: key, in: &match)
    // Terms that each make sense may not do so together: the ports of a later fragment.
    return (try? FlowMatch(parsing: "\(match)"[...])) == nil ? FlowMatch() : match
  }

  /// Demands what `key` has of `field` unless it does not have the field.
  static func demand(_ field: Field, of key: FlowKey, in match: inout FlowMatch, dice: inout Dice) {
    var wanted = match
    for name in needs(field.prerequisite) where !field.prerequisite.isMet(by: wanted) {
      guard let need = Field.named(name) else { continue }
      if name == "vlan_tci" {
        wanted.set(need, to: need.value(in: key), mask: 0x1000 | wanted.mask(of: need))
      } else {
        wanted.set(need, to: need.value(in: key))
      }
    }
    guard field.prerequisite.isMet(by: wanted) else { return }
    let mask = field.maskRule == .any && dice.oneIn(3) ? self.mask(of: field, dice: &dice) : field.allOnes
    // Never less than what others need.
    wanted.set(field, to: field.value(in: key), mask: mask | wanted.mask(of: field))
    match = wanted
  }

  /// Demands all of what `key` has of `field` if the match says already that it does, and nothing of the field.
  static func demand(_ field: Field, exactly key: FlowKey, in match: inout FlowMatch) {
    if field.prerequisite.isMet(by: match), match.mask(of: field) == 0 {
      match.set(field, to: field.value(in: key))
    }
  }

  /// A message says of a tag whether it is there, its VLAN in the bits of a mask, and its priority whole; so that is all
  /// that a match demands.
  private static func completeTag(of key: FlowKey, in match: inout FlowMatch) {
    guard let field = Field.named("vlan_tci") else { return }
    let (value, mask) = (field.value(in: key), match.mask(of: field))
    guard mask != 0 else { return }
    if value & 0x1000 == 0 {
      match.set(field, to: 0, mask: mask & 0xfff | 0x1000)
    } else {
      match.set(field, to: value, mask: mask | 0x1000 | (mask & 0xe000 == 0 ? 0 : 0xe000))
    }
  }

  private static func mask(of field: Field, dice: inout Dice) -> UInt128 {
    switch field.format {
    case .ipv4, .ipv6:
      let length = dice.oneIn(2) ? field.bits - dice.below(4) : dice.number(0...field.bits)
      return length == 0 ? 0 : field.allOnes & ~((1 << UInt128(field.bits - length)) - 1)
    default: return dice.bits() & field.allOnes
    }
  }

  /// Fields that must be demanded first, outer ones first.
  private static func needs(_ prerequisite: Field.Prerequisite) -> [String] {
    switch prerequisite {
    case .none, .ethernet, .connection: []
    case .vlan: ["vlan_tci"]
    case .ipv4, .ipv6, .ip, .arp, .mpls, .nsh: ["eth_type"]
    case .tcp, .udp, .sctp, .icmpv4, .icmpv6: ["eth_type", "ip_proto"]
    case .nd, .ndSolicit, .ndAdvert: ["eth_type", "ip_proto", "icmpv6_type", "icmpv6_code"]
    }
  }
}

extension FlowMatch {
  /// Which bits of `field` are demanded.
  func mask(of field: Field) -> UInt128 { field.mask(in: self) }
}
