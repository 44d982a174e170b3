import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Flows that are kept under a joint mask, too, because their answers have several. Batches of four, which are too short to be
/// timed: nothing here depends on how long they take.
@Suite struct JointMaskTests {
  /// A rule for each of four bits of the destination port, of falling priority, and one for the rest: so many masks.
  private static let rules = [
    "priority=10,udp,tp_dst=1/1,actions=output:2", "priority=9,udp,tp_dst=2/2,actions=output:2",
    "priority=8,udp,tp_dst=4/4,actions=output:2", "priority=7,udp,tp_dst=8/8,actions=output:2",
    "priority=1,actions=output:3",
  ]

  /// UDP to that port.
  private func frame(to port: UInt16, from source: UInt16 = 1000) -> MemoryFrame {
    let udp = TestFrame.UDP(source: source, destination: port, payload: [1, 2, 3, 4])
    return MemoryFrame(TestFrame(.ipv4(.init(.udp(udp)))).bytes)
  }

  /// Frames of all masks.
  private func frames() -> [MemoryFrame] { [1, 2, 4, 8, 2, 4, 8, 16].map { frame(to: $0) } }

  /// One that has a joint mask, if it has a cache, and flows under it.
  private func world(flowCapacity: Int) throws -> OneBridge {
    let one = try OneBridge(rules: Self.rules, flowCapacity: flowCapacity)
    for _ in 0..<8192 / 8 + 64 {
      one.subject.feed(Array(frames()[..<4]), to: one.ports[0])
      one.subject.feed(Array(frames()[4...]), to: one.ports[0])
      _ = one.subject.takeAll()
    }
    return one
  }

  @Test func framesAreFoundAtOnce() throws {
    let one = try world(flowCapacity: 1024)
    let before = one.subject.core.workerReports[0].flows
    #expect(before.flows > 5)
    one.subject.feed(Array(frames()[..<4]), to: one.ports[0])
    one.subject.feed(Array(frames()[4...]), to: one.ports[0])
    let flows = one.subject.core.workerReports[0].flows
    #expect(flows.hits - before.hits == 8)
    #expect(flows.probes - before.probes == 8)
  }

  @Test func whatTheyCountIsWhatTheTablesCount() throws {
    let (one, twin) = (try world(flowCapacity: 1024), try world(flowCapacity: 0))
    // Bits that no rule looks at.
    for each in [one, twin] { each.subject.feed((1...8).map { frame(to: 4, from: $0) }, to: each.ports[0]) }
    for port in 1...2 {
      #expect(one.ports[port].take().map(\.bytes) == twin.ports[port].take().map(\.bytes))
    }
    #expect(one.counts == twin.counts)
    let total = one.bridge.flows().reduce(0 as UInt64) { $0 + $1.packets }
    #expect(total == 8192 + 64 * 8 + 8)
  }

  @Test func theNextFrameSeesAChangedRule() throws {
    let one = try world(flowCapacity: 1024)
    for (bit, port) in [(4, 2), (8, 1), (2, 2), (1, 2)] {
      let rule =
        "priority=\(10 - bit.trailingZeroBitCount),udp,tp_dst=\(bit)/\(bit),actions=output:\(port + 1)"
      try one.bridge.add(rule)
      one.subject.feed([frame(to: UInt16(bit))], to: one.ports[0])
      #expect(one.ports[port].take().count == 1, "\(rule)")
      _ = one.subject.takeAll()
    }
    try one.bridge.add("priority=100,udp,tp_src=1000,actions=drop")
    one.subject.feed(Array(frames()[..<4]), to: one.ports[0])
    #expect(one.subject.takeAll().isEmpty)
  }
}

extension OneBridge {
  /// What rules and tables have counted.
  fileprivate var counts: [String] {
    let rules = bridge.flows().map { "\($0.priority) \($0.match): \($0.packets), \($0.bytes)" }
    let tables = bridge.tables.map { "\($0.table): \($0.lookups), \($0.matches)" }
    return rules.sorted() + tables
  }
}
