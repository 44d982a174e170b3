import Bytes
import Match
import Ports
import SwitchKit
import TestKit
import Testing

/// Every field that actions can write: what leaves is the frame that would have been built with the new value,
/// checksums included, finished or not.
@Suite struct HeaderRewriteTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var actions: String
    var before: TestFrame
    var after: TestFrame
    var testDescription: String { actions }

    init(_ actions: String, _ before: TestFrame, _ change: (inout TestFrame) -> Void) {
      self.actions = actions
      self.before = before
      after = before
      change(&after)
    }
  }

  static let transports: [(name: String, match: String, TestFrame.Transport)] = [
    ("tcp", "tcp", .tcp(.init(payload: [1, 2, 3]))),
    ("udp", "udp", .udp(.init(payload: [1, 2, 3]))),
    ("sctp", "sctp", .sctp(.init(payload: [0, 3, 0, 4]))),
  ]

  static func v4(_ transport: TestFrame.Transport, _ change: (inout TestFrame.IPv4) -> Void = { _ in })
    -> TestFrame
  {
    var header = TestFrame.IPv4(transport)
    header.options = [1, 1, 1, 0]
    change(&header)
    return TestFrame(.ipv4(header), padding: 3)
  }

  static func v6(_ transport: TestFrame.Transport, _ change: (inout TestFrame.IPv6) -> Void = { _ in })
    -> TestFrame
  {
    var header = TestFrame.IPv6(transport)
    header.extensions = [.hopByHop(), .authentication, .destination()]
    change(&header)
    return TestFrame(.ipv6(header), padding: 3)
  }

  static let rows: [Row] = {
    var rows: [Row] = []
    for (name, match, transport) in transports {
      func ports(_ source: UInt16, _ destination: UInt16) -> TestFrame.Transport {
        switch transport {
        case .tcp(var header):
          (header.source, header.destination) = (source, destination)
          return .tcp(header)
        case .udp(var header):
          (header.source, header.destination) = (source, destination)
          return .udp(header)
        case .sctp(var header):
          (header.source, header.destination) = (source, destination)
          return .sctp(header)
        default: return transport
        }
      }
      let p4 = "\(match),actions="
      let p6 = "\(match)6,actions="
      let f4 = v4(transport)
      let f6 = v6(transport)
      rows += [
        Row(p4 + "set_field:02:00:00:00:00:77->eth_src,mod_dl_dst:02:00:00:00:00:78", f4) {
          ($0.source, $0.destination) = (0x0200_0000_0077, 0x0200_0000_0078)
        },
        Row(p4 + "set_field:192.0.2.1->ip_src,mod_nw_dst:255.255.255.255", f4) {
          $0 = v4(transport) { ($0.source, $0.destination) = (0xc000_0201, 0xffff_ffff) }
        },
        Row(p4 + "mod_nw_tos:184,mod_nw_ecn:3,mod_nw_ttl:7", f4) {
          $0 = v4(transport) { ($0.tos, $0.ttl) = (187, 7) }
        },
        Row(p4 + "set_field:46->ip_dscp,dec_ttl", f4) { $0 = v4(transport) { ($0.tos, $0.ttl) = (184, 63) } },
        Row(p4 + "mod_tp_src:7,mod_tp_dst:8", f4) { $0 = v4(ports(7, 8)) },
        Row(p4 + "set_field:7->\(name)_src,load:8->\(name)_dst[]", f4) { $0 = v4(ports(7, 8)) },
        Row(p4 + "load:0xff->\(name)_dst[8..15],move:\(name)_dst[8..15]->\(name)_src[0..7]", f4) { frame in
          let low: UInt16 = name == "sctp" ? 36412 : name == "udp" ? 53 : 80
          frame = v4(ports(1000 | 0xff, low | 0xff00))
        },
        Row(p4 + "move:ip_src[]->reg1[],move:ip_dst[]->ip_src[],move:reg1[]->ip_dst[]", f4) {
          $0 = v4(transport) { ($0.source, $0.destination) = (0x0a00_0002, 0x0a00_0001) }
        },
        Row(p4 + "move:ip_src[0..15]->ip_src[8..23]", f4) { $0 = v4(transport) { $0.source = 0x0a00_0101 } },
        Row(p6 + "set_field:2001:db8::99->ipv6_src,set_field:ff02::1->ipv6_dst", f6) {
          $0 = v6(transport) {
            ($0.source, $0.destination) = ([0x2001_0db8_0000_0000, 0x99], [0xff02 << 48, 1])
          }
        },
        Row(p6 + "set_field:::1:0:0/::ffff:0:0->ipv6_src,set_field:0xabcde->ipv6_label", f6) {
          $0 = v6(transport) {
            $0.source[1] = 0x1_0000_0001
            $0.label = 0xabcde
          }
        },
        Row(p6 + "mod_nw_tos:184,mod_nw_ecn:2,dec_ttl", f6) {
          $0 = v6(transport) { ($0.trafficClass, $0.hopLimit) = (186, 63) }
        },
        Row(p6 + "mod_tp_src:7,mod_tp_dst:8", f6) { $0 = v6(ports(7, 8)) },
        Row(p6 + "move:ipv6_src[]->ipv6_dst[]", f6) {
          $0 = v6(transport) { $0.destination = $0.source }
        },
        // In the action set each of them counts.
        Row(p4 + "write_actions(mod_tp_src:7,mod_tp_dst:8,output:2)", f4) { $0 = v4(ports(7, 8)) },
        Row(p4 + "write_actions(mod_nw_src:1.2.3.4,mod_nw_dst:5.6.7.8,output:2)", f4) {
          $0 = v4(transport) { ($0.source, $0.destination) = (0x0102_0304, 0x0506_0708) }
        },
        Row(p4 + "write_actions(mod_vlan_vid:5,mod_vlan_pcp:6,output:2)", f4) {
          $0.tags = [.init(vlan: 5, priority: 6)]
        },
        Row(p4 + "write_actions(output:2,dec_ttl,mod_nw_ttl:9)", f4) { $0 = v4(transport) { $0.ttl = 9 } },
      ]
    }
    let echo = TestFrame.Transport.icmp(type: 8, code: 0, body: [1, 2, 3, 4, 5])
    let echo6 = TestFrame.Transport.icmp(type: 128, code: 0, body: [1, 2, 3, 4, 5], isIPv6: true)
    rows += [
      Row("icmp,actions=set_field:0->icmp_type,set_field:9->icmp_code", v4(echo)) {
        $0 = v4(.icmp(type: 0, code: 9, body: [1, 2, 3, 4, 5]))
      },
      Row("icmp6,actions=set_field:129->icmpv6_type,set_field:9->icmpv6_code", v6(echo6)) {
        $0 = v6(.icmp(type: 129, code: 9, body: [1, 2, 3, 4, 5], isIPv6: true))
      },
      Row("icmp6,actions=set_field:2001:db8::99->ipv6_src", v6(echo6)) {
        $0 = v6(echo6) { $0.source[1] = 0x99 }
      },
    ]
    let target: [UInt64] = [0xfe80 << 48, 5]
    for (type, option) in [(UInt8(135), "nd_sll"), (136, "nd_tll")] {
      rows.append(
        Row(
          "icmp6,icmp_type=\(type),icmp_code=0,actions=set_field:fe80::77->nd_target,"
            + "set_field:02:00:00:00:00:77->\(option)",
          v6(.neighbourDiscovery(type: type, target: target, address: 0x0200_0000_0001))
        ) {
          $0 = v6(
            .neighbourDiscovery(type: type, target: [0xfe80 << 48, 0x77], address: 0x0200_0000_0077))
        })
      // With another code it is no such message any more.
      let message = TestFrame.Transport.neighbourDiscovery(
        type: type, target: target, address: 0x0200_0000_0001)
      if case .icmp(_, _, let body, _) = message {
        rows.append(
          Row(
            "icmp6,icmp_type=\(type),icmp_code=0,actions=set_field:1->icmpv6_code,set_field:fe80::77->nd_target,"
              + "set_field:02:00:00:00:00:77->\(option),move:\(option)[0..7]->nd_target[0..7]", v6(message)
          ) { $0 = v6(.icmp(type: type, code: 1, body: body, isIPv6: true)) })
      }
      // Without the option there is nothing to write the address to.
      rows.append(
        Row(
          "icmp6,icmp_type=\(type),icmp_code=0,actions=set_field:02:00:00:00:00:77->\(option)",
          v6(.neighbourDiscovery(type: type, target: target, address: nil))
        ) { _ in })
    }
    let arp = TestFrame(.arp(.init()))
    rows += [
      Row(
        "arp,actions=set_field:2->arp_op,set_field:1.2.3.4->arp_spa,set_field:5.6.7.8->arp_tpa,"
          + "set_field:02:00:00:00:00:11->arp_sha,set_field:02:00:00:00:00:12->arp_tha", arp
      ) {
        var packet = TestFrame.ARP(operation: 2, sender: 0x0102_0304, target: 0x0506_0708)
        packet.senderHardware = 0x0200_0000_0011
        packet.targetHardware = 0x0200_0000_0012
        $0.network = .arp(packet)
      },
      // Actions of OpenFlow 1.0 leave frames alone that do not have the field.
      Row("actions=mod_nw_src:1.2.3.4,mod_nw_dst:5.6.7.8,mod_tp_src:9,mod_nw_ttl:9,dec_ttl", arp) { _ in },
      Row("actions=write_actions(mod_nw_src:1.2.3.4,mod_nw_tos:4,mod_tp_dst:9,output:2)", arp) { _ in },
      Row("actions=mod_nw_src:1.2.3.4,mod_tp_src:9", v6(echo6)) { _ in },
      Row("actions=mod_tp_src:9,mod_tp_dst:9", v4(echo)) { _ in },
    ]
    rows += rareHeaders
    var silent = TestFrame.UDP(payload: [1, 2, 3])
    silent.hasChecksum = false
    rows.append(
      Row("udp,actions=mod_nw_src:192.0.2.1,mod_tp_src:7", v4(.udp(silent))) {
        silent.source = 7
        $0 = v4(.udp(silent)) { $0.source = 0xc000_0201 }
      })
    return rows
  }()

  /// Those whose fields lie in cold words of a key, and what neighbour discovery has besides addresses.
  private static var rareHeaders: [Row] {
    let nsh: [UInt8] = [0x2f, 0xc6, 1, 3, 0x12, 0x34, 0x56, 0xff] + [UInt8](repeating: 1, count: 20)
    func discovery(_ reserved: UInt8, _ option: UInt8) -> TestFrame {
      let target = [UInt8](repeating: 0xfe, count: 16)
      let body = [0, 0, 0, reserved] + target + [option, 1, 2, 0, 0, 0, 0, 9]
      return v6(.icmp(type: 135, code: 0, body: body, isIPv6: true))
    }
    return [
      Row(
        "mpls,actions=set_field:5->mpls_label,set_field:3->mpls_tc,set_field:9->mpls_ttl",
        TestFrame(.other(type: 0x8847, [1, 2, 0, 64, 0, 1, 1, 63, 0x45]))
      ) { $0.network = .other(type: 0x8847, [0, 0, 0x56, 9, 0, 1, 1, 63, 0x45]) },
      Row(
        "mplsm,actions=push_vlan:0x8100,set_field:0xfffff->mpls_label",
        TestFrame(.other(type: 0x8848, [0, 1, 1, 64]))
      ) {
        $0.network = .other(type: 0x8848, [0xff, 0xff, 0xf1, 64])
        $0.tags = [.init(vlan: 0)]
      },
      Row(
        "dl_type=0x894f,actions=set_field:1->nsh_flags,set_field:5->nsh_ttl,set_field:7->nsh_spi,"
          + "set_field:8->nsh_si,set_field:0x90a0b0c->nsh_c1,set_field:10->nsh_c4",
        TestFrame(.other(type: 0x894f, nsh))
      ) {
        $0.network = .other(
          type: 0x894f,
          [0x11, 0x46, 1, 3, 0, 0, 7, 8, 9, 10, 11, 12] + [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 10, 1, 1, 1, 1])
      },
      Row(
        "icmp6,icmp_type=135,icmp_code=0,actions=set_field:5->nd_reserved,set_field:2->nd_options_type",
        discovery(0, 1)
      ) { $0 = discovery(5, 2) },
      Row(
        "mpls,actions=move:OXM_OF_MPLS_LABEL[]->NXOXM_ET_REG20[0..19]",
        TestFrame(.other(type: 0x8847, [1, 2, 1, 64]))
      ) { _ in },
    ]
  }

  private func test(_ row: Row) throws -> OneBridge {
    try OneBridge(rules: [row.actions.contains("write_actions") ? row.actions : row.actions + ",output:2"])
  }

  @Test(arguments: rows)
  func leavesAsIfBuiltSo(row: Row) throws {
    let found = try test(row).bytesAtPort2(row.before)
    #expect(found == [row.after.bytes])
    #expect(found.first.flatMap(FrameVerifier.problem) == nil)
  }

  /// An unfinished checksum still is the pseudo header's sum.
  @Test(arguments: rows)
  func unfinishedChecksumsFollow(row: Row) throws {
    var (before, after) = (row.before, row.after)
    (before.padding, after.padding) = (0, 0)
    guard let transport = before.transport, [6, 17].contains(transport.number) else { return }
    if case .udp(let header) = transport, !header.hasChecksum { return }
    let found = try test(row).outcome(of: before.unfinished)[2] ?? []
    #expect(found.map(\.offload) == [after.unfinished.offload])
    // A sum of 0 can be written as 0xffff as well, so the finished frames are what is compared.
    let finished = try OneBridge(offloads: [], rules: ["actions=output:2"]).outcome(
      of: found.first ?? MemoryFrame([]))
    #expect(finished[2]?.map(\.bytes) == [after.bytes])
  }

  /// A checksum that was wrong stays wrong: the receiver is to notice.
  @Test(arguments: transports.indices)
  func wrongChecksumsStayWrong(index: Int) throws {
    let (name, match, transport) = Self.transports[index]
    let test = try OneBridge(rules: ["\(match),actions=set_field:7->\(name)_src,output:2"])
    var bytes = TestFrame(.ipv4(.init(transport))).bytes
    bytes[bytes.count - 1] ^= 0x40
    let found = test.outcome(of: MemoryFrame(bytes))[2]?.first?.bytes ?? []
    #expect(FrameVerifier.problem(in: found) != nil)
  }

  /// What a header says is there, and is not, is not written to.
  @Test func shortNeighbourDiscoveryIsLeftAlone() throws {
    let rule =
      "icmp6,icmp_type=135,icmp_code=0,actions=set_field:fe80::77->nd_target,"
      + "set_field:02:00:00:00:00:77->nd_sll,output:2"
    for length in 0...32 {
      let test = try OneBridge(rules: [rule])
      let body = [UInt8](repeating: 1, count: length)
      let frame = TestFrame(.ipv6(.init(.icmp(type: 135, code: 0, body: body, isIPv6: true))), padding: 40)
      let found = test.bytesAtPort2(frame)
      #expect(found.first.flatMap(FrameVerifier.problem) == nil)
      #expect(found.first?.suffix(40) == frame.bytes.suffix(40))
      if length < 20 { #expect(found == [frame.bytes]) }
    }
  }
}
