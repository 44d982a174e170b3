import Bytes
import SwitchKit
import TestKit
import Testing

/// OpenFlow 1.3.5 section A.2.3.7: each match field selects the frames that have its value, and only those.
@Suite struct MatchFieldTests {
  struct Row: CustomTestStringConvertible, Sendable {
    /// The field's number in the class `OFPXMC_OPENFLOW_BASIC`, and its name.
    var field: String
    var match: String
    /// Leaves by port 2.
    var hit: [UInt8]
    /// Differs from `hit` in that field only; leaves by port 3.
    var miss: [UInt8]
    var testDescription: String { "\(field): \(match)" }

    init(_ field: String, _ match: String, _ hit: [UInt8], _ miss: [UInt8]) {
      self.field = field
      self.match = match
      self.hit = hit
      self.miss = miss
    }
  }

  private static let udp = TestFrame.udp().bytes
  private static let tcp = ip(.tcp(.init(source: 1000, destination: 80)))
  private static let sctp = ip(.sctp(.init(source: 1000, destination: 36412)))
  private static let icmp = ip(.icmp(type: 8, code: 3, body: [0, 1, 0, 1]))
  private static let tagged = TestFrame.udp(tags: [.init(vlan: 5, priority: 3)]).bytes
  private static let arp = TestFrame(.arp(.init())).bytes
  private static let udp6 = ipv6(.udp(.init()))
  private static let solicitation = ipv6(
    .neighbourDiscovery(type: 135, target: [0x2001_0db8_0000_0000, 9], address: 0x0200_0000_0007))
  private static let advertisement = ipv6(
    .neighbourDiscovery(type: 136, target: [0x2001_0db8_0000_0000, 9], address: 0x0200_0000_0007))
  /// Label 16, TC 5, bottom of stack, TTL 64.
  private static let mpls = TestFrame(.other(type: 0x8847, [0x00, 0x01, 0x0b, 0x40, 1, 2, 3, 4])).bytes

  private static func ip(_ transport: TestFrame.Transport) -> [UInt8] {
    TestFrame(.ipv4(.init(transport))).bytes
  }
  private static func ipv6(_ transport: TestFrame.Transport) -> [UInt8] {
    TestFrame(.ipv6(.init(transport))).bytes
  }

  static let rows: [Row] = [
    Row("3 ETH_DST", "dl_dst=02:00:00:00:00:02", udp, udp.with(5, 3)),
    Row("3 ETH_DST masked", "dl_dst=02:00:00:00:00:00/ff:00:00:00:00:00", udp.with(5, 9), udp.with(0, 4)),
    Row("4 ETH_SRC", "dl_src=02:00:00:00:00:01", udp, udp.with(11, 9)),
    Row("4 ETH_SRC masked", "dl_src=00:00:00:00:00:01/00:00:00:00:00:01", udp.with(6, 4), udp.with(11, 2)),
    Row("5 ETH_TYPE", "dl_type=0x86dd", udp6, udp),
    Row("5 ETH_TYPE behind tags", "dl_type=0x0800", tagged, tagged.with(16, 0x86, 0xdd)),
    Row("6 VLAN_VID", "vlan_vid=0x1005", tagged, tagged.with(15, 6)),
    Row("6 VLAN_VID none", "vlan_vid=0", udp, tagged),
    Row("6 VLAN_VID any", "vlan_vid=0x1000/0x1000", tagged, udp),
    Row("7 VLAN_PCP", "vlan_vid=0x1000/0x1000,vlan_pcp=3", tagged, tagged.with(14, 0x80)),
    Row("8 IP_DSCP", "ip,ip_dscp=46", udp.with(15, 46 << 2 | 1), udp.with(15, 45 << 2 | 1)),
    Row("9 IP_ECN", "ip,ip_ecn=1", udp.with(15, 46 << 2 | 1), udp.with(15, 46 << 2 | 2)),
    Row("10 IP_PROTO", "ip,ip_proto=6", tcp, udp),
    Row("10 IP_PROTO of IPv6", "ipv6,ip_proto=17", udp6, solicitation),
    Row("11 IPV4_SRC", "ip,nw_src=10.0.0.1", udp, udp.with(29, 9)),
    Row(
      "11 IPV4_SRC masked", "ip,nw_src=10.0.0.0/255.0.0.255", udp.with(27, 7, 7, 0), udp.with(26, 11, 0, 0, 0)
    ),
    Row("12 IPV4_DST", "ip,nw_dst=10.0.0.2", udp, udp.with(33, 9)),
    Row("12 IPV4_DST masked", "ip,nw_dst=10.0.0.0/24", udp.with(33, 99), udp.with(32, 1)),
    Row("13 TCP_SRC", "tcp,tcp_src=1000", tcp, tcp.with(35, 1)),
    Row("14 TCP_DST", "tcp,tcp_dst=80", tcp, tcp.with(37, 81)),
    Row("15 UDP_SRC", "udp,udp_src=1000", udp, udp.with(35, 1)),
    Row("16 UDP_DST", "udp,udp_dst=53", udp, udp.with(37, 54)),
    Row("17 SCTP_SRC", "sctp,sctp_src=1000", sctp, sctp.with(35, 1)),
    Row("18 SCTP_DST", "sctp,sctp_dst=36412", sctp, sctp.with(36, 1, 1)),
    Row("19 ICMPV4_TYPE", "icmp,icmp_type=8", icmp, icmp.with(34, 0)),
    Row("20 ICMPV4_CODE", "icmp,icmp_type=8,icmp_code=3", icmp, icmp.with(35, 1)),
    Row("21 ARP_OP", "arp,arp_op=1", arp, arp.with(21, 2)),
    Row("22 ARP_SPA", "arp,arp_spa=10.0.0.1", arp, arp.with(31, 9)),
    Row("22 ARP_SPA masked", "arp,arp_spa=10.0.0.0/8", arp.with(31, 9), arp.with(28, 11)),
    Row("23 ARP_TPA", "arp,arp_tpa=10.0.0.2", arp, arp.with(41, 9)),
    Row("24 ARP_SHA", "arp,arp_sha=02:00:00:00:00:01", arp, arp.with(27, 9)),
    Row("25 ARP_THA", "arp,arp_tha=00:00:00:00:00:00", arp, arp.with(37, 9)),
    Row("26 IPV6_SRC", "ipv6,ipv6_src=2001:db8::1", udp6, udp6.with(37, 9)),
    Row("26 IPV6_SRC masked", "ipv6,ipv6_src=2001:db8::/32", udp6.with(37, 9), udp6.with(22, 0x30)),
    Row("27 IPV6_DST", "ipv6,ipv6_dst=2001:db8::2", udp6, udp6.with(53, 9)),
    Row(
      "28 IPV6_FLABEL", "ipv6,ipv6_label=0x12345", udp6.with(15, 1, 0x23, 0x45), udp6.with(15, 1, 0x23, 0x46)),
    Row("28 IPV6_FLABEL masked", "ipv6,ipv6_label=0x10000/0xf0000", udp6.with(15, 1, 9, 9), udp6.with(15, 2)),
    Row("29 ICMPV6_TYPE", "icmp6,icmp_type=135", solicitation, advertisement),
    Row("30 ICMPV6_CODE", "icmp6,icmp_type=135,icmp_code=0", solicitation, solicitation.with(55, 1)),
    Row(
      "31 IPV6_ND_TARGET", "icmp6,icmp_type=135,icmp_code=0,nd_target=2001:db8::9", solicitation,
      solicitation.with(77, 8)),
    Row(
      "32 IPV6_ND_SLL", "icmp6,icmp_type=135,icmp_code=0,nd_sll=02:00:00:00:00:07", solicitation,
      solicitation.with(85, 8)),
    Row(
      "33 IPV6_ND_TLL", "icmp6,icmp_type=136,icmp_code=0,nd_tll=02:00:00:00:00:07", advertisement,
      advertisement.with(85, 8)),
    Row("34 MPLS_LABEL", "mpls,mpls_label=16", mpls, mpls.with(15, 2)),
    Row("35 MPLS_TC", "mpls,mpls_tc=5", mpls, mpls.with(16, 0x0d)),
    Row("36 MPLS_BOS", "mpls,mpls_bos=1", mpls, mpls.with(16, 0x0a)),
  ]

