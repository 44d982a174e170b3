/// Where up to 64 bits lie in a `FlowKey`.
@frozen public struct Slot: Hashable, Sendable {
  public let word: Int
  /// Bits to the right of the slot.
  public let shift: Int
  /// 1 to 64.
  public let bits: Int

  @inlinable
  public init(_ word: Int, _ shift: Int, _ bits: Int) {
    self.word = word
    self.shift = shift
    self.bits = bits
  }

  /// Ones where the slot lies in its word.
  @inlinable
  public var mask: UInt64 { (bits == 64 ? ~0 : (1 << UInt64(bits)) - 1) << UInt64(shift) }
}
