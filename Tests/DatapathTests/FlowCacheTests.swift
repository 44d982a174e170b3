import Datapath
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// When what is known of a flow is used, and when not. That it is never used wrongly: `FlowCacheTwinTests`.
@Suite struct FlowCacheTests {
  /// UDP to that port.
  private func frame(
    to port: UInt16, from source: UInt64 = 0x0200_0000_0001, to destination: UInt64 = 0x0200_0000_0002
  )
    -> MemoryFrame
  {
    let udp = TestFrame.UDP(source: 1000, destination: port, payload: [1, 2, 3, 4])
    return MemoryFrame(TestFrame(.ipv4(.init(.udp(udp))), from: source, to: destination).bytes)
  }

  /// How many frames were found since the last call.
  private func found(_ subject: TestSwitch, since before: inout UInt64) -> UInt64 {
    let hits = subject.core.workerReports[0].flows.hits
    defer { before = hits }
    return hits - before
  }

  @Test func framesThatAgreeInWhatTheRulesLookAtAreOneFlow() throws {
    let one = try OneBridge(rules: ["in_port=1,actions=output:2"])
    one.subject.feed((1...100).map { frame(to: $0) }, to: one.ports[0])
    let flows = one.subject.core.workerReports[0].flows
    #expect(flows.lookups == 100)
    #expect(flows.hits == 99)
    #expect(flows.flows == 1)
    #expect(flows.masks == 1)
    #expect(one.ports[1].take().count == 100)
  }

  @Test func aChangeAboutOtherFramesLeavesThemKnown() throws {
    let one = try OneBridge(rules: [
      "priority=1,actions=output:2", "priority=2,udp,tp_dst=9,actions=output:2",
    ])
    var hits: UInt64 = 0
    one.subject.feed([frame(to: 1), frame(to: 1)], to: one.ports[0])
    #expect(found(one.subject, since: &hits) == 1)
    try one.bridge.add("priority=3,udp,tp_dst=8,actions=output:3")
    one.subject.feed([frame(to: 1)], to: one.ports[0])
    #expect(found(one.subject, since: &hits) == 1)
    // One with bits that the flow need not agree in.
    try one.bridge.add("priority=3,udp,tp_src=8,actions=output:3")
    one.subject.feed([frame(to: 1)], to: one.ports[0])
    #expect(found(one.subject, since: &hits) == 0)
  }

  @Test func rulesOfLowerPriorityAreNoReasonToLookAgain() throws {
    let one = try OneBridge(rules: ["priority=10,actions=output:2"])
    var hits: UInt64 = 0
    one.subject.feed([frame(to: 1), frame(to: 1)], to: one.ports[0])
    #expect(found(one.subject, since: &hits) == 1)
    try one.bridge.add("priority=9,udp,tp_src=1000,actions=output:3")
    one.subject.feed([frame(to: 1)], to: one.ports[0])
    #expect(found(one.subject, since: &hits) == 1)
    try one.bridge.add("priority=11,udp,tp_src=1000,actions=output:3")
    _ = one.subject.takeAll()
    one.subject.feed([frame(to: 1)], to: one.ports[0])
    #expect(found(one.subject, since: &hits) == 0)
    #expect(one.ports[2].take().count == 1)
  }

  @Test func theNextFrameSeesAChangedRule() throws {
    let one = try OneBridge(rules: ["udp,tp_dst=53,actions=output:2"])
    for (rule, port) in [("udp,tp_dst=53,actions=output:3", 2), ("udp,tp_dst=53,actions=output:2", 1)] {
      one.subject.feed([frame(to: 53), frame(to: 53)], to: one.ports[0])
      _ = one.subject.takeAll()
      try one.bridge.add(rule)
      one.subject.feed([frame(to: 53)], to: one.ports[0])
      #expect(one.ports[port].take().count == 1, "\(rule)")
    }
  }

