import Bytes

extension OffloadHeader {
  /// This header as far as it may be believed, or `nil` when it lies about `frame`.
  ///
  /// Whoever writes to a TAP device or a packet socket chooses the header freely: a guest behind a foreign TAP,
  /// or any program. Everything behind this function relies on what it guarantees:
  ///
  /// - `flags` holds no unknown bit, and `dataValid` only without `needsChecksum`.
  /// - With `needsChecksum` the two bytes of the checksum lie inside the frame, behind the Ethernet header.
  /// - `gsoType` is none, tcp4, tcp6 (either with ECN) or udpL4. The older UDP fragmentation is refused, as no
  ///   port is asked to offer it.
  /// - With GSO `segmentSize` is not 0; the checksum is unfinished, as the specification demands (section
  ///   5.1.6.2), and is that of a TCP or UDP header; `headerLength` is the true length of all headers, taken
  ///   from the frame, and lies inside the frame.
  /// - Everything that does not apply is 0.
  func validated(for frame: borrowing RawSpan) -> OffloadHeader? {
    var valid = OffloadHeader()
    let type = gsoType & ~GSO.ecn
    if !needsChecksum {
      guard gsoType == GSO.none else { return nil }
      valid.flags = flags & Flags.dataValid
      return valid
    }

    let start = Int(checksumStart)
    guard start >= 14, start + Int(checksumOffset) + 2 <= frame.byteCount else { return nil }
    valid.flags = Flags.needsChecksum
    valid.checksumStart = checksumStart
    valid.checksumOffset = checksumOffset
    if gsoType == GSO.none { return valid }

    let transportLength: Int
    switch type {
    case GSO.tcp4, GSO.tcp6:
      guard checksumOffset == 16, start + 20 <= frame.byteCount else { return nil }
      transportLength = Int(frame.load(UInt8.self, at: start + 12) >> 4) * 4
      guard transportLength >= 20 else { return nil }
    case GSO.udpL4:
      guard checksumOffset == 6, gsoType == GSO.udpL4 else { return nil }
      transportLength = 8
    default:
      return nil
    }
    guard segmentSize != 0, start + transportLength <= frame.byteCount else { return nil }
    valid.gsoType = gsoType
    valid.segmentSize = segmentSize
    valid.headerLength = UInt16(truncatingIfNeeded: start + transportLength)
    guard Int(valid.headerLength) == start + transportLength else { return nil }
    return valid
  }
}
