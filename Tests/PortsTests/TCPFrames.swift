import Bytes

/// IPv4 TCP frames with everything to be done by the receiver.
enum TCPFrames {
  /// A frame of 54 bytes of headers and `payload` counted bytes, to be cut into segments of `segment` bytes.
  static func large(payload: Int, segment: Int, tags: [UInt8] = []) -> Bench.Frame {
    var bytes = Frames.broadcast + Frames.source + tags + [0x08, 0x00]
    let total = UInt16(40 + payload)
    var ip: [UInt8] = [
      0x45, 0, UInt8(total >> 8), UInt8(total & 0xff), 0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0,
      0, 2,
    ]
    let sum = twinChecksum(ip)
    ip[10] = UInt8(sum >> 8)
    ip[11] = UInt8(sum & 0xff)
    let tcp: [UInt8] = [0x30, 0x39, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 0x10, 0, 0, 0, 0, 0]
    // The unfinished checksum is the pseudo header's sum.
    let pseudo: [UInt8] =
      Array(ip[12...19]) + [0, 6, UInt8((20 + payload) >> 8), UInt8((20 + payload) & 0xff)]
    let partial = ~twinChecksum(pseudo)
    bytes += ip + tcp
    let start = 14 + tags.count + 20
    bytes[start + 16] = UInt8(partial >> 8)
    bytes[start + 17] = UInt8(partial & 0xff)
    bytes += (0..<payload).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var offload = OffloadHeader()
    offload.flags = OffloadHeader.Flags.needsChecksum
    offload.checksumStart = UInt16(start)
    offload.checksumOffset = 16
    offload.gsoType = OffloadHeader.GSO.tcp4
    offload.segmentSize = UInt16(segment)
    offload.headerLength = UInt16(start + 20)
    return Bench.Frame(bytes: bytes, offload: offload)
  }

  /// The Internet checksum (RFC 1071) of `bytes`, one 16-bit word after the other.
  static func twinChecksum(_ bytes: [UInt8]) -> UInt16 {
    var sum = 0
    for i in stride(from: 0, to: bytes.count, by: 2) {
      sum += Int(bytes[i]) << 8 + (i + 1 < bytes.count ? Int(bytes[i + 1]) : 0)
      sum = (sum & 0xffff) + (sum >> 16)
    }
    return ~UInt16(sum)
  }
}
