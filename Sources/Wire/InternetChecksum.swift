import Bytes

/// The checksum of IPv4, TCP, UDP and ICMP: the complement of the ones' complement sum of all 16-bit words.
///
/// A *sum* here is not complemented yet: sums of parts add up with `add`, as long as each part but the last
/// has an even number of bytes. RFC 1071. `ChecksumUpdate` follows changes.
public enum InternetChecksum {
  /// The sum of `bytes` from `start` on, `0...0xffff`. An odd last byte counts as if a 0 followed.
  ///
  /// Ones' complement addition does not care for the byte order or the width of what it adds (RFC 1071, section
  /// 2), so eight bytes are added at once, in the machine's order; many of them in several sums that do not wait for each
  /// other.
  public static func sum(_ bytes: RawSpan, from start: Int = 0) -> UInt16 {
    let end = bytes.byteCount
    var i = start
    var total: UInt64 = 0
    if end - i >= 128 { total = sumOfBlocks(bytes, &i) }
    while i + 8 <= end {
      total = add(total, bytes.load(UInt64.self, at: i).bigEndian)
      i += 8
    }
    while i + 2 <= end {
      total = add(total, UInt64(bytes.load(UInt16.self, at: i).bigEndian))
      i += 2
    }
    if i < end { total = add(total, UInt64((UInt16(bytes.load(UInt8.self, at: i)) << 8).bigEndian)) }
    return UInt16(bigEndian: fold(total))
  }

  private typealias Lanes = SIMD4<UInt64>

  /// The sum of as many whole blocks of 64 bytes as there are from `position` on, which moves behind them. Each lane adds
  /// halves of 32 bits, so that no carry is lost below 2^32 blocks.
  private static func sumOfBlocks(_ bytes: RawSpan, _ position: inout Int) -> UInt64 {
    var (low, high, low2, high2) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    let half = Lanes(repeating: 0xffff_ffff)
    var i = position
    let end = bytes.byteCount
    while i + 64 <= end {
      let a = bytes.lanes(at: i)
      let b = bytes.lanes(at: i + 32)
      low &+= a & half
      high &+= a &>> 32
      low2 &+= b & half
      high2 &+= b &>> 32
      i += 64
    }
    position = i
    low &+= low2
    high &+= high2
    var total: UInt64 = 0
    for lane in 0..<4 { total = add(add(total, low[lane]), high[lane]) }
    return total
  }

  /// Two sums as one.
  @inlinable @inline(__always)
  public static func add(_ a: UInt16, _ b: UInt16) -> UInt16 {
    let (sum, carry) = a.addingReportingOverflow(b)
    return sum &+ (carry ? 1 : 0)
  }

  /// A 32-bit value as a sum.
  @inlinable @inline(__always)
  public static func sum(_ value: UInt32) -> UInt16 {
    add(UInt16(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value))
  }

  /// The sum of what TCP and UDP prefix to their bytes over IPv4: addresses, protocol, length (RFC 9293, section
  /// 3.1).
  ///
  /// - Parameters:
  ///   - header: where the IPv4 header starts in `bytes`, which has at least 20 bytes from there on.
  ///   - length: bytes of transport header and payload.
  public static func pseudoHeaderSum(
    _ bytes: RawSpan, ipv4 header: Int, protocol number: UInt8, length: Int
  ) -> UInt16 {
    let addresses = bytes.load(UInt64.self, at: header + 12)
    let rest = add(UInt16(number), UInt16(truncatingIfNeeded: length))
    return add(fold(addresses), rest)
  }

  /// The same over IPv6 (RFC 8200, section 8.1), whose header of 40 bytes starts at `header`.
  public static func pseudoHeaderSum(
    _ bytes: RawSpan, ipv6 header: Int, protocol number: UInt8, length: Int
  ) -> UInt16 {
    let source = add(bytes.load(UInt64.self, at: header + 8), bytes.load(UInt64.self, at: header + 16))
    let both = add(
      add(source, bytes.load(UInt64.self, at: header + 24)), bytes.load(UInt64.self, at: header + 32))
    return add(fold(both), add(UInt16(number), sum(UInt32(truncatingIfNeeded: length))))
  }

  @inline(__always)
  private static func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (sum, carry) = a.addingReportingOverflow(b)
    return sum &+ (carry ? 1 : 0)
  }

  private static func fold(_ total: UInt64) -> UInt16 {
    let low = UInt16(truncatingIfNeeded: total)
    let second = UInt16(truncatingIfNeeded: total >> 16)
    let third = UInt16(truncatingIfNeeded: total >> 32)
    let high = UInt16(truncatingIfNeeded: total >> 48)
    return add(add(add(low, second), third), high)
  }
}
