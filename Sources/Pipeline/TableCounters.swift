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

  @inline(__always)
  private func bump(_ counter: UnsafeMutablePointer<Atomic<UInt64>>) {
    unsafe counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  public func lookups(table: UInt8) -> UInt64 { unsafe counters[Int(table)].load(ordering: .relaxed) }
  public func matches(table: UInt8) -> UInt64 { unsafe counters[256 + Int(table)].load(ordering: .relaxed) }
}
