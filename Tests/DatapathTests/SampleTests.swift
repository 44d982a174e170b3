import Datapath
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// `sample(...)`: which frames are reported, and what of them.
@Suite struct SampleTests {
  private static let frame = TestFrame(
    .ipv4(TestFrame.IPv4(.udp(.init(source: 1000, destination: 53))))
  ).bytes

  private static func samples(_ bridge: OneBridge) -> [FrameSample] {
    var samples: [FrameSample] = []
    bridge.subject.core.samples.takeAll { samples.append($0) }
    return samples
  }

  private static func samples(_ rules: String..., frame: [UInt8] = frame) throws -> [FrameSample] {
    let bridge = try OneBridge(rules: rules)
    _ = bridge.outcome(of: .init(frame))
    return samples(bridge)
  }

  @Test func tellsWhatTheRuleSaysAndWhatTheFrameIs() throws {
    let sample = try #require(
      try Self.samples(
        "actions=sample(probability=65535,collector_set_id=1,obs_domain_id=2,obs_point_id=3),output:2"
      ).first)
    #expect((sample.sampling.collectorSet, sample.sampling.domain, sample.sampling.point) == (1, 2, 3))
    #expect(sample.isForwarded && !sample.sampling.isEgress)
    #expect(sample.sampling.port == .none)
    #expect(Int(sample.length) == Self.frame.count)
    #expect(Int(sample.packetLength) == Self.frame.count - 14)
    #expect(sample.headerLength == 14)
    #expect(sample.key.words[FlowKey.Word.transport] >> 32 == 1000 << 16 | 53)
  }

  @Test func tellsOfTheFrameAsItIsThen() throws {
    let samples = try Self.samples(
      "actions=sample(probability=65535),push_vlan:0x8100,set_field:4103->vlan_vid,mod_dl_src:02:00:00:00:00:77,"
        + "sample(probability=65535)")
    #expect(samples.map(\.headerLength) == [14, 18])
    #expect(samples.map { Int($0.length) } == [Self.frame.count, Self.frame.count + 4])
    #expect(samples.map(\.packetLength) == [UInt32(Self.frame.count - 14), UInt32(Self.frame.count - 14)])
    #expect(samples[1].key.words[FlowKey.Word.ethernetSource] >> 16 == 0x0200_0000_0077)
    #expect(samples[1].key.words[FlowKey.Word.vlan] >> 32 & 0xfff == 7)
    #expect(!samples[0].isForwarded && !samples[1].isForwarded)
  }

  struct Row: CustomTestStringConvertible {
    var actions: String
    /// How many samples there are.
    var count: Int
    var isEgress = false
    var port: UInt16?
    var testDescription: String { actions }
  }

  @Test(arguments: [
    Row(actions: "sample(probability=65535)", count: 1),
    Row(actions: "sample(probability=65535,egress)", count: 1, isEgress: true),
    Row(actions: "sample(probability=65535,sampling_port=2)", count: 1, isEgress: true, port: 2),
    Row(actions: "sample(probability=65535,sampling_port=2,ingress)", count: 1, port: 2),
    Row(actions: "sample(probability=65535,sampling_port=1)", count: 1),
    // As in Open vSwitch: a port that is not there, and a bucket, where it has no place.
    Row(actions: "sample(probability=65535,sampling_port=77)", count: 0),
    Row(actions: "clone(sample(probability=65535),output:2),output:3", count: 1),
    Row(actions: "resubmit(,1),resubmit(,1)", count: 2),
    Row(actions: "group:1", count: 0), Row(actions: "group:2", count: 1),
  ])
  func ports(_ row: Row) throws {
    let bridge = try OneBridge()
    try bridge.bridge.addGroup("group_id=1,type=all,bucket=sample(probability=65535),output:2")
    try bridge.bridge.addGroup("group_id=2,type=all,bucket=resubmit(,1)")
    try bridge.bridge.setRules([
      "actions=\(row.actions)", "table=1,actions=sample(probability=65535)",
    ])
    _ = bridge.outcome(of: .init(Self.frame))
    let samples = Self.samples(bridge)
    #expect(samples.count == row.count)
    for sample in samples {
      #expect(sample.sampling.isEgress == row.isEgress)
      #expect(sample.sampling.ingress == bridge.ports[0].port.index)
      #expect(sample.sampling.port == (row.port.map { bridge.ports[Int($0) - 1].port.index } ?? .none))
    }
  }

  /// The port where the frame came in is that of the first bridge, the set that of the rule's bridge.
  @Test func behindAPatch() throws {
    let one = try OneBridge(rules: ["actions=output:9"])
    let other = try one.subject.addBridge("br1", failMode: .secure)
    _ = try one.subject.addPatch(9, of: one.bridge, 1, of: other)
    try other.setRules(["actions=sample(probability=65535)"])
    _ = one.outcome(of: .init(Self.frame))
    let samples = Self.samples(one)
    #expect(samples.map(\.sampling.bridge) == [other.index])
    #expect(samples.map(\.sampling.ingress) == [one.ports[0].port.index])
  }

  private static func hits(_ probability: UInt16, seed: UInt64, flows: Int = 65_536) throws -> [UInt16] {
    let subject = try TestSwitch(flowCapacity: flows, samplingSeed: seed)
    let bridge = try subject.addBridge(failMode: .secure)
    let port = try subject.addPort(1, to: bridge)
    try bridge.setRules(["actions=sample(probability=\(probability))"])
    var hits: [UInt16] = []
    for round: UInt16 in 0..<40 {
      subject.feed(
        (0..<UInt16(100)).map { number in
          let transport = TestFrame.UDP(source: round * 100 + number, destination: 9)
          return MemoryFrame(TestFrame(.ipv4(TestFrame.IPv4(.udp(transport)))).bytes)
        }, to: port)
      subject.core.samples.takeAll {
        hits.append(UInt16(truncatingIfNeeded: $0.key.words[FlowKey.Word.transport] >> 48))
      }
    }
    return hits
  }

  @Test func chanceIsFairAndCanBeRepeated() throws {
    // 1000 of 4000; 6 standard deviations are 164.
    let hits = try Self.hits(16_384, seed: 5)
    #expect((836...1164).contains(hits.count))
    #expect(try Self.hits(16_384, seed: 5) == hits)
    // Frames of a flow that is known are reported as others are.
    #expect(try Self.hits(16_384, seed: 5, flows: 0) == hits)
    #expect(try Self.hits(16_384, seed: 6) != hits)
    #expect(try Self.hits(1, seed: 5).count < 10)
  }

  @Test func whatDoesNotFitIsCounted() throws {
    let bridge = try OneBridge(rules: ["actions=sample(probability=65535)"])
    let count = SampleQueue.capacity + 37
    for _ in 0..<count { _ = bridge.outcome(of: .init(Self.frame)) }
    #expect(bridge.subject.core.samples.lost == 37)
    #expect(Self.samples(bridge).count == SampleQueue.capacity)
    _ = bridge.outcome(of: .init(Self.frame))
    #expect(Self.samples(bridge).count == 1)
  }
}
