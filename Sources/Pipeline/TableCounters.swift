import Synchronization

/// How often each table of a bridge was asked, and how often it had an answer.
///
/// # Memory and threads
/// One allocation, freed by `deinit`; the worker counts with relaxed stores, anybody reads.
@safe public final class TableCounters: @unchecked Sendable {
  private let counters: UnsafeMutablePointer<Atomic<UInt64>>

  public init() {
    unsafe counters = .allocate(capacity: 512)
    for i in 0..<512 { unsafe (counters + i).initialize(to: Atomic(0)) }
  }

  deinit { unsafe counters.deallocate() }

  @inline(__always)
  func count(table: Int, matched: Bool) {
    let position = table & 0xff
    unsafe bump(counters + position)
    if matched { unsafe bump(counters + 256 + position) }
  }

  /// What a lookup counts, to be counted again.
  func lookup(table: Int, matched: Bool) -> TableLookup {
    unsafe TableLookup(counters + (table & 0xff), matched: matched)
  }

  @inline(__always)
  private func bump(_ counter: UnsafeMutablePointer<Atomic<UInt64>>) {
    unsafe counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  public func lookups(table: UInt8) -> UInt64 { unsafe counters[Int(table)].load(ordering: .relaxed) }
  public func matches(table: UInt8) -> UInt64 { unsafe counters[256 + Int(table)].load(ordering: .relaxed) }
}

/// A lookup in a table, with an answer or without. Valid as long as the table's counters.
@safe struct TableLookup: BitwiseCopyable, @unchecked Sendable {
  private let counter: UnsafeMutablePointer<Atomic<UInt64>>
  private let matched: UInt64

  @unsafe fileprivate init(_ counter: UnsafeMutablePointer<Atomic<UInt64>>, matched: Bool) {
    unsafe self.counter = counter
    self.matched = matched ? 1 : 0
  }

  /// Counts one more.
  @inline(__always)
  func count() {
    unsafe add(1, to: counter)
    if matched != 0 { unsafe add(1, to: counter + 256) }
  }

  @inline(__always)
  private func add(_ value: UInt64, to counter: UnsafeMutablePointer<Atomic<UInt64>>) {
    unsafe counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ value, ordering: .relaxed)
  }
}
