import Bytes
import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Ports whose rules look at nothing of a frame: batches go on as a whole, and nobody can tell. Random rules and changes:
/// `FlowCacheTwinTests`.
@Suite struct SendAllTests {
  private static let udp = MemoryFrame(TestFrame.udp().bytes)

  /// So many bytes, which begin with an Ethernet header of that type, as far as they go.
  private static func frame(type: UInt16, length: Int) -> MemoryFrame {
    let header: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, UInt8(type >> 8), UInt8(type & 0xff)]
    return MemoryFrame(Array((header + Array(repeating: 1, count: length)).prefix(length)))
  }

  /// A bridge whose port 1 leads to port 2, which is known.
  private func wired(_ more: [String] = [], offloads: PortOffloads = .all) throws -> OneBridge {
    let one = try OneBridge(offloads: offloads, rules: ["priority=5,in_port=1,actions=output:2"] + more)
    one.subject.feed([Self.udp], to: one.ports[0])
    _ = one.subject.takeAll()
    return one
  }

  @Test func everyKindOfFrameIsOneFlow() throws {
    let one = try wired()
    let frames = [0x0800, 0x86dd, 0x0806, 0x8847, 0x894f, 0x8100, 0x88cc].map {
      Self.frame(type: $0, length: 60)
    }
    one.subject.feed(frames, to: one.ports[0])
    #expect(one.ports[1].take() == frames)
    let flows = one.subject.core.workerReports[0].flows
    #expect(flows.hits == 7)
    #expect(flows.flows == 1)
    let rule = try #require(one.bridge.flows().first)
    #expect(rule.packets == 8)
    #expect(rule.bytes == UInt64(Self.udp.bytes.count + 7 * 60))
    #expect(one.bridge.tables[0].lookups == 8)
    #expect(one.bridge.tables[0].matches == 8)
  }

  @Test(arguments: [
    (0x0800, 13, true), (0x0800, 14, false), (0x8100, 17, true), (0x8100, 18, false), (0x88a8, 21, false),
  ])
  func shortFramesAreLookedAt(type: Int, length: Int, isMalformed: Bool) throws {
    let one = try wired()
    one.subject.feed([Self.udp, Self.frame(type: UInt16(type), length: length), Self.udp], to: one.ports[0])
    #expect(one.ports[1].take().count == (isMalformed ? 2 : 3))
    #expect(one.ports[0].drops == (isMalformed ? [.malformedFrame: 1] : [:]))
  }

  /// One that the flow's own frames could not have met: the label is behind words that other frames have.
  @Test(arguments: [
    "mpls,mpls_label=4112", "arp,arp_op=0", "dl_type=0x88cc", "in_port=1", "vlan_tci=0x0000/0x1fff",
  ])
  func aNewRuleOfAnyKindIsSeen(match: String) throws {
    let one = try wired()
    let frames = [0x8847, 0x0806, 0x88cc].map { Self.frame(type: $0, length: 60) }
    let twin = try OneBridge()
    try twin.bridge.setRules([
      "priority=5,in_port=1,actions=output:2", "priority=6,\(match),actions=output:3",
    ])
    try one.bridge.add("priority=6,\(match),actions=output:3")
    for frame in frames {
      #expect(one.outcome(of: frame) == twin.outcome(of: frame), "\(match)")
    }
  }

  /// Bits that are noted of every other flow, too.
  @Test(arguments: [("dl_type=0x0806", 0x0806), ("dl_type=0x88cc", 0x88cc), ("ip,ip_frag=no", 0x0800)])
  func rulesThatLookAtTheTypeAreNoPortsOwn(match: String, type: Int) throws {
    let one = try OneBridge(rules: ["priority=5,\(match),actions=output:2", "priority=1,actions=output:3"])
    let frames = [0x0806, 0x88cc, 0x0800].map { $0 == 0x0800 ? Self.udp : Self.frame(type: $0, length: 60) }
    for _ in 0..<2 {
      for (frame, each) in zip(frames, [0x0806, 0x88cc, 0x0800]) {
        #expect(one.outcome(of: frame) == [each == type ? 2 : 3: [frame]], "\(match)")
      }
    }
  }

  @Test func fragmentsAreLookedAtWhereTheyAreRefused() throws {
    let one = try wired()
    var packet = TestFrame.IPv4(.udp(.init(source: 1, destination: 2, payload: [1])))
    packet.fragment = 8
    let fragment = MemoryFrame(TestFrame(.ipv4(packet)).bytes)
    #expect(one.outcome(of: fragment)[2]?.count == 1)
    one.bridge.settings.fragments = .drop
    #expect(one.outcome(of: Self.udp)[2]?.count == 1)
    #expect(one.outcome(of: Self.udp)[2]?.count == 1)
    #expect(one.outcome(of: fragment)[2] == nil)
    #expect(one.ports[0].drops == [.fragmentRefused: 1])
  }

  @Test func whatThePortDoesNotTakeHasItsReasonAndItsHeaders() throws {
    let one = try wired()
    let frame = TestFrame.udp(tags: [.init(vlan: 10)])
    one.ports[1].device.setUp(false)
    one.subject.feed([Self.udp, MemoryFrame(frame.bytes)], to: one.ports[0])
    #expect(one.ports[0].drops == [.portDown: 2])
    #expect(one.ports[1].port.statistics.sendDrops == 2)
    #expect(one.ports[1].port.statistics.sentPackets == 1)
    let (lost, copy) = (one.ports[0].port.lastDrops, one.ports[1].port.lastDrops)
    #expect(lost.map(\.tci).sorted() == [0, 0x100a])
    #expect(lost.allSatisfy { $0.source == frame.source && $0.path.count == 1 && !$0.isCopy })
    #expect(copy.map(\.tci).sorted() == [0, 0x100a])
    #expect(copy.allSatisfy { $0.source == frame.source && $0.path.count == 1 && $0.isCopy })
  }

  /// Frames that leave by one port as they are, others between them, and those that the port does not take as they are: in
  /// the order in which they came.
  @Test(arguments: [
    [1], [1, 1, 1], [1, 2, 1], [1, 1, 2], [2, 1, 1], [1, 3, 1], [3, 1, 2, 1], [1, 4, 1], [4, 4],
  ])
  func runsKeepTheirOrder(kinds: [UInt16]) throws {
    let one = try OneBridge(
      offloads: [],
      rules: [
        "udp,tp_dst=1,actions=output:2", "udp,tp_dst=2,actions=output:3",
        "udp,tp_dst=3,actions=mod_nw_tos:4,output:2", "udp,tp_dst=4,actions=output:2",
      ])
    func frame(_ kind: UInt16, _ number: UInt8) -> MemoryFrame {
      let udp = TestFrame(
        .ipv4(.init(.udp(.init(source: 1, destination: kind, payload: [number, 0, 0, 0])))))
      return kind == 4 ? udp.unfinished : MemoryFrame(udp.bytes)
    }
    // Once for each kind, so that its flow is known.
    for kind in 1...4 as ClosedRange<UInt16> { one.subject.feed([frame(kind, 0)], to: one.ports[0]) }
    _ = one.subject.takeAll()
    one.subject.feed(kinds.enumerated().map { frame($1, UInt8(1 + $0)) }, to: one.ports[0])
    let left = one.subject.takeAll()
    let numbers = kinds.indices.map { UInt8(1 + $0) }
    #expect(left[2, default: []].map { $0.bytes[42] } == numbers.filter { kinds[Int($0) - 1] != 2 })
    #expect(left[3, default: []].map { $0.bytes[42] } == numbers.filter { kinds[Int($0) - 1] == 2 })
    #expect(left.values.joined().allSatisfy { $0.offload.isPlain })
    #expect(one.ports[1].port.statistics.sentPackets == UInt64(3 + kinds.count { $0 != 2 }))
    #expect(one.ports[0].drops.isEmpty)
  }

  @Test func aRunThatIsLostHasItsReasonsAndHeaders() throws {
    let one = try OneBridge(rules: ["cookie=7,udp,actions=output:2", "actions=output:3"])
    let frames = [10, 11, 12].map { MemoryFrame(TestFrame.udp(tags: [.init(vlan: $0)]).bytes) }
    one.subject.feed(frames, to: one.ports[0])
    one.ports[1].device.setUp(false)
    one.subject.feed(frames, to: one.ports[0])
    #expect(one.ports[0].drops == [.portDown: 3])
    #expect(one.ports[0].port.lastDrops.map(\.tci).sorted() == [0x100a, 0x100b, 0x100c])
    #expect(one.ports[1].port.statistics.sendDrops == 3)
    #expect(one.bridge.flows().first { $0.cookie == 7 }?.packets == 6)
  }
}
