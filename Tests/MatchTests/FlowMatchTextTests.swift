import Match
import TestKit
import Testing

/// What `OracleTests` cannot ask: refusals, port names, whole matches read back.
@Suite struct FlowMatchTextTests {
  @Test(arguments: [
    ("tp_dst=80", "tp_dst needs tcp, tcp6, udp, udp6, sctp, sctp6, icmp or icmp6 in the match as well", 0),
    ("ip,tcp_dst=80", "tcp_dst needs tcp or tcp6 in the match as well", 3),
    ("udp,tcp_dst=80", "tcp_dst needs tcp or tcp6 in the match as well", 4),
    ("nw_src=1.2.3.4", "nw_src needs ip, arp or rarp in the match as well", 0),
    ("ip,arp_spa=1.2.3.4", "arp_spa needs arp or rarp in the match as well", 3),
    ("ip,ipv6_src=::1", "ipv6_src needs ipv6 in the match as well", 3),
    ("arp,nw_tos=4", "nw_tos needs ip or ipv6 in the match as well", 4),
    (
      "icmp6,nd_target=::1",
      "nd_target needs icmp6,icmp_type=135 or icmp6,icmp_type=136 in the match as well", 6
    ),
    ("icmp6,icmp_type=136,nd_sll=1:2:3:4:5:6", "nd_sll needs icmp6,icmp_type=135 in the match as well", 20),
    (
      "tcp,tp_dst=80,nw_frag=later",
      "tp_dst is not allowed with nw_frag=later: later fragments have no transport header", 4
    ),
    ("tcp,udp", "udp contradicts tcp", 4),
    ("tcp,ip6", "ip6 contradicts tcp", 4),
    ("ip,dl_type=0x806", "dl_type contradicts ip", 3),
    ("tcp,nw_proto=17", "nw_proto contradicts tcp", 4),
    ("ip,nw_src=1.2.3.4,nw_src=1.2.3.5", "nw_src is given twice", 18),
    ("ip,nw_src=1.2.3.4,ip_src=1.2.3.5", "ip_src contradicts nw_src", 18),
    ("dl_vlan=5,vlan_tci=0x1006", "vlan_tci contradicts dl_vlan", 10),
    ("dl_vlan=0xffff,dl_vlan_pcp=3", "dl_vlan_pcp contradicts dl_vlan", 15),
    ("dl_vlan=4096", "dl_vlan: 4096 is out of range (0 to 4095)", 8),
    ("dl_vlan_pcp=8", "dl_vlan_pcp: 8 is out of range (0 to 7)", 12),
    ("icmp,tp_src=256", "icmp_type: 256 is out of range (0 to 255)", 12),
    ("icmp,tp_src=8/0xf", "icmp_type takes no mask", 12),
    ("ip=5", "ip takes no value", 2),
    ("in_port", "in_port: a value is missing; expected a port", 7),
    ("in_port=,tcp", "in_port: a value is missing; expected a port", 8),
    ("nosuch=5", "unknown field 'nosuch'", 0),
    ("tcp,tpdst=5", "unknown field 'tpdst'; did you mean 'tp_dst'?", 4),
    ("TCP", "unknown field 'TCP'; did you mean 'tcp'?", 0),
    ("=5", "unknown field ''", 0),
    ("a_name_of_more_than_16_bytes=5", "unknown field 'a_name_of_more_than_16_bytes'", 0),
    ("arp,arp_op=65536", "arp_op: 65536 is out of range (0 to 65535)", 11),
    ("mpls_label=5", "mpls_label needs mpls or mplsm in the match as well", 0),
    ("nsh_spi=5", "nsh_spi needs dl_type=0x894f in the match as well", 0),
    ("ct_nw_src=1.2.3.4", "ct_nw_src needs ct_state=+trk-inv in the match as well", 0),
    ("packet_type=(1,0x800),dl_src=1:2:3:4:5:6", "dl_src needs packet_type=(0,0) in the match as well", 22),
    ("packet_type=1", "packet_type: '1' is not a packet type like (1,0x800)", 12),
    ("ct_state=+snot", "unknown ct_state flag 'snot'; did you mean 'snat'?", 10),
    ("ct_state=0x100", "ct_state: 0x100 is out of range (0 to 255)", 9),
    ("tun_metadata0=0x1,tun_metadata0=0x1", "tun_metadata0 is given twice", 18),
    ("tun_ttl=5", "tun_ttl is not allowed in a rule: no message of OpenFlow can name it", 0),
    ("tun_metadata64=5", "unknown field 'tun_metadata64'", 0),
  ])
  func refuses(text: String, message: String, offset: Int) {
    let error = #expect(throws: FlowSyntaxError.self) { try FlowMatch(parsing: text[...], at: 100) }
    #expect(error?.description == message)
    #expect(error?.offset == 100 + offset)
  }

  @Test(arguments: [
    ("", ""), (" , ", ""), ("ip,ip", "ip"), ("ip,tcp,nw_proto=6", "tcp"),
    ("ip,nw_src=1.2.3.4,ip_src=1.2.3.4", "ip,nw_src=1.2.3.4"),
    ("dl_vlan=5,vlan_tci=0x1005/0x1fff", "dl_vlan=5"),
    ("reg0=5/0", ""),
    // Of an opcode the lower eight bits count, as in Open vSwitch.
    ("arp,arp_op=300", "arp,arp_op=44"),
    ("packet_type=(0,0),ip", "ip"),
  ])
  func accepts(text: String, printed: String) throws {
    #expect(try FlowMatch(parsing: text[...]).description == printed)
  }

