import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Real frames on their way through the tables.
@Suite struct LiveTraceTests {
  private func udp(_ port: UInt16) -> TestFrame {
    TestFrame(.ipv4(.init(.udp(.init(source: 7, destination: port, payload: [1])))))
  }

  private func tables(of trace: Trace) -> [UInt8] {
    trace.events.compactMap { event in
      switch event {
      case .table(let number, _, _), .miss(let number, _, _): number
      default: nil
      }
    }
  }

  @Test func showsTheFramesThatTheFilterTakes() throws {
    let one = try OneBridge(rules: ["udp actions=resubmit(,1),output:2", "table=1 actions=drop"])
    let id = one.subject.core.watches.add(
      try FlowMatch(parsing: "udp,tp_dst=53"), on: one.bridge.index, count: 10)
    one.subject.feed([udp(53), udp(54), udp(53)].map(\.bytes), to: one.ports[0])
    let (frames, missed) = one.subject.core.watches.takeAll()
    #expect(frames.count == 2)
    #expect(missed == 0)
    for frame in frames {
      #expect(frame.watch == id)
      #expect(frame.port == one.ports[0].port.index)
      #expect(frame.length == udp(53).bytes.count)
      #expect(tables(of: frame.trace) == [0, 1])
      #expect(frame.trace.dropReason == nil)
    }
    #expect(one.subject.takeAll()[2]?.count == 3)
  }

  @Test func endsAfterSoManyFrames() throws {
    let one = try OneBridge(rules: ["actions=output:2"])
    _ = one.subject.core.watches.add(FlowMatch(), on: one.bridge.index, count: 3)
    one.subject.feed((0..<40).map { _ in udp(1).bytes }, to: one.ports[0])
    #expect(one.subject.core.watches.takeAll().frames.count == 3)
    one.subject.feed(udp(1), to: one.ports[0])
    #expect(one.subject.core.watches.takeAll().frames.isEmpty)
  }

  @Test func keepsNoMoreThanItsQueueHolds() throws {
    let one = try OneBridge(rules: ["actions=output:2"])
    _ = one.subject.core.watches.add(FlowMatch(), on: one.bridge.index, count: 100_000)
    let count = FrameWatches.capacity + 100
    one.subject.feed((0..<count).map { _ in udp(1).bytes }, to: one.ports[0])
    let (frames, missed) = one.subject.core.watches.takeAll()
    #expect(frames.count == FrameWatches.capacity)
    #expect(missed == 100)
  }

  @Test func stopsWhenNobodyLooksAnyMore() throws {
    let one = try OneBridge(rules: ["actions=output:2"])
    let id = one.subject.core.watches.add(FlowMatch(), on: one.bridge.index, count: 10)
    one.subject.feed(udp(1), to: one.ports[0])
    one.subject.core.watches.remove(id)
    one.subject.feed(udp(1), to: one.ports[0])
    #expect(one.subject.core.watches.takeAll().frames.isEmpty)
  }

  /// What becomes of a frame is known when its batch has left.
  @Test func saysWhyAFrameWasLost() throws {
    let one = try OneBridge(rules: ["udp actions=output:2"])
    one.ports[1].device.setUp(false)
    _ = one.subject.core.watches.add(FlowMatch(), on: one.bridge.index, count: 10)
    one.subject.feed(udp(1), to: one.ports[0])
    let frame = try #require(one.subject.core.watches.takeAll().frames.first)
    #expect(frame.trace.dropReason == .portDown)
    #expect(!frame.trace.ops.isEmpty)
  }

  @Test func looksAtOneBridgeOnly() throws {
    let subject = try TestSwitch()
    let bridges = try ["br0", "br1"].map { try subject.addBridge($0) }
    let ports = try bridges.map { try subject.addPort(1, to: $0) }
    _ = subject.core.watches.add(FlowMatch(), on: bridges[1].index, count: 10)
    for port in ports { subject.feed(udp(1), to: port) }
    #expect(subject.core.watches.takeAll().frames.map(\.bridge) == [bridges[1].index])
  }
}
