import Wire

/// A word that may stand in a match: a field's name or alias, or a protocol.
struct MatchKeyword: Sendable {
  enum Meaning: Sendable {
    /// Places in `Field.all`, of which the first one counts whose prerequisite the match fulfils: most names
    /// mean one field, `tp_src` means a port or an ICMP type.
    case field([Int])
    case shorthand(EtherType?, IPProtocol?)
  }

  let name: String
  let meaning: Meaning
  /// Terms of lower rank are prerequisites of terms of higher rank.
  let rank: Int

  /// Ranks are 0 up to, but not including this.
  static var rankCount: Int { 4 }

  static func named(_ text: borrowing Span<UInt8>) -> MatchKeyword? { ShortName(text).flatMap { all[$0] } }

  /// Every word, for suggestions.
  static let names: [String] = all.values.map(\.name).sorted()

  private static let all: [ShortName: MatchKeyword] = {
    var result: [ShortName: MatchKeyword] = [:]
    for keyword in fields + shared + protocols {
      guard let name = ShortName(keyword.name) else {
        preconditionFailure("\(keyword.name): a name too long")
      }
      result[name] = keyword
    }
    return result
  }()

  private static var fields: [MatchKeyword] {
    Field.all.indices.flatMap { i -> [MatchKeyword] in
      let field = Field.all[i]
      guard !field.hasVariableLength else { return [] }
      return ([field.name] + field.aliases).map { name in
        MatchKeyword(name: name, meaning: .field([i]), rank: rank(of: field))
      }
    }
  }

  /// Names that mean another field under another protocol.
  private static var shared: [MatchKeyword] {
    let meanings = [
      "nw_src": ["ip_src", "arp_spa"],
      "nw_dst": ["ip_dst", "arp_tpa"],
      "nw_proto": ["nw_proto", "arp_op"],
      "tp_src": ["tcp_src", "udp_src", "sctp_src", "icmp_type", "icmpv6_type"],
      "tp_dst": ["tcp_dst", "udp_dst", "sctp_dst", "icmp_code", "icmpv6_code"],
      "icmp_type": ["icmp_type", "icmpv6_type"],
      "icmp_code": ["icmp_code", "icmpv6_code"],
      // As Open vSwitch prints these two.
      "gtpu_flags": ["tun_gtpu_flags"],
      "gtpu_msgtype": ["tun_gtpu_msgtype"],
    ]
    return meanings.map { name, fields in
      let indices = fields.compactMap { wanted in Field.all.firstIndex { $0.name == wanted } }
      return MatchKeyword(name: name, meaning: .field(indices), rank: rank(of: Field.all[indices[0]]))
    }
  }

  private static var protocols: [MatchKeyword] {
    let shorthands: [(String, EtherType?, IPProtocol?)] = [
      ("eth", nil, nil),
      ("ip", .ipv4, nil), ("ip4", .ipv4, nil), ("ipv4", .ipv4, nil), ("ipv6", .ipv6, nil),
      ("ip6", .ipv6, nil),
      ("icmp", .ipv4, .icmp), ("tcp", .ipv4, .tcp), ("udp", .ipv4, .udp), ("sctp", .ipv4, .sctp),
      ("icmp6", .ipv6, .icmpv6), ("tcp6", .ipv6, .tcp), ("udp6", .ipv6, .udp), ("sctp6", .ipv6, .sctp),
      ("arp", .arp, nil), ("rarp", .rarp, nil), ("mpls", .mpls, nil), ("mplsm", .mplsMulticast, nil),
    ]
    return shorthands.map { MatchKeyword(name: $0.0, meaning: .shorthand($0.1, $0.2), rank: 0) }
  }

  private static func rank(of field: Field) -> Int {
    switch field.name {
    case "eth_type", "packet_type", "ct_state": 0
    case "nw_proto", "arp_op", "ip_frag": 1
    case "tcp_src", "tcp_dst", "icmp_type", "icmp_code", "icmpv6_type", "icmpv6_code": 2
    default: 3
    }
  }
}
