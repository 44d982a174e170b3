import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// The drops that a port remembers.
@Suite struct LastDropsTests {
  @Test func remembersReasonFrameAndWay() throws {
    let one = try OneBridge(rules: [
      "cookie=1,priority=5,udp actions=resubmit(,2),resubmit(,3)", "table=2 actions=drop",
    ])
    let frame = TestFrame.udp(tags: [.init(vlan: 10)])
    one.subject.feed(frame, to: one.ports[0])
    let drop = try #require(one.ports[0].port.lastDrops.first)
    #expect(one.ports[0].port.lastDrops.count == 1)
    #expect(drop.reason == .noRuleMatched)
    #expect(drop.table == 3)
    #expect(drop.bridge == one.bridge.index)
    #expect(!drop.isCopy)
    #expect(drop.ingress == one.ports[0].port.index)
    #expect(drop.source == frame.source)
    #expect(drop.destination == frame.destination << 16 | 0x0800)
    #expect(drop.tci == 0x100a)
    let steps = drop.path.kept.first
    #expect(steps.map(\.table) == [0, 2])
    #expect(steps.compactMap { one.bridge.rule($0)?.cookie } == [1, 0])
  }

  @Test func tellsRulesThatAreGone() throws {
    let one = try OneBridge(rules: ["udp actions=drop"])
    one.subject.feed(TestFrame.udp(), to: one.ports[0])
    let step = try #require(one.ports[0].port.lastDrops.first?.path.kept.first.first)
    #expect(one.bridge.rule(step) != nil)
    // Another rule with the same number, then none.
    try one.bridge.setRules(["udp actions=output:1"])
    #expect(one.bridge.rule(step) == nil)
    try one.bridge.setRules([])
    #expect(one.bridge.rule(step) == nil)
  }

  @Test func remembersCopiesWhereTheyShouldHaveLeft() throws {
    let one = try OneBridge(rules: ["actions=output:2,output:3"])
    one.ports[1].device.setUp(false)
    one.subject.feed(TestFrame.udp(), to: one.ports[0])
    #expect(one.ports[0].port.lastDrops.isEmpty)
    let drop = try #require(one.ports[1].port.lastDrops.first)
    #expect(drop.isCopy)
    #expect(drop.reason == .portDown)
    #expect(drop.ingress == one.ports[0].port.index)
    #expect(drop.path.count == 1)
  }

  /// Frames of the same batch that are lost only when it leaves have each their own way.
  @Test func keepsTheWaysOfABatchApart() throws {
    let one = try OneBridge(
      rules: ["dl_dst=02:00:00:00:00:02 actions=goto_table:1", "table=1 actions=output:2"]
        + ["dl_dst=02:00:00:00:00:03 actions=output:2"])
    one.ports[1].device.setUp(false)
    let frames = [2, 3, 2].map { TestFrame.udp(to: 0x0200_0000_0000 | UInt64($0)).bytes }
    one.subject.feed(frames, to: one.ports[0])
    let drops = one.ports[0].port.lastDrops
    #expect(drops.map(\.path.count) == [2, 1, 2])
    #expect(drops.map { $0.destination >> 16 & 0xff } == [2, 3, 2])
  }

  @Test func remembersTheLastOnes() throws {
    let one = try OneBridge()
    for i in 0..<50 as Range<UInt64> {
      one.subject.feed(TestFrame.udp(from: 0x0200_0000_0100 + i), to: one.ports[0])
    }
    let drops = one.ports[0].port.lastDrops
    #expect(drops.map { $0.source & 0xff } == (18..<50).map(UInt64.init))
  }

  @Test func keepsTheFirstAndTheLastRulesOfALongWay() throws {
    let rules = (0..<20).map { "table=\($0) actions=goto_table:\($0 + 1)" }
    let one = try OneBridge(rules: rules + ["table=20 actions=drop"])
    one.subject.feed(TestFrame.udp(), to: one.ports[0])
    let path = try #require(one.ports[0].port.lastDrops.first?.path)
    #expect(path.count == 21)
    #expect(path.kept.first.map(\.table) == [0, 1, 2, 3])
    #expect(path.kept.last.map(\.table) == [17, 18, 19, 20])
  }

  @Test func knowsFramesThatComeNowhereNearTheTables() throws {
    let one = try OneBridge()
    one.ports[0].port.settings.flags.insert(.noReceive)
    one.subject.feed(TestFrame.udp(tags: [.init(vlan: 7)]), to: one.ports[0])
    let drop = try #require(one.ports[0].port.lastDrops.first)
    #expect(drop.reason == .portNoReceive)
    #expect(drop.tci & 0xfff == 7)
    #expect(drop.path.count == 0)
  }
}

extension LastDropsTests {
  /// Records are read while the worker writes them: each is whole, or left out.
  @Test func readsWhatIsBeingWritten() throws {
    let one = try OneBridge(rules: ["table=0 actions=goto_table:1", "table=1 actions=drop"])
    let frames = (0..<4096).map { number in
      let mac = 0x0200_0000_0000 | UInt64(number)
      return MemoryFrame(TestFrame.udp(from: mac, to: mac).bytes)
    }
    var seen = 0
    for _ in 0..<4 {
      one.ports[0].device.feed(frames)
      let start = one.ports[0].port.statistics.receivedPackets
      while one.ports[0].port.statistics.receivedPackets < start + 4096 - start % 4096 {
        for drop in one.ports[0].port.lastDrops {
          seen += 1
          if drop.source != drop.destination >> 16 || drop.path.count != 2 || drop.reason != .ruleDrops {
            Issue.record("\(drop)")
            return
          }
        }
      }
    }
    #expect(seen > 0)
  }
}
