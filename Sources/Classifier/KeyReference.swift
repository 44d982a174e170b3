public import Match

/// A `FlowKey` at a fixed place in memory, for code that picks words by number at run time.
///
/// # Memory
/// One allocation of one key, made by `allocate` and freed by `deallocate`, which its owner calls from its
/// `deinit`. Word numbers are below `FlowKey.wordCount`: they come from masks, whose words were counted so.
@safe @frozen public struct KeyReference: @unchecked Sendable {
  @usableFromInline let key: UnsafeMutablePointer<FlowKey>

  public static func allocate() -> KeyReference {
    let key = UnsafeMutablePointer<FlowKey>.allocate(capacity: 1)
    unsafe key.initialize(to: FlowKey())
    return unsafe KeyReference(key: key)
  }

  public func deallocate() { unsafe key.deallocate() }

  @usableFromInline init(key: UnsafeMutablePointer<FlowKey>) { unsafe self.key = key }

  /// The whole key.
  @inlinable
  public var value: FlowKey {
    get { unsafe key.pointee }
    nonmutating set { unsafe key.pointee = newValue }
  }

  /// Reads every field of `frame` into the key. `false` when the frame is malformed (`FlowKey.extract`).
  public func fill(from frame: borrowing RawSpan, layout: inout FrameLayout) -> Bool {
    unsafe key.pointee = FlowKey()
    return unsafe key.pointee.fill(from: frame, layout: &layout)
  }

  /// Becomes equal to `other`.
  public func copy(_ other: KeyReference) { unsafe key.update(from: other.key, count: 1) }

  /// The word of that number.
  @inlinable @inline(__always)
  public subscript(word: Int) -> UInt64 {
    get { unsafe UnsafeMutableRawPointer(key).load(fromByteOffset: word &* 8, as: UInt64.self) }
    nonmutating set {
      unsafe UnsafeMutableRawPointer(key).storeBytes(of: newValue, toByteOffset: word &* 8, as: UInt64.self)
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
