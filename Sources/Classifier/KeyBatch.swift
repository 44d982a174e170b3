/// The keys of the frames of one receive batch, by their place in it.
///
/// # Memory
/// Made by `allocate` and freed by `deallocate`, with its keys; a place is taken modulo 32.
@safe @frozen public struct KeyBatch {
  @usableFromInline let keys: UnsafeMutablePointer<KeyReference>

  @inlinable public static var capacity: Int { 32 }

  public static func allocate() -> KeyBatch {
    let keys = UnsafeMutablePointer<KeyReference>.allocate(capacity: capacity)
    for i in 0..<capacity { unsafe (keys + i).initialize(to: .allocate()) }
    return unsafe KeyBatch(keys: keys)
  }

  @usableFromInline init(keys: UnsafeMutablePointer<KeyReference>) { unsafe self.keys = keys }

  public func deallocate() {
    for i in 0..<Self.capacity { unsafe keys[i].deallocate() }
    unsafe keys.deallocate()
  }

  @inlinable @inline(__always)
  public subscript(place: Int) -> KeyReference { unsafe keys[place & 31] }
}

/// Some of the frames of a receive batch: bit `i` for place `i`.
@frozen public struct FrameSet: BitwiseCopyable, Sendable {
  public var bits: UInt32

  @inlinable
  public init(bits: UInt32 = 0) { self.bits = bits }

  /// The first so many places, 0 to 32.
  @inlinable @inline(__always)
  public init(first count: Int) { bits = UInt32(truncatingIfNeeded: (1 as UInt64) << UInt64(count) &- 1) }

  @inlinable @inline(__always) public var isEmpty: Bool { bits == 0 }
  @inlinable @inline(__always) public var count: Int { bits.nonzeroBitCount }
  @inlinable @inline(__always)
  public func contains(_ place: Int) -> Bool { bits >> UInt32(place & 31) & 1 != 0 }
  @inlinable @inline(__always)
  public mutating func insert(_ place: Int) { bits |= 1 << UInt32(place & 31) }
  @inlinable @inline(__always)
  public mutating func remove(_ place: Int) { bits &= ~(1 << UInt32(place & 31)) }

  /// Calls `body` with each of them, in order.
  @inlinable @inline(__always)
  public func forEach(_ body: (Int) -> Void) {
    var rest = bits
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest &- 1
    }
  }
}
