import CLinux
public import Synchronization

/// One rule as the datapath sees it, as a handle of one word.
///
/// # Memory
/// One allocation a rule: header, the match's values, then the program that the pipeline compiled. Before the header
/// lies what only some rules have (`Annex`), with its length next to the header. Made by `allocate` on the control
/// thread; none of it changes afterwards, so that workers read it without a lock. Only the counters change, and when
/// a rule was learned again, by relaxed atomics: workers count, the control thread reads.
/// The control thread frees a rule (`deallocate`) after it was removed from every classifier and all workers
/// have passed a batch boundary since.
@safe @frozen public struct Rule: @unchecked Sendable, Equatable {
  @safe @frozen @usableFromInline struct Header {
    @usableFromInline var packets: UInt64
    @usableFromInline var bytes: UInt64
    /// Monotonic milliseconds of the last frame, or of the rule's start.
    @usableFromInline var lastUsed: UInt64
    /// Order of insertion: decides between rules of the same priority.
    @usableFromInline var sequence: UInt64
    /// Under which number the control thread knows the rule.
    @usableFromInline var id: UInt32
    @usableFromInline var hash: UInt32
    @usableFromInline var programCount: UInt32
    @usableFromInline var priority: UInt16
    /// The kind 2 | the number of the match's values 6: a key has fewer than 64 words.
    @usableFromInline var shape: UInt8
    @usableFromInline var table: UInt8

    @inlinable
    init(
      lastUsed: UInt64, sequence: UInt64, id: UInt32, hash: UInt32,
      programCount: UInt32, priority: UInt16, shape: UInt8, table: UInt8
    ) {
      packets = 0
      bytes = 0
      self.lastUsed = lastUsed
      self.sequence = sequence
      self.id = id
      self.hash = hash
      self.programCount = programCount
      self.priority = priority
      self.shape = shape
      self.table = table
    }
  }

  @usableFromInline let header: UnsafeMutablePointer<Header>

  @usableFromInline @inline(__always)
  init(bits: UInt64) {
    unsafe header = UnsafeMutablePointer(bitPattern: UInt(bits)).unsafelyUnwrapped
  }

  @usableFromInline var bits: UInt64 { unsafe UInt64(UInt(bitPattern: header)) }

  /// What some rules have besides.
  public enum Annex {
    case none
    /// The rule is part of conjunctive matches and does nothing by itself: its clauses.
    case clauses([Clause])
    /// The rule was learned: who can make it, 0 for nobody, and the values that its actions got from a frame.
    case learned(by: UInt64, values: [UInt64])

    /// The words before their number.
    fileprivate var words: [UInt64] {
      switch self {
      case .none: []
      case .clauses(let clauses): clauses.map(\.word).sorted()
      // The 0 is when it was last learned again.
      case .learned(let maker, let values): values + [0, maker]
      }
    }

    /// Goes into `Header.shape`.
    fileprivate var kind: UInt8 {
      switch self {
      case .none: Self.noneKind
      case .clauses: Self.clausesKind
      case .learned: Self.learnedKind
      }
    }

    fileprivate static var kindMask: UInt8 { 0xc0 }
    fileprivate static var noneKind: UInt8 { 0 }
    fileprivate static var clausesKind: UInt8 { 0x40 }
    fileprivate static var learnedKind: UInt8 { 0x80 }
  }

