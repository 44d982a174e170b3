import Bytes
import Datapath
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Checksums and segmentation that a sender left to the device, in frames that get headers which no device knows: they
/// are finished wherever the frame leaves, and left to the device again when the headers are gone.
@Suite struct HiddenOffloadTests {
  static let stacks: [(push: String, pop: String, length: Int)] = [
    ("push_mpls:0x8847", "pop_mpls:0x0800", 4),
    ("push_mpls:0x8847,push_mpls:0x8847", "pop_mpls:0x8847,pop_mpls:0x0800", 8),
    ("encap(nsh),encap(ethernet)", "decap,decap", 38),
    ("encap(mpls),encap(ethernet)", "decap,decap(packet_type(ns=0,type=0))", 18),
    ("push_vlan:0x8100,push_mpls:0x8847", "pop_mpls:0x0800,pop_vlan", 8),
  ]

  private static func tcp(_ payload: Int) -> TestFrame {
    let bytes = (0..<payload).map { UInt8(truncatingIfNeeded: $0) }
    return TestFrame(.ipv4(TestFrame.IPv4(.tcp(.init(payload: bytes)))))
  }

  @Test(arguments: stacks.indices, [PortOffloads.all, []])
  func checksumsAreFinishedUnderPushedHeaders(index: Int, offloads: PortOffloads) throws {
    let stack = Self.stacks[index]
    let frame = Self.tcp(99)
    let bridge = try OneBridge(
      offloads: offloads, rules: ["actions=\(stack.push),output:2,\(stack.pop),output:3"])
    let left = bridge.outcome(of: frame.unfinished)
    let hidden = try #require(left[2]?.first)
    #expect(hidden.offload == OffloadHeader())
    #expect(hidden.bytes.count == frame.bytes.count + stack.length)
    #expect(hidden.bytes.suffix(frame.bytes.count - 14) == frame.bytes.suffix(frame.bytes.count - 14))
    let bare = try #require(left[3]?.first)
    #expect(bare == (offloads == .all ? frame.unfinished : MemoryFrame(frame.bytes)))
  }

  @Test(arguments: stacks.indices) func segmentsAreCutUnderPushedHeaders(index: Int) throws {
    let stack = Self.stacks[index]
    let frame = Self.tcp(2500).unfinished(segmentSize: 1000)
    let bridge = try OneBridge(rules: ["actions=\(stack.push),output:2,\(stack.pop),output:3"])
    let left = bridge.outcome(of: frame)
    // Without the headers it is whole again, and what a port without offloads makes of it is what lies under them.
    #expect(left[3] == [frame])
    let plain = try OneBridge(offloads: [], rules: ["actions=output:2"])
    let segments = try #require(plain.outcome(of: frame)[2])
    let hidden = try #require(left[2])
    #expect(hidden.count == 3)
    for (segment, other) in zip(hidden, segments) {
      #expect(segment.bytes.count == other.bytes.count + stack.length)
      #expect(segment.bytes.suffix(other.bytes.count - 14) == other.bytes.suffix(other.bytes.count - 14))
      #expect(segment.offload == OffloadHeader())
    }
  }

  /// Headers cut off and bytes exchanged, under every kind of action: no frame may end the switch.
  @Test func survivesBrokenHeaders() throws {
    var random = SeededGenerator(seed: 4)
    let rules = [
      "priority=3,dl_type=0x8847,actions=pop_mpls:0x8847,output:2,pop_mpls:0x0800,resubmit(,1)",
      "priority=2,dl_type=0x894f,actions=dec_nsh_ttl,output:2,decap,decap,resubmit(,1)",
      "priority=1,actions=encap(nsh),encap(ethernet),push_mpls:0x8847,output:2,decap,resubmit(,1)",
      "table=1,actions=decap(packet_type(ns=0,type=0)),push_mpls:0x8848,encap(ethernet),output:3",
      "table=1,priority=65535,ip,actions=dec_ttl,output:3",
    ]
    let bridge = try OneBridge(offloads: [], rules: rules)
    for (_, text) in HeaderStackGolden.frames.sorted(by: { $0.key < $1.key }) {
      let whole = bytes(text)
      var broken = (14...whole.count).map { Array(whole.prefix($0)) }
      for bit in 0..<(min(whole.count, 60) * 8) {
        var frame = whole
        frame[bit / 8] ^= 1 << UInt8(bit % 8)
        if Bool.random(using: &random) { frame.removeLast(Int.random(in: 0...8, using: &random)) }
        broken.append(frame)
      }
      bridge.subject.feed(broken, to: bridge.ports[0])
      _ = bridge.subject.takeAll()
    }
    let statistics = bridge.ports[0].port.statistics
    #expect(statistics.receivedPackets > 5000)
  }
}
