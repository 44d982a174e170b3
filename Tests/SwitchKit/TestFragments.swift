import TestKit

/// IP packets cut into fragments, byte by byte as RFC 791 and RFC 8200 describe it. Shares no code with the switch.
public enum TestFragments {
  /// Cuts an untagged IPv4 or IPv6 frame.
  ///
  /// - Parameters:
  ///   - cuts: where parts begin, in bytes of the payload, ascending, without 0; multiples of 8.
  ///   - unfragmentable: bytes of IPv6 extension headers that each fragment has.
  public static func cut(
    _ frame: [UInt8], at cuts: [Int], identification: UInt32 = 7, unfragmentable: Int = 0
  ) -> [[UInt8]] {
    let isIPv6 = frame[12] == 0x86
    let header = 14 + (isIPv6 ? 40 + unfragmentable : Int(frame[14] & 15) * 4)
    let payload = Array(frame[header...])
    let bounds = [0] + cuts + [payload.count]
    return zip(bounds, bounds.dropFirst()).map { start, end in
      let part = Array(payload[start..<end])
      let isLast = end == payload.count
      return isIPv6
        ? part6(frame, header, part, at: start, isLast, identification)
        : part4(frame, header, part, at: start, isLast, identification)
    }
  }

  private static func part4(
    _ frame: [UInt8], _ header: Int, _ part: [UInt8], at start: Int, _ isLast: Bool, _ identification: UInt32
  ) -> [UInt8] {
    var bytes = Array(frame[..<header])
    bytes.replaceSubrange(16..<18, with: ByteSum.bytes(UInt16(header - 14 + part.count)))
    bytes.replaceSubrange(18..<20, with: ByteSum.bytes(UInt16(truncatingIfNeeded: identification)))
    let flags = UInt16(bytes[20] & 0x40) << 8 | (isLast ? 0 : 0x2000)
    bytes.replaceSubrange(20..<22, with: ByteSum.bytes(flags | UInt16(start / 8)))
    return finish4(bytes, header) + part
  }

  /// With a right header checksum.
  private static func finish4(_ frame: [UInt8], _ header: Int) -> [UInt8] {
    var bytes = frame
    bytes.replaceSubrange(24..<26, with: [0, 0])
    bytes.replaceSubrange(24..<26, with: ByteSum.bytes(~ByteSum.sum(bytes[14..<header])))
    return bytes
  }

  private static func part6(
    _ frame: [UInt8], _ header: Int, _ part: [UInt8], at start: Int, _ isLast: Bool, _ identification: UInt32
  ) -> [UInt8] {
    var bytes = Array(frame[..<header])
    bytes.replaceSubrange(18..<20, with: ByteSum.bytes(UInt16(header - 54 + 8 + part.count)))
    var field = 20
    var offset = 54
    while offset < header {
      field = offset
      offset += Int(bytes[offset + 1]) * 8 + 8
    }
    let next = bytes[field]
    bytes[field] = 44
    bytes += [next, 0] + ByteSum.bytes(UInt16(start) | (isLast ? 0 : 1)) + ByteSum.bytes(identification)
    return bytes + part
  }

  /// The frame that fragments make, given all of them, in any order; IPv4 with the identification that they have.
  /// Empty unless they follow each other without a gap, the last one as the last.
  public static func join(_ fragments: [[UInt8]], unfragmentable: Int = 0) -> [UInt8] {
    let isIPv6 = fragments[0][12] == 0x86
    let header = 14 + (isIPv6 ? 40 + unfragmentable : Int(fragments[0][14] & 15) * 4)
    func offset(_ frame: [UInt8]) -> Int {
      let at = isIPv6 ? header + 2 : 20
      let field = Int(frame[at]) << 8 | Int(frame[at + 1])
      return isIPv6 ? field & 0xfff8 : (field & 0x1fff) * 8
    }
    let sorted = fragments.sorted { offset($0) < offset($1) }
    let payload = sorted.flatMap { $0[(header + (isIPv6 ? 8 : 0))...] }
    let own = header + (isIPv6 ? 8 : 0)
    var end = 0
    for fragment in sorted {
      let isMarkedLast = isIPv6 ? fragment[header + 3] & 1 == 0 : fragment[20] & 0x20 == 0
      guard offset(fragment) == end, isMarkedLast == (fragment == sorted.last) else { return [] }
      end += fragment.count - own
    }
    var bytes = Array(sorted[0][..<header])
    guard isIPv6 else {
      bytes.replaceSubrange(16..<18, with: ByteSum.bytes(UInt16(header - 14 + payload.count)))
      bytes.replaceSubrange(20..<22, with: [bytes[20] & 0x40, 0])
      return finish4(bytes, header) + payload
    }
    bytes.replaceSubrange(18..<20, with: ByteSum.bytes(UInt16(header - 54 + payload.count)))
    var (field, place) = (20, 54)
    while place < header {
      field = place
      place += Int(bytes[place + 1]) * 8 + 8
    }
    bytes[field] = sorted[0][header]
    return bytes + payload
  }
}
