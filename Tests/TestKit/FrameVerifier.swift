/// Reads a finished frame byte by byte and checks every checksum in it. Shares no code with the switch.
public enum FrameVerifier {
  /// What is wrong with `frame`; `nil` when every checksum that can be checked is right. Headers that are cut
  /// off or contradict themselves end the search: there is nothing that could be verified behind them.
  public static func problem(in frame: [UInt8]) -> String? {
    var offset = 12
    while offset + 4 <= frame.count, isTag(ByteSum.word(frame, offset)) { offset += 4 }
    guard offset + 2 <= frame.count else { return nil }
    var type = ByteSum.word(frame, offset)
    offset += 2
    if type < 0x600, frame.count >= offset + 8, frame[offset..<(offset + 6)] == [0xaa, 0xaa, 3, 0, 0, 0] {
      type = ByteSum.word(frame, offset + 6)
      offset += 8
    }
    switch type {
    case 0x0800: return problemInIPv4(Array(frame[offset...]))
    case 0x86dd: return problemInIPv6(Array(frame[offset...]))
    default: return nil
    }
  }

  private static func isTag(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88a8 }

  private static func problemInIPv4(_ packet: [UInt8]) -> String? {
    guard packet.count >= 20, packet[0] >> 4 == 4 else { return nil }
    let headerLength = Int(packet[0] & 15) * 4
    let length = Int(ByteSum.word(packet, 2))
    guard headerLength >= 20, length >= headerLength, length <= packet.count else { return nil }
    guard ByteSum.sum(packet[..<headerLength]) == 0xffff else { return "IPv4 header checksum" }
    guard ByteSum.word(packet, 6) & 0x3fff == 0 else { return nil }
    return problem(
      inTransport: Array(packet[headerLength..<length]), number: packet[9],
      addresses: Array(packet[12..<20]), isIPv6: false)
  }

  private static func problemInIPv6(_ packet: [UInt8]) -> String? {
    guard packet.count >= 40, packet[0] >> 4 == 6 else { return nil }
    let end = 40 + Int(ByteSum.word(packet, 4))
    guard end <= packet.count else { return nil }
    var number = packet[6]
    var offset = 40
    while [0, 43, 51, 60, 44].contains(number) {
      guard offset + 8 <= end else { return nil }
      if number == 44, ByteSum.word(packet, offset + 2) & 0xfff9 != 0 { return nil }
      let count = Int(packet[offset + 1])
      let length = number == 44 ? 8 : number == 51 ? count * 4 + 8 : count * 8 + 8
      number = packet[offset]
      offset += length
    }
    guard offset <= end else { return nil }
    return problem(
      inTransport: Array(packet[offset..<end]), number: number, addresses: Array(packet[8..<40]), isIPv6: true
    )
  }

  private static func problem(
    inTransport bytes: [UInt8], number: UInt8, addresses: [UInt8], isIPv6: Bool
  ) -> String? {
    let pseudo = TestFrame.Transport.pseudoHeader(addresses, number: number, length: bytes.count)
    func isRight(_ prefix: [UInt8]) -> Bool { ByteSum.sum(prefix + bytes) == 0xffff }
    switch number {
    case 6 where bytes.count >= 20: return isRight(pseudo) ? nil : "TCP checksum"
    case 17 where bytes.count >= 8:
      // RFC 768: 0 says that there is none.
      return ByteSum.word(bytes, 6) == 0 || isRight(pseudo) ? nil : "UDP checksum"
    case 132 where bytes.count >= 12:
      let crc = ByteSum.crc32c(bytes[..<8] + [0, 0, 0, 0] + bytes[12...])
      return Array(bytes[8..<12]) == ByteSum.bytes(crc) ? nil : "SCTP checksum"
    case 1 where !isIPv6 && bytes.count >= 8: return isRight([]) ? nil : "ICMP checksum"
    case 58 where isIPv6 && bytes.count >= 4: return isRight(pseudo) ? nil : "ICMPv6 checksum"
    default: return nil
    }
  }
}
