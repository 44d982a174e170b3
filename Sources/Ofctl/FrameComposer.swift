import Bytes
import Match
import Wire

/// Makes a frame of the fields that a flow's text gives: the smallest one that has them all, with its checksums
/// and lengths right. What the text does not say is 0.
struct FrameComposer {
  private let match: FlowMatch
  /// What stands behind the last header.
  private let payload: [UInt8]
  private var frame = ByteWriter()

  /// Payload where none is given.
  static let defaultPayload: [UInt8] = Array(0..<64)

  static func compose(_ match: FlowMatch, payload: [UInt8] = defaultPayload) -> [UInt8] {
    var composer = FrameComposer(match: match, payload: payload)
    composer.composeEthernet()
    return composer.frame.bytes
  }

  private init(match: FlowMatch, payload: [UInt8]) {
    self.match = match
    self.payload = payload
  }

  private func value(_ name: String) -> UInt64 {
    Field.named(name).map { UInt64(truncatingIfNeeded: $0.value(in: match.key)) } ?? 0
  }

  private func wide(_ name: String) -> UInt128 { Field.named(name)?.value(in: match.key) ?? 0 }

  // MARK: Ethernet

  /// EtherType that stands for 802.3 frames without one.
  private static var noEtherType: UInt16 { 0x05ff }

  private mutating func composeEthernet() {
    writeMAC(value("eth_dst"))
    writeMAC(value("eth_src"))
    let tci = UInt16(value("vlan_tci"))
    if tci & 0x1000 != 0 {
      frame.write(UInt16(0x8100))
      frame.write(tci & 0xefff)
    }
    let type = UInt16(value("eth_type"))
    frame.write(type == Self.noEtherType ? UInt16(frame.count + 2) : type)
    switch type {
    case 0x0800: composeIPv4()
    case 0x86dd: composeIPv6()
    case 0x0806, 0x8035: composeARP()
    case 0x8847, 0x8848: composeMPLS()
    default: break
    }
  }

  private mutating func writeMAC(_ address: UInt64) {
    frame.write(UInt16(truncatingIfNeeded: address >> 32))
    frame.write(UInt32(truncatingIfNeeded: address))
  }

  /// RFC 826.
  private mutating func composeARP() {
    frame.write(UInt16(1))
    frame.write(UInt16(0x0800))
    frame.write(UInt8(6))
    frame.write(UInt8(4))
    frame.write(UInt16(value("arp_op")))
    writeMAC(value("arp_sha"))
    frame.write(UInt32(value("arp_spa")))
    writeMAC(value("arp_tha"))
    frame.write(UInt32(value("arp_tpa")))
  }

  /// RFC 3032.
  private mutating func composeMPLS() {
    let top = UInt32(value("mpls_label")) << 12 | UInt32(value("mpls_tc")) << 9
    frame.write(top | UInt32(value("mpls_bos")) << 8 | UInt32(value("mpls_ttl")))
  }

  // MARK: IP

  private var isFragment: Bool { value("ip_frag") & 1 != 0 }
  private var isLaterFragment: Bool { value("ip_frag") & 2 != 0 }
  private var tos: UInt8 { UInt8(value("nw_tos")) & 0xfc | UInt8(value("nw_ecn")) }
  private var transport: UInt8 { UInt8(value("nw_proto")) }
  /// Where later fragments are said to start, in units of eight bytes.
  private static var laterOffset: UInt16 { 100 }

  /// RFC 791.
  private mutating func composeIPv4() {
    let start = frame.count
    frame.write(UInt8(0x45))
    frame.write(tos)
    frame.write(UInt16(0))
    frame.write(UInt16(0))
    frame.write((isFragment ? UInt16(0x2000) : 0) | (isLaterFragment ? Self.laterOffset : 0))
    frame.write(UInt8(value("nw_ttl")))
    frame.write(transport)
    frame.write(UInt16(0))
    frame.write(UInt32(value("ip_src")))
    frame.write(UInt32(value("ip_dst")))
    let end = frame.count
    if !isLaterFragment { composeTransport(pseudoHeader: pseudoHeader4) }
    frame.patch(UInt16(clamping: frame.count - start), at: start + 2)
    frame.patch(checksum(start..<end), at: start + 10)
  }

  /// RFC 8200. A fragment has a fragment header.
  private mutating func composeIPv6() {
    let start = frame.count
    frame.write(UInt32(0x6000_0000) | UInt32(tos) << 20 | UInt32(value("ipv6_label")))
    frame.write(UInt16(0))
    frame.write(isFragment ? UInt8(44) : transport)
    frame.write(UInt8(value("nw_ttl")))
    write128(wide("ipv6_src"))
    write128(wide("ipv6_dst"))
    if isFragment {
      frame.write(transport)
      frame.write(UInt8(0))
      frame.write((isLaterFragment ? Self.laterOffset << 3 : 0) | 1)
      frame.write(UInt32(0))
    }
    if !isLaterFragment { composeTransport(pseudoHeader: pseudoHeader6) }
    frame.patch(UInt16(clamping: frame.count - start - 40), at: start + 4)
  }

