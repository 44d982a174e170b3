/// Checksums computed the slow and obvious way, to test the fast ones.
public enum ByteSum {
  /// The Internet checksum's ones' complement sum of `bytes`, not complemented; RFC 1071.
  public static func sum(_ bytes: some Sequence<UInt8>) -> UInt16 {
    var total: UInt32 = 0
    var isHigh = true
    for byte in bytes {
      total += isHigh ? UInt32(byte) << 8 : UInt32(byte)
      isHigh.toggle()
      if total > 0xffff { total -= 0xffff }
    }
    return UInt16(total)
  }

  /// CRC32c bit by bit, as SCTP stores it; RFC 9260, appendix A.
  public static func crc32c(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc: UInt32 = 0xffff_ffff
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 != 0 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
    }
    return (~crc).byteSwapped
  }

  /// `value` in network byte order.
  public static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    stride(from: T.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: value >> T(truncatingIfNeeded: $0))
    }
  }

  /// The 16-bit number at `offset`.
  static func word(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
    UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }
}
