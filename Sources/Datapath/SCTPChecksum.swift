import Bytes
import Match
import Wire

/// The checksum of an SCTP packet: a CRC, so it is computed anew. RFC 9260, appendix A.
enum SCTPChecksum {
  /// Computes the checksum of the packet whose transport header is SCTP and stores it in its field.
  static func store(in packet: Packet, layout: FrameLayout) {
    var bytes = packet.mutableBytes
    let start = layout.transport
    let end = end(of: packet, layout)
    guard end - start >= 12 else { return }
    bytes.store(0 as UInt32, at: start + 8)
    let crc = CRC32C.checksum(packet.bytes.extracting(0..<end), from: start)
    bytes.store(crc.byteSwapped, at: start + 8)
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
