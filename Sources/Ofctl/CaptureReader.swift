import Bytes

/// Reads a capture file in the classic format of libpcap. Both byte orders, micro- and nanoseconds.
/// draft-ietf-opsawg-pcap.
struct CaptureReader {
  struct Packet {
    /// Seconds and nanoseconds since 1970.
    var seconds: UInt32
    var nanoseconds: UInt32
    var bytes: ArraySlice<UInt8>
  }

  private let bytes: [UInt8]
  private var position = 24
  private let isSwapped: Bool
  private let hasNanoseconds: Bool

  /// Throws what is wrong with the header of the file.
  init(_ bytes: [UInt8]) throws(OfctlError) {
    guard bytes.count >= 24 else { throw OfctlError("no capture file: it has less than 24 bytes") }
    self.bytes = bytes
    let magic = bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    switch magic {
    case 0xa1b2_c3d4: (isSwapped, hasNanoseconds) = (false, false)
    case 0xd4c3_b2a1: (isSwapped, hasNanoseconds) = (true, false)
    case 0xa1b2_3c4d: (isSwapped, hasNanoseconds) = (false, true)
    case 0x4d3c_b2a1: (isSwapped, hasNanoseconds) = (true, true)
    case 0x0a0d_0d0a: throw OfctlError("a pcapng file: only the classic pcap format is read")
    default: throw OfctlError("no capture file: it starts with \(Hexadecimal.text(magic, digits: 8))")
    }
    let linkType = word(at: 20) & 0xffff
    guard linkType == 1 else { throw OfctlError("link type \(linkType): only Ethernet (1) is read") }
  }

  private func word(at offset: Int) -> UInt32 {
    let value = bytes[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return isSwapped ? value.byteSwapped : value
  }

  /// The next packet; `nil` at the end, also where the file is cut off.
  mutating func next() -> Packet? {
    guard position + 16 <= bytes.count else { return nil }
    let length = Int(word(at: position + 8))
    let start = position + 16
    guard length <= bytes.count - start else { return nil }
    let fraction = word(at: position + 4)
    defer { position = start + length }
    return Packet(
      seconds: word(at: position),
      nanoseconds: hasNanoseconds ? fraction : fraction.multipliedReportingOverflow(by: 1000).partialValue,
      bytes: bytes[start..<start + length])
  }
}
