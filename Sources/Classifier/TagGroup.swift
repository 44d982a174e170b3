/// Eight tags of 16 bits that are compared at once: what a bucket of a hash table is looked through by before any of
/// its entries is touched. A tag of 0 stands for a free place.
///
/// # Theory
/// Two words hold four tags each. Subtracting 1 from each 16-bit lane of `word ^ wanted` borrows only where the lane is
/// 0 (Warren, Hacker's Delight, section 6-1); above a lane that is 0 another may be taken for one, so a match
/// is a candidate, while that there is none is certain. There is one branch for eight entries, and it nearly always goes
/// the same way, where a chain of entries of unknown length ends in a mispredicted one.
@frozen public struct TagGroup: BitwiseCopyable {
  @usableFromInline let low: UInt64
  @usableFromInline let high: UInt64

  @inlinable @inline(__always)
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// How many tags there are.
  @inlinable public static var count: Int { 8 }

  @inlinable static var ones: UInt64 { 0x0001_0001_0001_0001 }
  @inlinable static var tops: UInt64 { 0x8000_8000_8000_8000 }

  @inlinable @inline(__always)
  static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

  /// The tag of a hash: its 16 highest bits, but never 0.
  @inlinable @inline(__always)
  public static func tag(_ bits: UInt64) -> UInt64 { bits == 0 ? 1 : bits }

  /// The places that may have this tag, false ones among them.
  @inlinable @inline(__always)
  public func candidates(_ tag: UInt64) -> TagMatches {
    let wanted = tag &* Self.ones
    return TagMatches(Self.zeros(low ^ wanted) >> 15 | Self.zeros(high ^ wanted) >> 14)
  }

  /// Whether a place is free.
  @inlinable @inline(__always)
  public var hasFree: Bool { Self.zeros(low) | Self.zeros(high) != 0 }

  /// The first free place.
  @inlinable
  public var firstFree: Int? {
    var free = TagMatches(Self.zeros(low) >> 15 | Self.zeros(high) >> 14)
    return free.next()
  }
}

/// Places of a `TagGroup`.
@frozen public struct TagMatches: BitwiseCopyable {
  /// Bits 0, 16, 32 and 48 for the first four places, those above each of them for the last four.
  @usableFromInline var bits: UInt64

  @inlinable @inline(__always)
  init(_ bits: UInt64) { self.bits = bits }

  @inlinable @inline(__always)
  public var isEmpty: Bool { bits == 0 }

  /// Takes one of them.
  @inlinable @inline(__always)
  public mutating func next() -> Int? {
    guard bits != 0 else { return nil }
    let position = bits.trailingZeroBitCount
    bits &= bits &- 1
    return position >> 4 &+ (position & 1) &* 4
  }
}