  @Test func namesPorts() throws {
    let numbers: [String: UInt16] = ["tap0": 1, "s1-eth1": 2, "local": 3, "a\"b,c": 4]
    let names = Dictionary(uniqueKeysWithValues: numbers.map { ($0.value, $0.key) })
    for (text, printed) in [
      ("in_port=tap0", "in_port=tap0"), ("in_port=\"s1-eth1\"", "in_port=\"s1-eth1\""),
      ("in_port=s1-eth1", "in_port=\"s1-eth1\""), ("in_port=\"local\"", "in_port=\"local\""),
      ("in_port=\"a\\\"b,c\",tcp", "tcp,in_port=\"a\\\"b,c\""), ("in_port=9", "in_port=9"),
    ] {
      let match = try FlowMatch(parsing: text[...]) { numbers[$0].map(PortNumber.init) }
      #expect(match.description { names[$0.rawValue] } == printed)
    }
  }

  /// Matches put together without any text are printed, read, and the same.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func everyMatchReadsBack(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let match = FlowMatch.arbitrary(using: &random)
      let text = match.description
      let again = try FlowMatch(parsing: text[...])
      if again != match { Issue.record("seed \(seed): \(text) read back as \(again)") }
    }
  }

  /// Damaged texts are read or refused, with an offset inside the text.
  @Test func survivesDamage() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<3000 {
      var bytes = Array(FlowMatch.arbitrary(using: &random).description.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let i = Int.random(in: bytes.indices, using: &random)
        bytes[i] = "=/,.:\"+-|0x9zé ".utf8.randomElement(using: &random) ?? bytes[i]
      }
      bytes.removeLast(Int.random(in: 0...bytes.count / 2, using: &random))
      let text = String(decoding: bytes, as: UTF8.self)
      do { _ = try FlowMatch(parsing: text[...]) } catch {
        if !(0...text.utf8.count).contains(error.offset) { Issue.record("\(text): offset \(error.offset)") }
      }
    }
  }
}

extension FlowMatch {
  /// Fields that say in other words what another field says.
  private static let overlays: Set<Field> = Set(
    Field.all.filter {
      $0.isOverlay
        || [
          "dl_vlan", "vlan_vid", "dl_vlan_pcp", "vlan_pcp", "nw_tos", "packet_type", "eth_type", "nw_proto",
        ].contains($0.name)
    })

  /// A match as a text could demand it: any field only with what it needs.
  static func arbitrary(
    using random: inout SeededGenerator, without isLeftOut: (Field) -> Bool = { _ in false }
  ) -> FlowMatch {
    var match = FlowMatch()
    let types: [UInt64?] = [nil, 0x0800, 0x0806, 0x8035, 0x86dd, 0x88cc, 0x8847, 0x8848, 0x894f]
    if let etherType = types.randomElement(using: &random) ?? nil {
      let hasEthernet = random.next() % 8 != 0
      if let field = Field.named(hasEthernet ? "eth_type" : "packet_type") {
        match.set(field, to: UInt128(hasEthernet ? etherType : etherType | 0x1_0000))
      }
    }
    if Field.Prerequisite.ip.isMet(by: match),
      let number = [1, 2, 6, 17, 58, 132].randomElement(using: &random)
    {
      match.set(Slot(FlowKey.Word.ip, 24, 8), to: UInt64(number))
    }
    for field in Field.all
    where !overlays.contains(field) && !field.isInternal && field.prerequisite.isMet(by: match) {
      if field.name == "icmpv6_type", let type = [128, 135, 136].randomElement(using: &random) {
        match.set(field.slots[0], to: UInt64(type))
        continue
      }
      guard random.next() % 4 == 0, !field.hasVariableLength, !isLeftOut(field) else { continue }
      let isMasked = field.maskRule == .any && random.next() % 2 == 0
      match.set(
        field, to: field.arbitraryValue(using: &random),
        mask: isMasked ? field.arbitraryValue(using: &random) : field.allOnes)
    }
    for index in 0..<3 where random.next() % 8 == 0 {
      let bytes = (0..<Int.random(in: 1...124, using: &random)).map { _ in
        UInt8.random(in: 1...255, using: &random)
      }
      match.demand(TunnelMetadataMatch(index: UInt8(index), value: bytes))
    }
    return match
  }
}

extension Field {
  /// A value that the field can have.
  func arbitraryValue(using random: inout SeededGenerator) -> UInt128 {
    let value = (UInt128(random.next()) << 64 | UInt128(random.next())) & allOnes
    switch format {
    case .widePort: return UInt128(PortNumber(rawValue: UInt16(truncatingIfNeeded: value)).wide)
    case .connectionState: return value & 0xff
    default:
      switch name {
      case "arp_op": return value & 0xff
      case "nw_tos": return value & 0xfc
      case "nsh_ttl": return value & 63
      case "nsh_mdtype": return 1 + value % 2
      default: return value
      }
    }
  }
}
