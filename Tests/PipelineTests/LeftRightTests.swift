import Synchronization
import Sys
import Testing

@testable import Pipeline

@Suite struct LeftRightTests {
  private final class Counts: Sendable {
    let isDone = Atomic(false)
    let torn = Atomic(0)
    let stale = Atomic(0)
    /// The last number that `update` has returned for.
    let published = Atomic<UInt16>(0)
  }

  /// Each change gives two ports the same new number: a reader sees both or neither, and never an older one than
  /// was there when it began. Meant to be run with `--sanitize=thread` as well.
  @Test func readersSeeAChangeWholeOrNotAtAll() throws {
    let subject = LeftRight()
    let counts = Counts()
    let first = PortIndex(rawValue: 0)
    let last = PortIndex(rawValue: 4000)
    func record(_ number: UInt16) -> PortRecord {
      var record = PortRecord()
      record.number = number
      return record
    }
    subject.update { state in
      for port in [first, last] { state.setPort(port, to: record(0), vlan: VLANSettings()) }
    }
    let readers = try (0..<3).map { _ in
      let reader = subject.makeReader()
      return try Box(
        Thread(name: "reader") {
          while !counts.isDone.load(ordering: .relaxed) {
            let known = counts.published.load(ordering: .acquiring)
            let (a, b) = subject.read(as: reader) { ($0.port(first).number, $0.port(last).number) }
            if a != b { counts.torn.add(1, ordering: .relaxed) }
            if a < known { counts.stale.add(1, ordering: .relaxed) }
          }
        })
    }
    for number in 1...1000 as ClosedRange<UInt16> {
      subject.update { state in
        for port in [first, last] { state.setPort(port, to: record(number), vlan: VLANSettings()) }
      }
      counts.published.store(number, ordering: .releasing)
    }
    counts.isDone.store(true, ordering: .relaxed)
    for reader in readers { reader.join() }
    #expect(counts.torn.load(ordering: .relaxed) == 0)
    #expect(counts.stale.load(ordering: .relaxed) == 0)
  }

  /// A reader that steps outside in the middle of a batch gets what it waits for: the change does not wait for it.
  /// Meant to be run with `--sanitize=thread` as well.
  @Test func aReaderCanWaitForAChange() throws {
    let subject = LeftRight()
    let wanted = Atomic<UInt16>(0)
    let missing = Atomic(0)
    let port = PortIndex(rawValue: 0)
    let reader = subject.makeReader()
    let thread = try Thread(name: "reader") {
      for number in 1...300 as ClosedRange<UInt16> {
        subject.read(as: reader) { before in
          if before.port(port).number != number - 1 { missing.add(1, ordering: .relaxed) }
          let after = subject.step(outside: reader) {
            wanted.store(number, ordering: .releasing)
            while wanted.load(ordering: .acquiring) == number { Thread.yield() }
          }
          if after.port(port).number != number { missing.add(1, ordering: .relaxed) }
        }
      }
    }
    for number in 1...300 as ClosedRange<UInt16> {
      while wanted.load(ordering: .acquiring) != number { Thread.yield() }
      subject.update { state in
        var record = PortRecord()
        record.number = number
        state.setPort(port, to: record, vlan: VLANSettings())
      }
      wanted.store(0, ordering: .releasing)
    }
    thread.join()
    #expect(missing.load(ordering: .relaxed) == 0)
  }

  /// A thread in an array.
  private final class Box {
    private var thread: Thread?
    init(_ thread: consuming Thread) { self.thread = .some(thread) }
    func join() { thread.take()?.join() }
  }
}
