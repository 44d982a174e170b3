import Bytes

/// The checksum of SCTP: CRC-32C, the Castagnoli polynomial (RFC 9260, appendix A).
public enum CRC32C {
  /// The CRC of `bytes` from `start` on; SCTP stores it least significant byte first.
  public static func checksum(_ bytes: RawSpan, from start: Int = 0) -> UInt32 {
    var crc: UInt32 = .max
    for i in start..<max(start, bytes.byteCount) {
      crc = table[Int(UInt8(truncatingIfNeeded: crc) ^ bytes.load(UInt8.self, at: i))] ^ (crc >> 8)
    }
    return ~crc
  }

  /// The remainders of all bytes, bit-reversed.
  private static let table: [UInt32] = (0..<256).map { (byte: UInt32) in
    (0..<8).reduce(byte) { crc, _ in crc & 1 != 0 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
  }
}
