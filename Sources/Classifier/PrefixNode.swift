import CLinux

/// One step of a `PrefixTree`: what each value of one byte of the field leads to, as a handle of one word.
///
/// # Structure
/// Neighbouring values that lead to the same are one run: a bit for each value says whether a run begins there, and an
/// entry is found by counting the bits up to its value. So a node takes as much memory as it has runs, and a lookup looks at
/// two cache lines of it at most.
///
/// # Memory
/// One allocation: the 256 bits, how many runs begin before each 64 of them, the number of runs, the room for them, then
/// from byte 48 on the entries. Made by `allocate`, freed by `deallocate`, and replaced when it needs more or much less room;
/// whoever holds the handle keeps what `changing` returns. One thread writes while no other reads.
@safe struct PrefixNode: BitwiseCopyable, Equatable {
  struct Entry: BitwiseCopyable, Equatable {
    /// The best rule whose prefix ends within this byte.
    var best = RankedRule.none
    /// What the next byte leads to.
    var child: PrefixNode?
  }

  /// Where an entry lies, until the node changes.
  @safe struct Place: BitwiseCopyable {
    let entry: UnsafeMutablePointer<Entry>

    @inline(__always)
    func prefetch() { unsafe clinux_prefetch(entry) }

    var best: RankedRule {
      @inline(__always) get { unsafe entry.pointee.best }
    }

    var child: PrefixNode? {
      @inline(__always) get { unsafe entry.pointee.child }
    }
  }

  private static var ranksAt: Int { 32 }
  private static var countAt: Int { 36 }
  private static var capacityAt: Int { 38 }
  private static var entriesAt: Int { 48 }

  private let base: UnsafeMutableRawPointer

  private init(base: UnsafeMutableRawPointer) { unsafe self.base = base }

  static func == (a: Self, b: Self) -> Bool { unsafe a.base == b.base }

  private static func allocate(capacity: Int) -> PrefixNode {
    let size = entriesAt + capacity * MemoryLayout<Entry>.stride
    let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    unsafe base.storeBytes(of: UInt16(capacity), toByteOffset: capacityAt, as: UInt16.self)
    return unsafe PrefixNode(base: base)
  }

  /// A node whose values lead nowhere.
  static func allocate() -> PrefixNode {
    let node = allocate(capacity: 1)
    unsafe withUnsafeTemporaryAllocation(of: Entry.self, capacity: 1) { runs in
      unsafe runs.initialize(repeating: Entry())
      unsafe node.write([1, 0, 0, 0], UnsafeBufferPointer(runs))
    }
    return node
  }

  /// Frees this node only.
  func deallocate() { unsafe base.deallocate() }

  private var runCount: Int { unsafe Int(base.load(fromByteOffset: Self.countAt, as: UInt16.self)) }
  private var capacity: Int { unsafe Int(base.load(fromByteOffset: Self.capacityAt, as: UInt16.self)) }

  private var entries: UnsafeMutablePointer<Entry> {
    @inline(__always) get { unsafe (base + Self.entriesAt).assumingMemoryBound(to: Entry.self) }
  }

  /// Whether no value leads anywhere.
  var isEmpty: Bool {
    guard runCount == 1 else { return false }
    return unsafe entries[0] == Entry()
  }

  /// What `value`, which is below 256, leads to.
  @inline(__always)
  func place(_ value: Int) -> Place {
    let number = value >> 6
    let word = unsafe base.load(fromByteOffset: number &* 8, as: UInt64.self)
    let upTo = word & (~0 &>> UInt64(truncatingIfNeeded: 63 &- (value & 63)))
    let before = unsafe base.load(fromByteOffset: Self.ranksAt &+ number, as: UInt8.self)
    return unsafe Place(entry: entries + (Int(before) &+ upTo.nonzeroBitCount &- 1))
  }

  /// Asks for the bits, and for the entries of a node with few runs.
  @inline(__always)
  func prefetch() {
    unsafe clinux_prefetch(base)
    unsafe clinux_prefetch(base + 64)
  }

  // MARK: Changes

  /// Calls `body` with each run: its first value, and what its values lead to.
  func forEachRun(_ body: (Int, Entry) -> Void) {
    var run = 0
    for number in 0..<4 {
      var word = unsafe base.load(fromByteOffset: number * 8, as: UInt64.self)
      while word != 0 {
        unsafe body(number * 64 + word.trailingZeroBitCount, entries[run])
        word &= word - 1
        run += 1
      }
    }
  }

  /// Changes what each of `values` leads to.
  /// - Returns: the node to be used from then on. It may be another one, and this one is gone then.
  func changing(_ values: Range<Int>, _ body: (Int, inout Entry) -> Void) -> PrefixNode {
    unsafe withUnsafeTemporaryAllocation(of: Entry.self, capacity: 256) { runs in
      var starts: InlineArray<4, UInt64> = [0, 0, 0, 0]
      var count = 0
      func add(_ value: Int, _ entry: Entry) {
        if count > 0, unsafe runs[count - 1] == entry { return }
        starts[value >> 6] |= 1 << UInt64(value & 63)
        unsafe runs.initializeElement(at: count, to: entry)
        count += 1
      }
      forEachRun { start, entry in if start < values.lowerBound { add(start, entry) } }
      for value in values {
        var entry = unsafe place(value).entry.pointee
        body(value, &entry)
        add(value, entry)
      }
      if values.upperBound < 256 {
        unsafe add(values.upperBound, place(values.upperBound).entry.pointee)
        forEachRun { start, entry in if start > values.upperBound { add(start, entry) } }
      }
      var node = self
      if count > capacity || count * 4 < capacity {
        var wanted = 1
        while wanted < count { wanted *= 2 }
        deallocate()
        node = Self.allocate(capacity: wanted)
      }
      unsafe node.write(starts, UnsafeBufferPointer(rebasing: runs[..<count]))
      return node
    }
  }

  /// Precondition: there is room for as many.
  private func write(_ starts: InlineArray<4, UInt64>, _ runs: UnsafeBufferPointer<Entry>) {
    var before = 0
    for i in starts.indices {
      unsafe base.storeBytes(of: starts[i], toByteOffset: i * 8, as: UInt64.self)
      unsafe base.storeBytes(of: UInt8(before), toByteOffset: Self.ranksAt + i, as: UInt8.self)
      before += starts[i].nonzeroBitCount
    }
    unsafe base.storeBytes(of: UInt16(runs.count), toByteOffset: Self.countAt, as: UInt16.self)
    for i in 0..<runs.count { unsafe (entries + i).initialize(to: runs[i]) }
  }
}