  /// A new rule. `words` are the match's values in the order of its mask's words; `program` is copied.
  /// - Parameter alignment: in bytes, a power of two, at least 8.
  public static func allocate<Op: BitwiseCopyable>(
    table: UInt8, priority: UInt16, sequence: UInt64, words: [UInt64], hash: UInt32, program: [Op],
    annex: Annex = .none, now: UInt64, id: UInt32, alignment: Int = 8
  ) -> Rule {
    precondition(words.count < 64, "more words than a key has")
    let wordsOffset = MemoryLayout<Header>.size
    let programOffset = wordsOffset + words.count * 8
    let size = programOffset + program.count * MemoryLayout<Op>.stride
    let annexWords = annex.words
    let annexSize = annexWords.isEmpty ? 0 : (annexWords.count + 1) * 8
    let start = UnsafeMutableRawPointer.allocate(byteCount: annexSize + size, alignment: alignment)
    for (i, word) in (annexWords.isEmpty ? [] : annexWords + [UInt64(annexWords.count)]).enumerated() {
      unsafe start.storeBytes(of: word, toByteOffset: i * 8, as: UInt64.self)
    }
    let base = unsafe start + annexSize
    let header = unsafe base.bindMemory(to: Header.self, capacity: 1)
    unsafe header.initialize(
      to: Header(
        lastUsed: now, sequence: sequence, id: id, hash: hash, programCount: UInt32(program.count),
        priority: priority, shape: UInt8(words.count) | (annexWords.isEmpty ? Annex.noneKind : annex.kind),
        table: table
      ))
    for (i, word) in words.enumerated() {
      unsafe base.storeBytes(of: word, toByteOffset: wordsOffset + i * 8, as: UInt64.self)
    }
    for (i, op) in program.enumerated() {
      unsafe (base + programOffset + i * MemoryLayout<Op>.stride)
        .initializeMemory(as: Op.self, repeating: op, count: 1)
    }
    return unsafe Rule(header: header)
  }

  @usableFromInline init(header: UnsafeMutablePointer<Header>) { unsafe self.header = header }

  /// Whether both are handles of the same rule.
  @inlinable public static func == (a: Rule, b: Rule) -> Bool { a.bits == b.bits }

  /// Frees the rule's memory. No handle may be used afterwards.
  public func deallocate() {
    let annexSize = unsafe header.pointee.shape & Annex.kindMask == 0 ? 0 : (annexCount + 1) * 8
    unsafe (UnsafeMutableRawPointer(header) - annexSize).deallocate()
  }

  @inlinable public var priority: UInt16 { unsafe header.pointee.priority }
  @inlinable public var table: UInt8 { unsafe header.pointee.table }
  @inlinable public var sequence: UInt64 { unsafe header.pointee.sequence }
  @inlinable public var hash: UInt32 { unsafe header.pointee.hash }
  @inlinable public var id: UInt32 { unsafe header.pointee.id }
  @inlinable public var programCount: Int { unsafe Int(header.pointee.programCount) }
  @inlinable var wordCount: Int { unsafe Int(header.pointee.shape & 0x3f) }

  /// The match's value in the mask's word number `index`.
  @inlinable @inline(__always)
  func word(_ index: Int) -> UInt64 {
    unsafe UnsafeRawPointer(header + 1).load(fromByteOffset: index &* 8, as: UInt64.self)
  }

  /// The match's values in the order of its mask's words.
  public var words: [UInt64] { (0..<wordCount).map { word($0) } }

  /// Where the `programCount` ops of the program lie.
  @unsafe @inlinable @inline(__always)
  public var program: UnsafeRawPointer { unsafe UnsafeRawPointer(header + 1) + wordCount &* 8 }

  /// Asks for the counters, the values and the first op of a rule whose mask has so many words.
  @inline(__always)
  func prefetch(wordCount: Int) {
    unsafe clinux_prefetch(header)
    unsafe clinux_prefetch(UnsafeRawPointer(header) + 64)
    // Where an op of 24 bytes ends: rules begin anywhere in a cache line.
    unsafe clinux_prefetch(UnsafeRawPointer(header + 1) + (wordCount &* 8 &+ 23))
  }

  /// Asks for the counters. The rule itself need not be there any more.
  public func prefetch() { unsafe clinux_prefetch(header) }

  // MARK: Annex

