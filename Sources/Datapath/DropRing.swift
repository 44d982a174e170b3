public import Pipeline
import Synchronization

/// A frame, or a copy of one, that was dropped, and the way that it took.
public struct DropRecord: Sendable {
  /// The port that the frame came in by; `.none` for one that the switch itself sent.
  public var ingress: PortIndex
  /// Whether it is a copy that should have left by the port where this is kept.
  public var isCopy: Bool
  public var reason: DropReason
  /// Monotonic milliseconds.
  public var time: UInt64
  /// Where in the tables the reason was found, when it was found there.
  public var bridge: BridgeIndex
  public var table: UInt8
  /// `eth_dst` 48 | `eth_type` 16, as the frame came in. 0 for a frame that could not be read.
  public var destination: UInt64
  /// 48 bits.
  public var source: UInt64
  /// The outer tag's TCI; bit 0x1000 says that there is one.
  public var tci: UInt16
  public var path: RulePath
}

/// The last drops of one port, as a handle of one word.
///
/// # Memory and threads
/// One allocation of atomics made by `allocate`, freed by `deallocate` when all workers have let go of the port. Workers
/// write with relaxed stores, the control thread reads. A worker takes the next record's number, and its place is the
/// number modulo the capacity. A place has a version: twice the round in which it was written last, the first being 1, and
/// less by one while it is written. Who reads looks at it before and after, and leaves out a record that changed meanwhile
/// (a sequence lock); who finds another worker still writing there, a whole round late, leaves its own record out. So
/// nobody waits.
@safe struct DropRing: @unchecked Sendable {
  static var capacity: Int { 32 }

  private enum Word {
    static let version = 0
    static let time = 1
    static let facts = 2
    static let destination = 3
    static let source = 4
    static let path = 5
    static let count = 5 + RulePath.wordCount
  }

  /// The number of records ever written, then the records.
  private let words: UnsafeMutablePointer<Atomic<UInt64>>

  static func allocate() -> DropRing {
    let count = 1 + capacity * Word.count
    let words = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: count)
    for i in 0..<count { unsafe (words + i).initialize(to: Atomic(0)) }
    return unsafe DropRing(words: words)
  }

  private init(words: UnsafeMutablePointer<Atomic<UInt64>>) { unsafe self.words = words }

  func deallocate() { unsafe words.deallocate() }

  private func load(_ position: Int) -> UInt64 { unsafe words[position].load(ordering: .relaxed) }
  private func store(_ value: UInt64, _ position: Int) {
    unsafe words[position].store(value, ordering: .relaxed)
  }

  // MARK: Worker's side

  func append(_ record: DropRecord) {
    let number = unsafe words[0].wrappingAdd(1, ordering: .relaxed).oldValue
    let start = Self.place(number)
    let version = Self.version(number)
    let before = load(start)
    guard before & 1 == 0, before < version,
      unsafe words[start].compareExchange(expected: before, desired: version - 1, ordering: .relaxed)
        .exchanged
    else { return }
    atomicMemoryFence(ordering: .releasing)
    store(record.time, start + Word.time)
    let flags: UInt64 = record.isCopy ? 1 : 0
    store(
      UInt64(record.ingress.rawValue) << 48 | UInt64(record.bridge.rawValue & 0xff) << 40
        | UInt64(record.table) << 32 | UInt64(record.tci) << 16 | UInt64(record.reason.rawValue) << 8 | flags,
      start + Word.facts)
    store(record.destination, start + Word.destination)
    store(record.source, start + Word.source)
    for i in 0..<RulePath.wordCount { store(record.path.word(i), start + Word.path + i) }
    unsafe words[start].store(version, ordering: .releasing)
  }

  private static func place(_ number: UInt64) -> Int { 1 + Int(number % UInt64(capacity)) * Word.count }
  /// That of the place when the record is whole.
  private static func version(_ number: UInt64) -> UInt64 { (number / UInt64(capacity) + 1) * 2 }

  // MARK: Control thread's side

  /// How many there ever were.
  var total: UInt64 { unsafe words[0].load(ordering: .acquiring) }

  /// Those that are kept, the oldest first.
  var all: [DropRecord] {
    let end = total
    let count = min(end, UInt64(Self.capacity))
    return (end - count..<end).compactMap { record(number: $0) }
  }

  private func record(number: UInt64) -> DropRecord? {
    let start = Self.place(number)
    let version = unsafe words[start].load(ordering: .acquiring)
    guard version == Self.version(number) else { return nil }
    let copy = (0..<Word.count).map { load(start + $0) }
    atomicMemoryFence(ordering: .acquiring)
    guard load(start) == version,
      let reason = DropReason(rawValue: UInt8(truncatingIfNeeded: copy[Word.facts] >> 8))
    else { return nil }
    let facts = copy[Word.facts]
    return DropRecord(
      ingress: PortIndex(rawValue: UInt16(facts >> 48)), isCopy: facts & 1 != 0, reason: reason,
      time: copy[Word.time], bridge: BridgeIndex(rawValue: UInt16(facts >> 40 & 0xff)),
      table: UInt8(truncatingIfNeeded: facts >> 32), destination: copy[Word.destination],
      source: copy[Word.source], tci: UInt16(truncatingIfNeeded: facts >> 16),
      path: RulePath(words: copy[Word.path...]))
  }
}
