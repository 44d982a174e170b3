import Synchronization

/// How often each table of a bridge was asked, and how often it had an answer.
///
/// # Memory and threads
/// One allocation, freed by `deinit`, with a lane for each worker: it alone counts there, with relaxed stores, and anybody
/// reads the sums. A lane is a multiple of a cache line. Lanes are checked, tables taken modulo 256.
@safe public final class TableCounters: @unchecked Sendable {
  /// Lookups of each table, then matches.
  private static var laneCount: Int { 512 }

  private let counters: UnsafeMutablePointer<Atomic<UInt64>>
  private let lanes: Int

  /// - Parameter lanes: how many workers there are.
  public init(lanes: Int = 1) {
    self.lanes = lanes
    let bytes = lanes * Self.laneCount * MemoryLayout<UInt64>.stride
    let start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 128)
    unsafe counters = start.bindMemory(to: Atomic<UInt64>.self, capacity: lanes * Self.laneCount)
    for i in 0..<(lanes * Self.laneCount) { unsafe (counters + i).initialize(to: Atomic(0)) }
  }

  deinit { unsafe UnsafeMutableRawPointer(counters).deallocate() }

  @inline(__always)
  func count(table: Int, matched: Bool, lane: Int) {
    lookup(table: table, matched: matched, lane: lane).count()
  }

  /// What a lookup counts, to be counted again.
  @inline(__always)
  func lookup(table: Int, matched: Bool, lane: Int) -> TableLookup {
    precondition(lane >= 0 && lane < lanes, "a lane behind the last one")
    return unsafe TableLookup(counters + lane * Self.laneCount + (table & 0xff), matched: matched)
  }

  public func lookups(table: UInt8) -> UInt64 { sum(Int(table)) }
  public func matches(table: UInt8) -> UInt64 { sum(256 + Int(table)) }

  private func sum(_ position: Int) -> UInt64 {
    (0..<lanes).reduce(0) {
      unsafe $0 &+ counters[$1 * Self.laneCount + position].load(ordering: .relaxed)
    }
  }
}

/// A lookup in a table, with an answer or without. Valid as long as the table's counters.
@safe struct TableLookup: BitwiseCopyable, @unchecked Sendable {
  private let counter: UnsafeMutablePointer<Atomic<UInt64>>
  private let matched: UInt64

  @unsafe fileprivate init(_ counter: UnsafeMutablePointer<Atomic<UInt64>>, matched: Bool) {
    unsafe self.counter = counter
    self.matched = matched ? 1 : 0
  }

  /// Counts so many more.
  @inline(__always)
  func count(_ number: Int = 1) {
    let number = UInt64(truncatingIfNeeded: number)
    unsafe add(number, to: counter)
    if matched != 0 { unsafe add(number, to: counter + 256) }
  }

  @inline(__always)
  private func add(_ value: UInt64, to counter: UnsafeMutablePointer<Atomic<UInt64>>) {
    unsafe counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ value, ordering: .relaxed)
  }
}
