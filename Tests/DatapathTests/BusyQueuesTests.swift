import Bytes
@testable import Datapath
import Ports
import Sys
import Synchronization
import Testing

/// Queues that a busy worker asks in turn are waited for again before it sleeps, and lose nothing between.
@Suite struct BusyQueuesTests {
  /// A queue whose input the test decides on.
  private final class Source: PortQueue {
    let event: EventFD
    let isPolledWhenBusy: Bool
    let waitedFor = Mutex<[Bool]>([])

    init(isPolledWhenBusy: Bool = true) throws {
      event = try EventFD()
      self.isPolledWhenBusy = isPolledWhenBusy
    }

    var descriptor: CInt? { event.descriptor }
    var hasInput: Bool { true }
    func setWaitedFor(_ isWaitedFor: Bool) { waitedFor.withLock { $0.append(isWaitedFor) } }
    func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome { .drained }
    func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {}
    var changes: [Bool] { waitedFor.withLock { $0 } }
  }

  @Test func isOutOfTheSetUntilTheWorkerSleeps() throws {
    var epoll = try Epoll()
    let source = try Source()
    try epoll.add(source.event.descriptor, tag: 7)
    var busy = BusyQueues()
    busy.takeOut(7, source, of: epoll, time: 0)
    #expect(busy.count == 1 && busy.place(at: 0) == 7)
    source.event.signal()
    let whileBusy = epoll.wait(timeoutMilliseconds: 0)
    #expect(whileBusy == 0)
    busy.putBackAll(into: epoll)
    #expect(busy.count == 0)
    #expect(source.changes == [false, true])
    // What came meanwhile is not slept through.
    let before = epoll.wait(timeoutMilliseconds: 0)
    try #require(before == 1)
    let tag = epoll[0].tag
    #expect(tag == 7)
  }

  @Test func goesBackWhenOthersKeepTheWorkerBusy() throws {
    let epoll = try Epoll()
    let sources = try (0..<2).map { _ in try Source() }
    var busy = BusyQueues()
    for (place, source) in sources.enumerated() {
      try epoll.add(source.event.descriptor, tag: UInt64(place))
      busy.takeOut(place, source, of: epoll, time: 0)
    }
    busy.noteFrames(of: 1, time: 190_000)
    busy.putBackIdle(into: epoll, time: 200_000)
    #expect(busy.count == 2)
    busy.putBackIdle(into: epoll, time: 210_000)
    #expect(busy.count == 1 && busy.place(at: 0) == 1)
    #expect(sources.map(\.changes) == [[false, true], [false]])
    // One that the worker loses is waited for by the next one.
    busy.remove(1)
    #expect(busy.count == 0)
    #expect(sources[1].changes == [false, true])
  }

  @Test func takesOnlySomeAndOnlyThoseThatShowTheirInput() throws {
    let epoll = try Epoll()
    var busy = BusyQueues()
    let hidden = try Source(isPolledWhenBusy: false)
    try epoll.add(hidden.event.descriptor, tag: 0)
    busy.takeOut(0, hidden, of: epoll, time: 0)
    #expect(busy.count == 0 && hidden.changes.isEmpty)
    for place in 1...20 {
      let source = try Source()
      try epoll.add(source.event.descriptor, tag: UInt64(place))
      busy.takeOut(place, source, of: epoll, time: 0)
    }
    #expect(busy.count == 16)
  }
}