  @Test func theNextFrameFollowsAnAddressThatMoves() throws {
    let subject = try TestSwitch()
    let bridge = try subject.addBridge()
    let ports = try (1...3 as ClosedRange<UInt16>).map { try subject.addPort($0, to: bridge) }
    let answer = frame(to: 1, from: 0x0200_0000_0002, to: 0x0200_0000_0001)
    subject.feed([answer], to: ports[1])
    for _ in 0..<3 { subject.feed([frame(to: 1)], to: ports[0]) }
    _ = subject.takeAll()
    subject.feed([answer], to: ports[2])
    subject.feed([frame(to: 1)], to: ports[0])
    #expect(ports[1].take().isEmpty)
    #expect(ports[2].take().count == 1)
  }

  /// Frames of which each is the first of its flow: the cache does not stay in their way.
  @Test func itStandsAsideWhenNothingIsFound() throws {
    let one = try OneBridge(rules: ["priority=2,udp,tp_dst=53,actions=drop", "priority=1,actions=output:2"])
    for start in stride(from: 0, to: 9 * 1024, by: 1024) {
      one.subject.feed((0..<1024).map { frame(to: UInt16(1000 + start + $0)) }, to: one.ports[0])
      _ = one.subject.takeAll()
    }
    let flows = one.subject.core.workerReports[0].flows
    #expect(flows.isAside)
    #expect(flows.lookups == 8192)
    #expect(flows.hits == 0)
  }

  /// What one port does is no reason not to look for flows of others, nor to forget them.
  @Test func aPortWhoseFramesAreAllNewIsAloneWithIt() throws {
    let one = try OneBridge(rules: ["priority=2,udp,tp_dst=53,actions=drop", "priority=1,actions=output:2"])
    var hits: UInt64 = 0
    for start in stride(from: 0, to: 40 * 1024, by: 1024) {
      one.subject.feed((0..<1024).map { frame(to: UInt16(1000 + start + $0)) }, to: one.ports[0])
      one.subject.feed([frame(to: 1)], to: one.ports[2])
      _ = one.subject.takeAll()
      // The first one is the first of its flow.
      #expect(found(one.subject, since: &hits) == (start == 0 ? 0 : 1))
    }
    #expect(one.subject.core.workerReports[0].flows.isAside)
  }

  /// In a full cache one in eight frames that have no flow brings one, and flows that are used are not those that go.
  @Test func flowsInUseStayWhenOthersWantTheirPlace() throws {
    let one = try OneBridge(
      rules: ["priority=2,udp,tp_dst=53,actions=drop", "priority=1,actions=output:2"], flowCapacity: 64)
    let used = (0..<32).map { frame(to: UInt16(100 + $0)) }
    one.subject.feed(used + used, to: one.ports[0])
    var hits: UInt64 = 0
    #expect(found(one.subject, since: &hits) == 32)
    var kept: UInt64 = 0
    for start in stride(from: 1000, to: 1000 + 64 * 64, by: 64) {
      // New each of them, so what is found is what was used before.
      one.subject.feed((start..<start + 64).map { frame(to: UInt16($0)) } + used, to: one.ports[0])
      kept += found(one.subject, since: &hits)
      _ = one.subject.takeAll()
    }
    #expect(kept > 64 * 32 * 3 / 4, "\(kept) of \(64 * 32)")
  }

  /// A rule for each length of a prefix; frames go to rules of ever lower priority.
  @Test func thereAreFewMasks() throws {
    let rules = (1...30).map { "priority=\($0 * 10),udp,nw_src=10.0.0.1/\($0),tp_dst=\($0),actions=output:2" }
    let one = try OneBridge(rules: rules + ["priority=1,actions=output:2"])
    for port in (1...30 as ClosedRange<UInt16>).reversed() {
      one.subject.feed([frame(to: port), frame(to: port)], to: one.ports[0])
    }
    let flows = one.subject.core.workerReports[0].flows
    #expect(flows.masks <= 8)
    #expect(flows.hits > 0)
    #expect(one.ports[1].take().count == 60)
  }
}