  private mutating func write128(_ value: UInt128) {
    frame.write(UInt64(truncatingIfNeeded: value >> 64))
    frame.write(UInt64(truncatingIfNeeded: value))
  }

  // MARK: Transport

  private mutating func composeTransport(pseudoHeader: (Int) -> UInt16) {
    let isIPv6 = value("eth_type") == 0x86dd
    switch transport {
    case 6: composeTCP(pseudoHeader)
    case 17: composeUDP(pseudoHeader)
    case 132: composeSCTP()
    case 1 where !isIPv6: composeICMP()
    case 2 where !isIPv6: composeIGMP()
    case 58 where isIPv6: composeICMPv6(pseudoHeader)
    default: break
    }
  }

  /// RFC 9293. Segments that open or end a connection carry no payload.
  private mutating func composeTCP(_ pseudoHeader: (Int) -> UInt16) {
    let start = frame.count
    let flags = UInt16(value("tcp_flags"))
    frame.write(UInt16(value("tcp_src")))
    frame.write(UInt16(value("tcp_dst")))
    frame.write(UInt64(0))
    frame.write(0x5000 | flags)
    frame.write(UInt16(0))
    frame.write(UInt32(0))
    let opensOrEnds = flags & 0x007 != 0
    if !opensOrEnds { frame.write(payload) }
    frame.patch(checksum(start..<frame.count, adding: pseudoHeader(frame.count - start)), at: start + 16)
  }

  /// RFC 768.
  private mutating func composeUDP(_ pseudoHeader: (Int) -> UInt16) {
    let start = frame.count
    frame.write(UInt16(value("udp_src")))
    frame.write(UInt16(value("udp_dst")))
    frame.write(UInt32(0))
    frame.write(payload)
    frame.patch(UInt16(clamping: frame.count - start), at: start + 4)
    let sum = checksum(start..<frame.count, adding: pseudoHeader(frame.count - start))
    frame.patch(sum == 0 ? 0xffff : sum, at: start + 6)
  }

  /// RFC 9260: the common header alone.
  private mutating func composeSCTP() {
    frame.write(UInt16(value("sctp_src")))
    frame.write(UInt16(value("sctp_dst")))
    frame.write(UInt64(0))
  }

  /// RFC 792. Echo messages have a payload.
  private mutating func composeICMP() {
    let start = frame.count
    let type = UInt8(value("icmp_type"))
    frame.write(type)
    frame.write(UInt8(value("icmp_code")))
    frame.pad(6)
    if type == 0 || type == 8 { frame.write(payload) }
    frame.patch(checksum(start..<frame.count), at: start + 2)
  }

  /// RFC 2236, section 2.
  private mutating func composeIGMP() {
    let start = frame.count
    frame.write(UInt8(value("icmp_type")))
    frame.write(UInt8(value("icmp_code")))
    frame.pad(6)
    frame.patch(checksum(start..<frame.count), at: start + 2)
  }

  /// RFC 4443 and, for neighbour discovery, RFC 4861.
  private mutating func composeICMPv6(_ pseudoHeader: (Int) -> UInt16) {
    let start = frame.count
    let type = UInt8(value("icmpv6_type"))
    let code = UInt8(value("icmpv6_code"))
    frame.write(type)
    frame.write(code)
    frame.pad(2)
    let isDiscovery = code == 0 && (type == 135 || type == 136)
    frame.write(isDiscovery ? UInt32(value("nd_reserved")) : 0)
    if isDiscovery {
      write128(wide("nd_target"))
      if type == 135 { writeLinkLayerOption(1, value("nd_sll")) }
      if type == 136 { writeLinkLayerOption(2, value("nd_tll")) }
    }
    if type == 128 || type == 129 { frame.write(payload) }
    frame.patch(checksum(start..<frame.count, adding: pseudoHeader(frame.count - start)), at: start + 2)
  }

  private mutating func writeLinkLayerOption(_ type: UInt8, _ address: UInt64) {
    guard address != 0 else { return }
    frame.write(type)
    frame.write(UInt8(1))
    writeMAC(address)
  }

  // MARK: Checksums

  private func pseudoHeader4(_ length: Int) -> UInt16 {
    let sum = InternetChecksum.add(
      InternetChecksum.sum(UInt32(value("ip_src"))), InternetChecksum.sum(UInt32(value("ip_dst"))))
    return InternetChecksum.add(sum, InternetChecksum.sum(UInt32(transport) + UInt32(length)))
  }

  private func pseudoHeader6(_ length: Int) -> UInt16 {
    let parts = [wide("ipv6_src"), wide("ipv6_dst")].flatMap { address in
      (0..<4).map { UInt32(truncatingIfNeeded: address >> UInt128($0 * 32)) }
    }
    let start = InternetChecksum.sum(UInt32(transport) + UInt32(length))
    return parts.reduce(start) { InternetChecksum.add($0, InternetChecksum.sum($1)) }
  }

  /// The complement of the sum of those bytes and `sum`; where the checksum goes they are still 0.
  private func checksum(_ range: Range<Int>, adding sum: UInt16 = 0) -> UInt16 {
    let part = Array(frame.bytes[range])
    return ~InternetChecksum.add(InternetChecksum.sum(part.rawSpan), sum)
  }
}