  @Test(arguments: rows)
  func selectsFramesWithItsValue(row: Row) throws {
    let bench = try Conformance.Bench(rules: [
      "priority=2,\(row.match),actions=output:2", "priority=1,actions=output:3",
    ])
    #expect(bench.leaves(row.hit) == [2: [row.hit]])
    #expect(bench.leaves(row.miss) == [3: [row.miss]])
  }

  /// 0 IN_PORT.
  @Test func inPort() throws {
    let bench = try Conformance.Bench(rules: ["in_port=1,actions=output:3", "in_port=2,actions=output:4"])
    #expect(bench.leaves(Self.udp, inPort: 1) == [3: [Self.udp]])
    #expect(bench.leaves(Self.udp, inPort: 2) == [4: [Self.udp]])
    #expect(bench.leaves(Self.udp, inPort: 3).isEmpty)
  }

  /// 2 METADATA, with a mask, between tables.
  @Test func metadata() throws {
    try Conformance(
      "2 METADATA",
      rules: [
        "actions=write_metadata:0x1234/0xff00,goto_table:1", "table=1,metadata=0x1200,actions=output:2",
        "table=1,priority=1,actions=output:3",
      ], frame: Self.udp, leaves: [2: [Self.udp]]
    ).check()
  }

  /// 38 TUNNEL_ID: no frame has one here, a rule can give one for later tables.
  @Test func tunnelID() throws {
    try Conformance(
      "38 TUNNEL_ID",
      rules: [
        "actions=set_field:7->tunnel_id,goto_table:1", "table=1,tunnel_id=7,actions=output:2",
        "table=1,priority=1,actions=output:3",
      ], frame: Self.udp, leaves: [2: [Self.udp]]
    ).check()
  }

  /// Section 5.3: the rule of the highest priority, and of the table only.
  @Test func highestPriorityWins() throws {
    try Conformance(
      "priority",
      rules: [
        "priority=10,actions=output:3", "priority=20,udp,actions=output:2",
        "priority=30,tcp,actions=output:4",
        "table=1,priority=99,actions=output:4",
      ], frame: Self.udp, leaves: [2: [Self.udp]]
    ).check()
  }

  /// Section 5.4: what no rule matches is dropped unless there is a rule of priority 0 that matches all.
  @Test func tableMiss() throws {
    try Conformance("no rule", rules: ["tcp,actions=output:2"], frame: Self.udp, leaves: [:]).check()
    try Conformance(
      "table-miss rule", rules: ["tcp,actions=output:2", "priority=0,actions=output:3"], frame: Self.udp,
      leaves: [3: [Self.udp]]
    ).check()
  }
}
