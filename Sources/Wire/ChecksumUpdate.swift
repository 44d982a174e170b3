public import Bytes

/// Keeps an Internet checksum right when words that it covers change. RFC 1624, equation 3:
/// new checksum = ~(~old checksum + ~old word + new word), in ones' complement.
public enum ChecksumUpdate {
  /// Follows a change of up to 64 bits, at an even offset of what is summed, in the checksum field at `offset`.
  @inlinable
  public static func apply(old: UInt64, new: UInt64, at offset: Int, in bytes: inout MutableRawSpan) {
    let field = bytes.load(UInt16.self, at: offset)
    let sum = UInt64(~field) &+ sum16(~old) &+ sum16(new)
    bytes.store(~fold(sum), at: offset)
  }

  /// The same for the field of an unfinished checksum, which holds a plain sum.
  @inlinable
  public static func applyToUnfinished(
    old: UInt64, new: UInt64, at offset: Int, in bytes: inout MutableRawSpan
  ) {
    let field = bytes.load(UInt16.self, at: offset)
    bytes.store(fold(UInt64(field) &+ sum16(~old) &+ sum16(new)), at: offset)
  }

  /// The sum of the four 16-bit words of `value`, not folded.
  @inlinable
  static func sum16(_ value: UInt64) -> UInt64 {
    let pairs = (value >> 16 & 0x0000_ffff_0000_ffff) &+ (value & 0x0000_ffff_0000_ffff)
    return pairs >> 32 &+ pairs & 0xffff_ffff
  }

  /// A sum of less than 2^32 as a 16-bit ones' complement number.
  @inlinable
  static func fold(_ sum: UInt64) -> UInt16 {
    let once = sum >> 16 &+ sum & 0xffff
    return UInt16(truncatingIfNeeded: once >> 16 &+ once & 0xffff)
  }
}
