import Bytes

/// TCP and UDP frames with everything to be done by the receiver.
enum LargeFrames {
  /// A frame with `payload` counted bytes, to be cut into segments of `segment` bytes.
  static func tcp4(payload: Int, segment: Int, tags: [UInt8] = [], flags: UInt8 = 0x18, options: [UInt8] = [])
    -> Bench.Frame
  {
    let words = UInt8(5 + options.count / 4) << 4
    let tcp: [UInt8] =
      [0x30, 0x39, 0, 80, 0xff, 0xff, 0xf0, 1, 0, 0, 0, 2, words, flags, 0x10, 0, 0, 0, 0, 0] + options
    return frame(
      tags: tags, etherType: [0x08, 0x00], ip: ipv4(number: 6, length: tcp.count + payload), transport: tcp,
      number: 6, checksum: 16, payload: payload, segment: segment, type: OffloadHeader.GSO.tcp4)
  }

  static func tcp6(payload: Int, segment: Int, tags: [UInt8] = [], extensions: [UInt8] = []) -> Bench.Frame {
    let tcp: [UInt8] = [0x30, 0x39, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x19, 0x10, 0, 0, 0, 0, 0]
    return frame(
      tags: tags, etherType: [0x86, 0xdd], ip: ipv6(number: 6, length: 20 + payload, extensions),
      transport: tcp, number: 6, checksum: 16, payload: payload, segment: segment,
      type: OffloadHeader.GSO.tcp6)
  }

  static func udp4(payload: Int, segment: Int, tags: [UInt8] = []) -> Bench.Frame {
    let length = 8 + payload
    let udp: [UInt8] = [0x30, 0x39, 0x10, 0, UInt8(length >> 8), UInt8(length & 0xff), 0, 0]
    return frame(
      tags: tags, etherType: [0x08, 0x00], ip: ipv4(number: 17, length: length), transport: udp, number: 17,
      checksum: 6, payload: payload, segment: segment, type: OffloadHeader.GSO.udpL4)
  }

  static func udp6(payload: Int, segment: Int) -> Bench.Frame {
    let length = 8 + payload
    let udp: [UInt8] = [0x30, 0x39, 0x10, 0, UInt8(length >> 8), UInt8(length & 0xff), 0, 0]
    return frame(
      tags: [], etherType: [0x86, 0xdd], ip: ipv6(number: 17, length: length), transport: udp, number: 17,
      checksum: 6, payload: payload, segment: segment, type: OffloadHeader.GSO.udpL4)
  }

  private static func ipv4(number: UInt8, length: Int) -> [UInt8] {
    let total = 20 + length
    var ip: [UInt8] = [
      0x45, 0, UInt8(total >> 8), UInt8(total & 0xff), 0xff, 0xfe, 0x40, 0, 64, number, 0, 0, 10, 0, 0, 1, 10,
      0, 0, 2,
    ]
    let sum = twinChecksum(ip)
    ip[10] = UInt8(sum >> 8)
    ip[11] = UInt8(sum & 0xff)
    return ip
  }

  /// `extensions` is empty or one extension header that names `number` as its next.
  private static func ipv6(number: UInt8, length: Int, _ extensions: [UInt8] = []) -> [UInt8] {
    let total = length + extensions.count
    let source: [UInt8] = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    let next = extensions.isEmpty ? number : 0
    return [0x60, 0, 0, 0, UInt8(total >> 8), UInt8(total & 0xff), next, 64] + source + source.dropLast() + [
      2
    ]
      + extensions
  }

  private static func frame(
    tags: [UInt8], etherType: [UInt8], ip: [UInt8], transport: [UInt8], number: UInt8, checksum: Int,
    payload: Int,
    segment: Int, type: UInt8
  ) -> Bench.Frame {
    let ethernet = Frames.broadcast + Frames.source + tags + etherType
    let start = ethernet.count + ip.count
    let length = transport.count + payload
    let addresses = etherType[0] == 8 ? ip[12..<20] : ip[8..<40]
    // The unfinished checksum is the pseudo header's sum.
    let partial = ~twinChecksum(addresses + [0, number, UInt8(length >> 8), UInt8(length & 0xff)])
    var bytes = ethernet + ip + transport
    bytes[start + checksum] = UInt8(partial >> 8)
    bytes[start + checksum + 1] = UInt8(partial & 0xff)
    bytes += (0..<payload).map { UInt8(truncatingIfNeeded: ($0 &* 7) ^ ($0 >> 8)) }
    var offload = OffloadHeader()
    offload.flags = OffloadHeader.Flags.needsChecksum
    offload.checksumStart = UInt16(start)
    offload.checksumOffset = UInt16(checksum)
    offload.gsoType = type
    offload.segmentSize = UInt16(segment)
    offload.headerLength = UInt16(start + transport.count)
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
