import Datapath
import Flow
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Ports whose far end has no Ethernet headers, and frames that have none.
@Suite struct PacketTypePortTests {
  private let subject: TestSwitch
  private let bridge: Bridge
  /// Ports 1 to 3: Ethernet, `legacy_l3`, `ptap`.
  private let ports: [TestSwitch.Attachment]

  init() throws {
    subject = try TestSwitch()
    let bridge = try subject.addBridge(failMode: .secure)
    let subject = subject
    ports = try PortPacketType.allCases.enumerated().map {
      try subject.addPort(UInt16($0 + 1), to: bridge, packetType: $1)
    }
    self.bridge = bridge
  }

  private static let packet = TestFrame(.ipv4(TestFrame.IPv4(.udp(.init(payload: [1, 2, 3])))))
  /// The same as a port without Ethernet headers hands it over.
  private static var bare: [UInt8] { [UInt8](repeating: 0, count: 12) + packet.bytes.dropFirst(12) }

  private func leaves(_ rules: [String], _ frame: [UInt8], at port: Int) throws -> [UInt16: [[UInt8]]] {
    try bridge.setRules(rules)
    subject.feed([frame], to: ports[port - 1])
    return subject.takeAll().mapValues { $0.map(\.bytes) }
  }

  @Test func onlyPacketsLeaveByPortsWithoutEthernet() throws {
    let all = "actions=output:1,output:2,output:3"
    #expect(try leaves([all], Self.packet.bytes, at: 1).keys.sorted() == [2])
    #expect(
      try leaves(["actions=decap,output:1,output:2,output:3"], Self.packet.bytes, at: 1).keys.sorted() == [
        2, 3,
      ])
    let arp = TestFrame(.arp(.init(operation: 1, sender: 1, target: 2)))
    #expect(try leaves([all], arp.bytes, at: 1).isEmpty)
    #expect(ports[0].drops == [.packetTypeNotOnPort: 1])
  }

  @Test func packetsWithoutEthernetAreDroppedAtAnEthernetPort() throws {
    #expect(try leaves(["actions=decap,output:1"], Self.bare, at: 2).isEmpty)
    #expect(ports[1].drops == [.packetTypeNotOnPort: 1])
  }

  /// Rules see an Ethernet header with addresses of 0.
  @Test func packetsOfALegacyPortAreEthernetFrames() throws {
    let rules = [
      "priority=2,ip,eth_src=00:00:00:00:00:00,actions=mod_dl_dst:02:00:00:00:00:09,output:1",
      "priority=1,actions=drop",
    ]
    let left = try leaves(rules, Self.bare, at: 2)
    #expect(left == [1: [[2, 0, 0, 0, 0, 9] + Self.bare.dropFirst(6)]])
  }

  @Test func packetsOfATypedPortAreWhatTheyAre() throws {
    let rules = [
      "priority=3,ip,actions=output:2", "priority=3,vlan_tci=0,actions=output:2",
      "priority=2,packet_type=(1,0x800),nw_proto=17,actions=encap(ethernet),output:1",
    ]
    #expect(try leaves(rules, Self.bare, at: 3) == [1: [Self.bare]])
    #expect(bridge.flows().first { $0.priority == 2 }?.bytes == UInt64(Self.bare.count - 14))
  }

  @Test func rulesThatDoNotApplyHaveReasons() throws {
    for (rule, reason) in [
      ("actions=encap(ethernet),output:2", DropReason.wrongPacketType),
      ("actions=decap,decap,output:2", .wrongPacketType),
      (
        "actions=push_mpls:0x8847,push_mpls:0x8847,push_mpls:0x8847,push_mpls:0x8847,output:2",
        .tooManyLabels
      ),
      ("actions=push_mpls:0x8847,set_mpls_ttl(1),dec_mpls_ttl,output:2", .ttlExpired),
      (
        "actions=" + String(repeating: "encap(nsh),", count: 9) + "encap(ethernet),output:1",
        .headroomExhausted
      ),
    ] {
      let before = ports[0].drops[reason] ?? 0
      #expect(try leaves([rule], Self.packet.bytes, at: 1).isEmpty)
      #expect(ports[0].drops[reason] == before + 1, "\(rule)")
    }
  }
}
