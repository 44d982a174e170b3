import Bytes
import Testing
import TestKit

@testable import Match

/// What the switch reads from frames: golden frames, and the same ones cut off and damaged.
@Suite struct ExtractTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    var frame: TestFrame
    /// Field to value; every field that is not named is 0.
    var fields: [String: UInt128]
    var testDescription: String { name }

    init(_ name: String, _ frame: TestFrame, _ fields: [String: UInt128]) {
      self.name = name
      self.frame = frame
      self.fields = fields
    }
  }

  static let v4: [String: UInt128] = [
    "eth_type": 0x0800, "ip_src": 0x0a00_0001, "ip_dst": 0x0a00_0002, "nw_ttl": 64,
  ]
  static let v6: [String: UInt128] = [
    "eth_type": 0x86dd, "ipv6_src": 0x2001_0db8 << 96 | 1, "ipv6_dst": 0x2001_0db8 << 96 | 2, "nw_ttl": 64,
  ]

  static func with(_ fields: [String: UInt128], _ more: [String: UInt128]) -> [String: UInt128] {
    fields.merging(more) { $1 }
  }
  static func ipv4(_ transport: TestFrame.Transport, _ change: (inout TestFrame.IPv4) -> Void = { _ in })
    -> TestFrame
  {
    var header = TestFrame.IPv4(transport)
    change(&header)
    return TestFrame(.ipv4(header))
  }
  static func ipv6(_ transport: TestFrame.Transport, _ extensions: TestFrame.IPv6.Extension...) -> TestFrame {
    var header = TestFrame.IPv6(transport)
    header.extensions = extensions
    return TestFrame(.ipv6(header))
  }

  static let tcp = TestFrame.Transport.tcp(.init(source: 7, destination: 8, payload: [1, 2]))
  static let udp = TestFrame.Transport.udp(.init(source: 7, destination: 8, payload: [1, 2]))
  static let ports: [String: UInt128] = ["tcp_src": 7, "tcp_dst": 8]
  static let nsh: [UInt8] =
    [0x2f, 0xc6, 0x01, 0x03, 0x12, 0x34, 0x56, 0xff] + (1...4).flatMap { [UInt8](repeating: $0, count: 4) }
  static let target: [UInt64] = [0xfe80 << 48, 5]

  /// A neighbour solicitation with `rest` behind its target.
  static func solicitation(_ rest: [UInt8]) -> TestFrame {
    let body = [0, 0, 0, 5] + [UInt8](repeating: 0xfe, count: 16) + rest
    return ipv6(.icmp(type: 135, code: 0, body: body, isIPv6: true))
  }
  static let address: [UInt8] = [1, 1, 2, 0, 0, 0, 0, 9]
  static let solicited: [String: UInt128] = with(v6, ["nw_proto": 58, "icmpv6_type": 135, "nd_reserved": 5])
  static let fe: UInt128 = 0xfefe_fefe_fefe_fefe_fefe_fefe_fefe_fefe

  // As `ovs-ofctl parse-pcap` reads them.
  static let discoveries: [Row] = [
    Row("solicitation without options", solicitation([]), with(solicited, ["nd_target": fe])),
    Row(
      "solicitation with a nonce before its address", solicitation([14, 1, 0, 0, 0, 0, 0, 0] + address),
      with(solicited, ["nd_target": fe, "nd_sll": 0x0200_0000_0009, "nd_options_type": 1])),
    Row(
      "solicitation with two addresses", solicitation(address + address),
      with(solicited, ["nd_options_type": 1])),
    Row(
      "solicitation with an option of no length", solicitation([1, 0, 2, 0, 0, 0, 0, 9]),
      with(solicited, ["nd_target": fe])),
    Row(
      "solicitation with an option beyond its end", solicitation(address + [2, 9, 0, 0, 0, 0, 0, 0]),
      with(solicited, ["nd_target": fe, "nd_sll": 0x0200_0000_0009, "nd_options_type": 1])),
  ]

  static let rows: [Row] =
    discoveries + [
      Row("unknown type", TestFrame(.other(type: 0x88b5, [1, 2])), ["eth_type": 0x88b5]),
      Row("IEEE 802.3", TestFrame(.length([0x42, 0x42, 3, 0, 0, 0, 0, 0])), ["eth_type": 0x05ff]),
      Row("IEEE 802.3 without room for SNAP", TestFrame(.length([0xaa, 0xaa, 3])), ["eth_type": 0x05ff]),
      Row(
        "SNAP of another organisation", TestFrame(.length([0xaa, 0xaa, 3, 0, 0, 0xc, 0x20, 0])),
        ["eth_type": 0x05ff]),
      Row("SNAP", TestFrame(.other(type: 0x88b5, [1]), isSNAP: true), ["eth_type": 0x88b5]),
      Row(
        "one tag", TestFrame(.other(type: 0x88b5, []), tags: [.init(vlan: 5, priority: 3)]),
        [
          "eth_type": 0x88b5, "vlan_tci": 0x7005, "dl_vlan": 5, "vlan_vid": 0x1005, "dl_vlan_pcp": 3,
          "vlan_pcp": 3,
        ]),
      Row(
        "two tags",
        TestFrame(.other(type: 0x88b5, []), tags: [.init(vlan: 5, tpid: 0x88a8), .init(vlan: 6)]),
        [
          "eth_type": 0x88b5, "vlan_tci": 0x1005, "dl_vlan": 5, "vlan_vid": 0x1005,
        ]),
      // Two tags are read; behind them the type is what the second says.
      Row(
        "three tags",
        TestFrame(.other(type: 0x88b5, []), tags: [.init(vlan: 5), .init(vlan: 6), .init(vlan: 7)]),
        [
          "eth_type": 0x8100, "vlan_tci": 0x1005, "dl_vlan": 5, "vlan_vid": 0x1005,
        ]),
      Row(
        "ARP", TestFrame(.arp(.init(operation: 2))),
        [
          "eth_type": 0x0806, "arp_op": 2, "arp_spa": 0x0a00_0001, "arp_tpa": 0x0a00_0002,
          "arp_sha": 0x0200_0000_0001,
        ]),
      Row(
        "ARP opcode above 255", TestFrame(.arp(.init(operation: 0x101))),
        [
          "eth_type": 0x0806, "arp_spa": 0x0a00_0001, "arp_tpa": 0x0a00_0002, "arp_sha": 0x0200_0000_0001,
        ]),
      Row(
        "MPLS", TestFrame(.other(type: 0x8847, [0x12, 0x34, 0x5b, 0x40, 0x45])),
        ["eth_type": 0x8847, "mpls_label": 0x12345, "mpls_tc": 5, "mpls_bos": 1, "mpls_ttl": 64]),
      Row(
        "MPLS multicast behind a tag",
        TestFrame(.other(type: 0x8848, [0x00, 0x01, 0x01, 0xff]), tags: [.init(vlan: 5)]),
        [
          "eth_type": 0x8848, "mpls_label": 16, "mpls_bos": 1, "mpls_ttl": 255, "vlan_tci": 0x1005,
          "dl_vlan": 5,
          "vlan_vid": 0x1005,
        ]),
      // Version 0, O, TTL 63, six words, type 1, next Ethernet, path 0x123456, index 255, context.
      Row(
        "NSH of type 1", TestFrame(.other(type: 0x894f, nsh)),
        [
          "eth_type": 0x894f, "nsh_flags": 2, "nsh_ttl": 63, "nsh_mdtype": 1, "nsh_np": 3,
          "nsh_spi": 0x123456,
          "nsh_si": 255, "nsh_c1": 0x0101_0101, "nsh_c2": 0x0202_0202, "nsh_c3": 0x0303_0303,
          "nsh_c4": 0x0404_0404,
        ]),
      Row(
        "NSH of type 2", TestFrame(.other(type: 0x894f, [0x00, 0x42, 0x02, 0x01, 0, 0, 5, 6])),
        ["eth_type": 0x894f, "nsh_ttl": 1, "nsh_mdtype": 2, "nsh_np": 1, "nsh_spi": 5, "nsh_si": 6]),
      Row(
        "NSH longer than the frame", TestFrame(.other(type: 0x894f, [0x0f, 0xff, 0x02, 0x01, 0, 0, 5, 6])),
        ["eth_type": 0x894f]),
      Row(
        "NSH of another version", TestFrame(.other(type: 0x894f, [0x40, 0x42, 0x02, 0x01, 0, 0, 5, 6])),
        ["eth_type": 0x894f]),
      Row("TCP over IPv4", ipv4(tcp), with(v4, with(ports, ["nw_proto": 6, "tcp_flags": 0x10]))),
      Row(
        "TCP over IPv4 with options",
        ipv4(tcp) { ($0.options, $0.tos) = ([1, 1, 1, 1, 1, 1, 1, 0], 0xb9) },
        with(v4, with(ports, ["nw_proto": 6, "tcp_flags": 0x10, "nw_tos": 0xb9, "ip_dscp": 46, "nw_ecn": 1]))),
      Row("UDP over IPv4", ipv4(udp), with(v4, with(ports, ["nw_proto": 17]))),
      Row(
        "SCTP over IPv4", ipv4(.sctp(.init(source: 7, destination: 8))),
        with(v4, with(ports, ["nw_proto": 132]))),
      Row(
        "ICMP", ipv4(.icmp(type: 8, code: 3, body: [0, 0, 0, 1])),
        with(v4, ["nw_proto": 1, "icmp_type": 8, "icmp_code": 3])),
      Row(
        "first fragment", ipv4(udp) { $0.fragment = 0x2000 },
        with(v4, with(ports, ["nw_proto": 17, "ip_frag": 1]))),
      Row("later fragment", ipv4(udp) { $0.fragment = 0x2001 }, with(v4, ["nw_proto": 17, "ip_frag": 3])),
      Row("last fragment", ipv4(udp) { $0.fragment = 0x0001 }, with(v4, ["nw_proto": 17, "ip_frag": 3])),
      Row("do not fragment", ipv4(udp) { $0.fragment = 0x4000 }, with(v4, with(ports, ["nw_proto": 17]))),
      Row("unknown protocol", ipv4(.other(number: 200, [1, 2, 3, 4])), with(v4, ["nw_proto": 200])),
      Row("TCP over IPv6", ipv6(tcp), with(v6, with(ports, ["nw_proto": 6, "tcp_flags": 0x10]))),
      Row(
        "UDP behind four extension headers",
        ipv6(udp, .hopByHop(), .destination([UInt8](repeating: 0, count: 14)), .routing(), .authentication),
        with(v6, with(ports, ["nw_proto": 17]))),
      Row(
        "first IPv6 fragment", ipv6(udp, .fragment(offset: 0, more: true)),
        with(v6, with(ports, ["nw_proto": 17, "ip_frag": 1]))),
      // RFC 6946: not a fragment of anything.
      Row(
        "atomic IPv6 fragment", ipv6(udp, .fragment(offset: 0, more: false)),
        with(v6, with(ports, ["nw_proto": 17]))),
      Row(
        "later IPv6 fragment", ipv6(udp, .fragment(offset: 3, more: false)),
        with(v6, ["nw_proto": 44, "ip_frag": 3])),
      Row(
        "ICMPv6", ipv6(.icmp(type: 128, code: 0, body: [0, 0, 0, 1], isIPv6: true)),
        with(v6, ["nw_proto": 58, "icmpv6_type": 128])),
      Row(
        "neighbour solicitation",
        ipv6(.neighbourDiscovery(type: 135, target: target, address: 0x0200_0000_0009)),
        with(
          v6,
          [
            "nw_proto": 58, "icmpv6_type": 135, "nd_target": 0xfe80 << 112 | 5, "nd_sll": 0x0200_0000_0009,
            "nd_options_type": 1,
          ])),
      Row(
        "neighbour advertisement",
        ipv6(.neighbourDiscovery(type: 136, target: target, address: 0x0200_0000_0009)),
        with(
          v6,
          [
            "nw_proto": 58, "icmpv6_type": 136, "nd_target": 0xfe80 << 112 | 5, "nd_tll": 0x0200_0000_0009,
            "nd_options_type": 2,
          ])),
      Row(
        "neighbour solicitation with the wrong option",
        ipv6(.neighbourDiscovery(type: 135, target: target, address: 0x0200_0000_0009, option: 2)),
        with(v6, ["nw_proto": 58, "icmpv6_type": 135, "nd_target": 0xfe80 << 112 | 5, "nd_options_type": 2])),
    ]

  static func extract(_ bytes: [UInt8]) -> (key: FlowKey?, layout: FrameLayout) {
    var layout = FrameLayout()
    let key = FlowKey.extract(from: bytes.rawSpan, layout: &layout)
    return (key, layout)
  }

  /// The bits of a key that fields say nothing about are 0: TPIDs and inner tags are what remains.
  static func key(_ row: Row) -> FlowKey? {
    var key = FlowKey()
    var fields = row.fields
    fields["eth_src"] = 0x0200_0000_0001
    fields["eth_dst"] = 0x0200_0000_0002
    for (name, value) in fields {
      guard let field = Field.named(name) else { return nil }
      field.store(value, in: &key)
    }
    let tags = row.frame.tags.prefix(2).map { UInt64($0.tpid) << 16 | UInt64($0.tci) | 0x1000 }
    if tags.count > 0 { key.words[FlowKey.Word.vlan] |= tags[0] << 32 }
    if tags.count > 1 { key.words[FlowKey.Word.vlan] |= tags[1] }
    return key
  }

  @Test(arguments: rows)
  func readsEveryField(row: Row) {
    for padding in [0, 7] {
      var frame = row.frame
      frame.padding = padding
      let found = Self.extract(frame.bytes).key
      for field in Field.all {
        let value = found.map { field.value(in: $0) }
        let wanted = Self.key(row).map { field.value(in: $0) }
        if value != wanted { Issue.record("\(field.name): \(wanted ?? 0) expected, found \(value ?? 0)") }
      }
      #expect(found == Self.key(row))
    }
  }

  @Test(arguments: rows)
  func knowsWhereHeadersAre(row: Row) {
    let layout = Self.extract(row.frame.bytes).layout
    switch row.frame.network {
    case .ipv4, .ipv6:
      #expect(layout.network == row.frame.networkOffset)
      let hasTransport = row.fields["ip_frag"] != 3 && row.fields["nw_proto"] != 200
      #expect(layout.transport == (hasTransport ? row.frame.transportOffset : 0))
    case .other where row.fields.keys.contains { $0 == "mpls_ttl" || $0 == "nsh_ttl" }:
      #expect(layout.network == row.frame.networkOffset && layout.transport == 0)
    case .arp: #expect(layout.network == row.frame.networkOffset && layout.transport == 0)
    default: #expect(layout.network == 0 && layout.transport == 0)
    }
  }

  /// Cut off anywhere a frame is read up to the last whole header and not further; below an Ethernet header, or
  /// within a tag, it is none. What is read never differs from what the whole frame says.
  @Test(arguments: rows)
  func readsWholeHeadersOnly(row: Row) {
    let bytes = row.frame.bytes
    guard let whole = Self.extract(bytes).key else { return }
    for length in 0..<bytes.count {
      let cut = Array(bytes[..<length])
      let (key, layout) = Self.extract(cut)
      let needed = 14 + 4 * min(row.frame.tags.count, 2)
      if (key == nil) != (length < needed) { Issue.record("\(length) bytes: \(key == nil)") }
      guard let key else { continue }
      let isLengthFrame = row.frame.isSNAP || row.name.contains("802.3") || row.name.hasPrefix("SNAP")
      for word in FlowKey.Word.ethernetSource..<FlowKey.wordCount {
        if key.words[word] != 0, key.words[word] != whole.words[word] {
          Issue.record("\(length) bytes: word \(word)")
        }
      }
      if !isLengthFrame, key.words[10] != whole.words[10] { Issue.record("\(length) bytes: type") }
      if layout.network > length || layout.transport > length { Issue.record("\(length) bytes: layout") }
    }
  }

  /// Lengths that contradict the frame make everything behind them absent.
  @Test func believesNoWrongLengths() {
    let frame = Self.ipv4(Self.udp).bytes
    for (offset, value) in [(14, 0x44), (14, 0x4f), (17, 19), (17, 200), (16, 0xff)]
      as [(Int, UInt8)]
    {
      var broken = frame
      broken[offset] = value
      let (key, layout) = Self.extract(broken)
      #expect(key?.words[FlowKey.Word.ip] == 0)
      #expect(key?.words[FlowKey.Word.transport] == 0)
      #expect(layout.network == 0 && layout.transport == 0)
    }
    // Within its packet: ports that are Ethernet padding are none.
    var short = TestFrame(.ipv4(TestFrame.IPv4(.other(number: 17, [0, 7]))))
    short.padding = 30
    let (key, layout) = Self.extract(short.bytes)
    #expect(key?.words[FlowKey.Word.transport] == 0)
    #expect(layout.transport == 0)
  }

  /// Of a stack of labels three entries are kept, up to the one that says that it is the last.
  @Test func readsThreeLabels() {
    let stack: [UInt8] = [0, 1, 0, 1, 0, 2, 0, 2, 0, 3, 0, 3, 0, 4, 1, 4]
    let key = Self.extract(TestFrame(.other(type: 0x8847, stack)).bytes).key
    #expect(key?.words[FlowKey.Word.mpls] == 0x0001_0001_0002_0002)
    #expect(key?.words[FlowKey.Word.mpls + 1] == 0x0003_0003 << 32)
    let short = Self.extract(TestFrame(.other(type: 0x8847, [0, 1, 1, 1] + stack)).bytes).key
    #expect(short?.words[FlowKey.Word.mpls] == 0x0001_0101 << 32)
  }

  /// Damaged in a few places, every frame is read to some end.
  @Test func survivesDamage() {
    var random = SeededGenerator(seed: 7)
    for row in Self.rows {
      let bytes = row.frame.bytes
      for _ in 0..<500 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        damaged.removeLast(Int.random(in: 0...bytes.count, using: &random) / 4)
        let layout = Self.extract(damaged).layout
        if layout.network > damaged.count || layout.transport > damaged.count { Issue.record("\(damaged)") }
      }
    }
  }
}
