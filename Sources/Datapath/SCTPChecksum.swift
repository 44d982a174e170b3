import Bytes
import Match
import Wire

/// The checksum of an SCTP packet: CRC32c. RFC 9260, appendix A.
///
/// A CRC is linear: what a change adds to it depends only on the change and on how many bytes follow. So the
/// difference of the two CRCs brings the field up to date, and one that was wrong stays wrong. Of a fragment
/// the bytes that follow are not known; its checksum cannot be kept right.
enum SCTPChecksum {
  /// The CRC of the packet as it is, field included; only the difference of two of them means something.
  static func state(of packet: Packet, layout: FrameLayout) -> UInt32 {
    let end = layout.packetEnd(in: packet)
    guard end - layout.transport >= 12 else { return 0 }
    return CRC32C.checksum(packet.bytes.extracting(0..<end), from: layout.transport)
  }

  /// Brings the field up to date after a change outside of it; `before` is the state before that change.
  static func follow(from before: UInt32, in packet: Packet, layout: FrameLayout) {
    let difference = before ^ state(of: packet, layout: layout)
    var bytes = packet.mutableBytes
    let field = layout.transport + 8
    bytes.store(bytes.load(UInt32.self, at: field) ^ difference.byteSwapped, at: field)
  }
}

extension FrameLayout {
  /// Where the IP packet ends: a short one has Ethernet padding behind it. Precondition: it is IP.
  func packetEnd(in packet: Packet) -> Int {
    let bytes = packet.bytes
    let isIPv4 = bytes.load(UInt16.self, at: network - 2) == 0x0800
    let length =
      isIPv4
      ? Int(bytes.load(UInt16.self, at: network + 2))
      : 40 + Int(bytes.load(UInt16.self, at: network + 4))
    return min(bytes.byteCount, network + length)
  }
}
