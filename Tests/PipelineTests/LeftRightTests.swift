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

  /// A thread in an array.
  private final class Box {
    private var thread: Thread?
    init(_ thread: consuming Thread) { self.thread = .some(thread) }
    func join() { thread.take()?.join() }
  }
}
