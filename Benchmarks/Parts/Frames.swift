import Bytes
import Wire

/// Frames of all kinds, with right lengths and IPv4 header checksums.
enum Frames {
  private static let ethernet: [UInt8] = [2, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0]

  static func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

  /// RFC 791, section 3.1.
  private static func ipv4(_ number: UInt8, _ payload: [UInt8], to destination: UInt32) -> [UInt8] {
    var header: [UInt8] = [0x45, 0] + bytes(UInt16(20 + payload.count)) + [0, 1, 0x40, 0, 64, number, 0, 0]
    header += [10, 0, 0, 1] + bytes(UInt16(destination >> 16)) + bytes(UInt16(destination & 0xffff))
    let sum = ~InternetChecksum.sum(header.rawSpan)
    header.replaceSubrange(10..<12, with: bytes(sum))
    return header + payload
  }

  private static func udpHeader(_ from: UInt16, _ to: UInt16, _ count: Int) -> [UInt8] {
    bytes(from) + bytes(to) + bytes(UInt16(8 + count)) + [0, 0]
  }

  /// RFC 9293, section 3.1: ACK and PSH, no options.
  private static func tcpHeader(_ from: UInt16, _ to: UInt16) -> [UInt8] {
    bytes(from) + bytes(to) + [0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]
  }

  static func udp(
    _ from: UInt16 = 1024, _ to: UInt16 = 9, to destination: UInt32 = 0x0a00_0002, count: Int = 18
  )
    -> [UInt8]
  {
    ethernet + [8, 0]
      + ipv4(17, udpHeader(from, to, count) + [UInt8](repeating: 0, count: count), to: destination)
  }

  static func tcp(count: Int = 6) -> [UInt8] {
    ethernet + [8, 0]
      + ipv4(6, tcpHeader(1024, 80) + [UInt8](repeating: 0, count: count), to: 0x0a00_0002)
  }

  /// IEEE 802.1Q and 802.1ad: the same frame with tags.
  static func tagged(_ frame: [UInt8], _ tags: [UInt16]...) -> [UInt8] {
    frame[..<12] + tags.flatMap { bytes($0[0]) + bytes($0[1]) } + frame[12...]
  }

  static var tcp6: [UInt8] {
    let addresses = [UInt8](repeating: 0x20, count: 15) + [1] + [UInt8](repeating: 0x20, count: 15) + [2]
    return ethernet + [0x86, 0xdd, 0x60, 0, 0, 0] + bytes(20) + [6, 64] + addresses + tcpHeader(1024, 80)
  }

  /// RFC 826.
  static var arp: [UInt8] {
    let addresses: [UInt8] = [2, 0, 0, 0, 0, 0, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2]
    return [UInt8](repeating: 0xff, count: 6) + ethernet[6...] + [8, 6, 0, 1, 8, 0, 6, 4, 0, 1] + addresses
      + [UInt8](repeating: 0, count: 18)
  }

  /// RFC 3032: one label, the last.
  static var mpls: [UInt8] {
    let inner = udp()
    return inner[..<12] + [0x88, 0x47, 0, 0, 0x11, 64] + inner[14...]
  }
}
