import Bytes
import Datapath
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// TCP segments that arrive together by a port of a host cross the switch as one frame.
@Suite struct MergingTests {
  private static let large = TestFrame(
    .ipv4(TestFrame.IPv4(.tcp(.init(payload: (0..<4000).map { UInt8(truncatingIfNeeded: $0) })))))

  /// Its segments.
  private let train: [[UInt8]]

  init() throws {
    let plain = try OneBridge(offloads: [], rules: ["actions=output:2"])
    let left = plain.outcome(of: Self.large.unfinished(segmentSize: 1000))[2]
    train = try #require(left?.map(\.bytes))
    try #require(train.count == 4)
  }

  /// Port 1 is that of a host, port 2 has `offloads`.
  private func world(
    offloads: PortOffloads, rule: String
  ) throws -> (subject: TestSwitch, bridge: Bridge, host: TestSwitch.Attachment, other: TestSwitch.Attachment)
  {
    let subject = try TestSwitch()
    let bridge = try subject.addBridge(failMode: .secure)
    let host = try subject.addPort(1, to: bridge, through: { HostPort($0) })
    let other = try subject.addPort(2, to: bridge, offloads: offloads)
    try bridge.setRules([rule])
    return (subject, bridge, host, other)
  }

  @Test func leavesAsOneFrameWhereSegmentsAreCut() throws {
    let (subject, _, host, other) = try world(offloads: .all, rule: "actions=output:2")
    for _ in 0..<3 {
      subject.feed(train, to: host)
      let left = other.take()
      try #require(left.count == 1)
      #expect(left[0].offload == Self.large.unfinished(segmentSize: 1000).offload)
      #expect(left[0].bytes == Self.large.unfinishedBytes)
    }
    let statistics = host.port.statistics
    #expect(statistics.receivedPackets == 12)
    #expect(statistics.receivedBytes == UInt64(3 * train.map(\.count).reduce(0, +)))
    #expect(other.port.statistics.sentPackets == 3)
  }

  @Test func countsEachFrameThatIsDropped() throws {
    let (subject, _, host, _) = try world(offloads: .all, rule: "actions=drop")
    subject.feed(train, to: host)
    #expect(host.drops == [.ruleDrops: 4])
  }

  /// Merging for a port that takes no large frames is only work.
  @Test func stopsMergingWhatHasToBeCutAgain() throws {
    let (subject, _, host, other) = try world(offloads: .checksum, rule: "actions=mod_nw_ttl:9,output:2")
    let twin = try OneBridge(offloads: .checksum, rules: ["actions=mod_nw_ttl:9,output:2"])
    let expected = train.flatMap { twin.outcome(of: MemoryFrame($0))[2] ?? [] }
    for _ in 0..<3 {
      subject.feed(train, to: host)
      #expect(other.take() == expected)
    }
    #expect(host.port.statistics.receivedPackets == 12)
    #expect(other.port.statistics.sentPackets == 12)
  }

  @Test func cutsTheEndOffEachFrame() throws {
    let (subject, _, host, other) = try world(offloads: .all, rule: "actions=output(port=2,max_len=100)")
    for _ in 0..<2 {
      subject.feed(train, to: host)
      #expect(other.take().map(\.bytes) == train.map { Array($0.prefix(100)) })
    }
  }

  @Test func controllersSeeTheFramesAsTheyCame() throws {
    let (subject, bridge, host, _) = try world(offloads: .all, rule: "actions=CONTROLLER")
    subject.core.packetIns.setListening(true, at: bridge.index)
    for _ in 0..<2 {
      subject.feed(train, to: host)
      #expect(subject.core.packetIns.takeAll().map(\.frame) == train)
    }
  }
}