  /// How many words there are before their number. Precondition: the rule has an annex.
  private var annexCount: Int { unsafe Int((UnsafeRawPointer(header) - 8).load(as: UInt64.self)) }

  /// A word of the annex. Precondition: `index` is below `annexCount`.
  private func annexWord(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe (UnsafeMutableRawPointer(header) - (annexCount + 1 - index) * 8)
      .assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Whether the rule is part of conjunctive matches and does nothing by itself.
  public var isSoft: Bool { unsafe header.pointee.shape & Annex.kindMask == Annex.clausesKind }
  /// How many clauses a soft rule fulfils.
  var clauseCount: Int { annexCount }

  /// A clause of a soft rule. Precondition: `index` is below `clauseCount`.
  func clause(_ index: Int) -> Clause {
    unsafe Clause(word: annexWord(index).pointee.load(ordering: .relaxed))
  }

  private var isLearned: Bool { unsafe header.pointee.shape & Annex.kindMask == Annex.learnedKind }

  /// Whether `maker` would learn this very rule again if it got these values.
  public func isLearned(by maker: UInt64, values: (Int) -> UInt64) -> Bool {
    guard isLearned, self.maker == maker else { return false }
    var difference: UInt64 = 0
    for i in 0..<(annexCount - 2) {
      unsafe difference |= annexWord(i).pointee.load(ordering: .relaxed) ^ values(i)
    }
    return difference == 0
  }

  /// Who can make the learned rule as it is; 0 for nobody.
  public var maker: UInt64 {
    isLearned ? unsafe annexWord(annexCount - 1).pointee.load(ordering: .relaxed) : 0
  }

  /// Nobody can make it as it is any more.
  public func forgetMaker() {
    if isLearned { unsafe annexWord(annexCount - 1).pointee.store(0, ordering: .relaxed) }
  }

  /// The rule was learned again. Precondition: `isLearned(by:values:)`. Called by workers.
  public func refresh(now: UInt64) {
    unsafe annexWord(annexCount - 2).pointee.store(now, ordering: .relaxed)
  }

  /// When it was last learned again by a worker, in monotonic milliseconds; 0 for never.
  public var refreshed: UInt64 {
    isLearned ? unsafe annexWord(annexCount - 2).pointee.load(ordering: .relaxed) : 0
  }

  // MARK: Counters, the header's first three words

  @inlinable @inline(__always)
  func counter(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe (UnsafeMutableRawPointer(header) + index &* 8).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Counts frames of so many bytes together. Called by one worker only, when there is just that one.
  @inlinable @inline(__always)
  public func count(frames: Int = 1, bytes: Int, now: UInt64) {
    let packets = unsafe counter(0)
    unsafe packets.pointee.store(
      packets.pointee.load(ordering: .relaxed) &+ UInt64(truncatingIfNeeded: frames), ordering: .relaxed)
    let total = unsafe counter(1)
    unsafe total.pointee.store(
      total.pointee.load(ordering: .relaxed) &+ UInt64(truncatingIfNeeded: bytes), ordering: .relaxed)
    unsafe counter(2).pointee.store(now, ordering: .relaxed)
  }

  /// Tells the rule from others.
  public var address: UInt { unsafe UInt(bitPattern: header) }

  /// Counts several frames. Several workers may do so at once; none of them calls `count` then.
  public func add(packets: UInt64, bytes: UInt64, now: UInt64) {
    unsafe counter(0).pointee.wrappingAdd(packets, ordering: .relaxed)
    unsafe counter(1).pointee.wrappingAdd(bytes, ordering: .relaxed)
    unsafe counter(2).pointee.store(now, ordering: .relaxed)
  }

  public var packets: UInt64 { unsafe counter(0).pointee.load(ordering: .relaxed) }
  public var bytes: UInt64 { unsafe counter(1).pointee.load(ordering: .relaxed) }
  public var lastUsed: UInt64 { unsafe counter(2).pointee.load(ordering: .relaxed) }
}
