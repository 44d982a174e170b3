public import Match

/// A `FlowKey` at a fixed place in memory, for code that picks words by number at run time.
///
/// # Memory
/// One allocation of one key and a flag behind it, made by `allocate` and freed by `deallocate`, which its owner
/// calls from its `deinit`. Word numbers are below `FlowKey.wordCount`: they come from masks, whose words were
/// counted so.
@safe @frozen public struct KeyReference: @unchecked Sendable {
  @frozen @usableFromInline struct Storage {
    @usableFromInline var key = FlowKey()
    /// Whether a cold word may be other than 0. While none is, nobody touches them.
    @usableFromInline var hasColdWords = false

    init() {}
  }

  @usableFromInline let storage: UnsafeMutablePointer<Storage>

  public static func allocate() -> KeyReference {
    let storage = UnsafeMutablePointer<Storage>.allocate(capacity: 1)
    unsafe storage.initialize(to: Storage())
    return unsafe KeyReference(storage: storage)
  }

  public func deallocate() { unsafe storage.deallocate() }

  @usableFromInline init(storage: UnsafeMutablePointer<Storage>) { unsafe self.storage = storage }

  /// Whether a cold word may be other than 0.
  @inlinable
  public var hasColdWords: Bool { unsafe storage.pointee.hasColdWords }

  /// The whole key.
  @inlinable
  public var value: FlowKey {
    get { unsafe storage.pointee.key }
    nonmutating set {
      unsafe storage.pointee.key = newValue
      unsafe storage.pointee.hasColdWords = true
    }
  }

  /// Becomes `value` again, whose cold words were all 0 unless `hasColdWords`.
  @inlinable
  public func restore(_ value: FlowKey, hasColdWords: Bool) {
    unsafe storage.pointee.key = value
    unsafe storage.pointee.hasColdWords = hasColdWords
  }

  /// Reads every field of `frame` into the key. `false` when the frame is malformed (`FlowKey.extract`).
  public func fill(from frame: borrowing RawSpan, layout: inout FrameLayout) -> Bool {
    clear(0, FlowKey.Word.firstCold)
    if hasColdWords { clear(FlowKey.Word.firstCold, FlowKey.wordCount) }
    let isWhole = unsafe storage.pointee.key.fill(from: frame, layout: &layout)
    unsafe storage.pointee.hasColdWords = FlowKey.hasColdWords(
      etherType: self[FlowKey.Word.ethernetDestination] & 0xffff)
    return isWhole
  }

  /// Makes the words from `start` up to, but not including `end`, 0.
  @inlinable
  public func clear(_ start: Int, _ end: Int) {
    for word in start..<end { unsafe words.storeBytes(of: 0, toByteOffset: word &* 8, as: UInt64.self) }
  }

  /// Calls `body` while `conj_id` is `id`.
  func withConjunctionID<R>(_ id: UInt32, _ body: () -> R) -> R {
    let word = self[FlowKey.Word.conjunction]
    let hadColdWords = hasColdWords
    self[FlowKey.Word.conjunction] = UInt64(id) << 32 | word & 0xffff_ffff
    defer {
      self[FlowKey.Word.conjunction] = word
      unsafe storage.pointee.hasColdWords = hadColdWords
    }
    return body()
  }

  /// The numbers of the words in which it differs from `other`, as a set.
  public func words(differingFrom other: KeyReference) -> UInt64 {
    var result: UInt64 = 0
    for word in 0..<FlowKey.wordCount where self[word] != other[word] { result |= 1 << UInt64(word) }
    return result
  }

  /// Becomes equal to `other`.
  public func copy(_ other: KeyReference) {
    let isCold = hasColdWords || other.hasColdWords
    let byteCount = (isCold ? FlowKey.wordCount : FlowKey.Word.firstCold) * 8
    unsafe words.copyMemory(from: UnsafeRawPointer(other.words), byteCount: byteCount)
    unsafe storage.pointee.hasColdWords = other.hasColdWords
  }

  @inlinable @inline(__always)
  var words: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(storage) }

  /// The word of that number.
  @inlinable @inline(__always)
  public subscript(word: Int) -> UInt64 {
    get { unsafe words.load(fromByteOffset: word &* 8, as: UInt64.self) }
    nonmutating set {
      unsafe words.storeBytes(of: newValue, toByteOffset: word &* 8, as: UInt64.self)
      if word >= FlowKey.Word.firstCold { unsafe storage.pointee.hasColdWords = true }
    }
  }

  /// The bits at `slot`, right-justified.
  @inlinable @inline(__always)
  public subscript(slot: Slot) -> UInt64 {
    get { (self[slot.word] & slot.mask) >> UInt64(slot.shift) }
    nonmutating set {
      self[slot.word] = self[slot.word] & ~slot.mask | (newValue << UInt64(slot.shift)) & slot.mask
    }
  }
}
