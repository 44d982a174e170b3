import Bytes
import Match

/// CRC32c of an SCTP packet. RFC 9260, appendix A: reflected polynomial 0x82f63b78, stored little-endian.
enum SCTPChecksum {
  private static let table: InlineArray<256, UInt32> = {
    var table = InlineArray<256, UInt32>(repeating: 0)
    for i in 0..<256 {
      var value = UInt32(i)
      for _ in 0..<8 { value = value & 1 != 0 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
      table[i] = value
    }
    return table
  }()

  /// Computes the checksum of the packet whose transport header is SCTP and stores it in its field.
  static func store(in packet: Packet, layout: FrameLayout) {
    var bytes = packet.mutableBytes
    let start = layout.transport
    let end = end(of: packet, layout)
    guard end - start >= 12 else { return }
    bytes.store(0 as UInt32, at: start + 8)
    var crc = ~UInt32(0)
    for offset in start..<end {
      let index = Int((crc ^ UInt32(bytes.load(UInt8.self, at: offset))) & 0xff)
      crc = table[index] ^ crc >> 8
    }
    bytes.store((~crc).byteSwapped, at: start + 8)
  }

  /// Where the IP packet ends: a short one has Ethernet padding behind it.
  private static func end(of packet: Packet, _ layout: FrameLayout) -> Int {
    let bytes = packet.bytes
    let isIPv4 = bytes.load(UInt16.self, at: layout.network - 2) == 0x0800
    let length =
      isIPv4
      ? Int(bytes.load(UInt16.self, at: layout.network + 2))
      : 40 + Int(bytes.load(UInt16.self, at: layout.network + 4))
    return min(bytes.byteCount, layout.network + length)
  }
}
