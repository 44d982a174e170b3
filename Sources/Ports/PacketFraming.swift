import Bytes

/// Frames of ports whose far end has no Ethernet headers (`PortPacketType`).
extension Packet {
  /// Bytes of an Ethernet header without tags.
  static var ethernetLength: Int { 14 }

  /// Writes an Ethernet header with addresses of 0 in front of the IP packet that begins behind it; the type is that of
  /// the packet's version, 0 for none that there is. Precondition: the frame has room for the header.
  func announcePacket() {
    var frame = mutableBytes
    frame.store(UInt64(0), at: 0)
    frame.store(UInt32(0), at: 8)
    var type: UInt16 = 0
    if length > Self.ethernetLength {
      switch frame.load(UInt8.self, at: Self.ethernetLength) >> 4 {
      case 4: type = 0x0800
      case 6: type = 0x86dd
      default: break
      }
    }
    frame.store(type, at: 12)
  }

  /// Where the IP packet begins behind Ethernet header and tags; `nil` for a frame that is not IP.
  var packetStart: Int? {
    let frame = bytes
    var start = Self.ethernetLength
    while start <= frame.byteCount {
      switch frame.load(UInt16.self, at: start - 2) {
      case 0x0800, 0x86dd: return start < frame.byteCount ? start : nil
      case 0x8100, 0x88a8, 0x9100: start += 4
      default: return nil
      }
    }
    return nil
  }
}
