extension TestFrame {
  /// RFC 9293.
  public struct TCP: Sendable {
    public var source: UInt16
    public var destination: UInt16
    public var sequence: UInt32 = 0x0102_0304
    /// The lower nine bits of `tcp_flags`.
    public var flags: UInt16 = 0x010
    /// A multiple of 4 bytes, at most 40.
    public var options: [UInt8] = []
    public var payload: [UInt8]

    public init(source: UInt16 = 1000, destination: UInt16 = 80, payload: [UInt8] = []) {
      self.source = source
      self.destination = destination
      self.payload = payload
    }
  }

  /// RFC 768.
  public struct UDP: Sendable {
    public var source: UInt16
    public var destination: UInt16
    public var payload: [UInt8]
    /// Without it the checksum is 0.
    public var hasChecksum = true

    public init(source: UInt16 = 1000, destination: UInt16 = 53, payload: [UInt8] = []) {
      self.source = source
      self.destination = destination
      self.payload = payload
    }
  }

  /// RFC 9260.
  public struct SCTP: Sendable {
    public var source: UInt16
    public var destination: UInt16
    public var payload: [UInt8]

    public init(source: UInt16 = 1000, destination: UInt16 = 36412, payload: [UInt8] = []) {
      self.source = source
      self.destination = destination
      self.payload = payload
    }
  }

  /// What IP carries.
  public enum Transport: Sendable {
    case tcp(TCP)
    case udp(UDP)
    case sctp(SCTP)
    /// RFC 792 over IPv4, RFC 4443 over IPv6; `body` follows type, code and checksum.
    case icmp(type: UInt8, code: UInt8, body: [UInt8], isIPv6: Bool = false)
    /// Anything else, and later fragments.
    case other(number: UInt8, [UInt8])

    /// A neighbour solicitation (135) or advertisement (136), RFC 4861, with the link-layer address option.
    public static func neighbourDiscovery(
      type: UInt8, target: [UInt64], address: UInt64?, option: UInt8? = nil
    ) -> Transport {
      var body: [UInt8] = [0, 0, 0, 0] + target.flatMap { ByteSum.bytes($0) }
      if let address {
        body += [option ?? (type == 135 ? 1 : 2), 1]
        body += ByteSum.bytes(address)[2...]
      }
      return .icmp(type: type, code: 0, body: body, isIPv6: true)
    }

    public var number: UInt8 {
      switch self {
      case .tcp: 6
      case .udp: 17
      case .sctp: 132
      case .icmp(_, _, _, let isIPv6): isIPv6 ? 58 : 1
      case .other(let number, _): number
      }
    }

    /// Bytes from the transport header's start to its checksum.
    public var checksumOffset: Int? {
      switch self {
      case .tcp: 16
      case .udp: 6
      case .icmp: 2
      case .sctp, .other: nil
      }
    }

    /// Header and payload; `addresses` are those of the pseudo header.
    func bytes(addresses: [UInt8], isIPv6: Bool) -> [UInt8] {
      var result = unfinished
      switch self {
      case .udp(let header) where !header.hasChecksum: break
      case .sctp: result.replaceSubrange(8..<12, with: ByteSum.bytes(ByteSum.crc32c(result)))
      case .icmp(_, _, _, isIPv6: false):
        result.replaceSubrange(2..<4, with: ByteSum.bytes(~ByteSum.sum(result)))
      default:
        guard let offset = checksumOffset else { break }
        let pseudo = Self.pseudoHeader(addresses, number: number, length: result.count)
        var checksum = ~ByteSum.sum(pseudo + result)
        if checksum == 0, number == 17 { checksum = 0xffff }
        result.replaceSubrange(offset..<(offset + 2), with: ByteSum.bytes(checksum))
      }
      return result
    }

    /// RFC 9293, section 3.1; RFC 8200, section 8.1.
    static func pseudoHeader(_ addresses: [UInt8], number: UInt8, length: Int) -> [UInt8] {
      addresses + ByteSum.bytes(UInt32(length)) + [0, 0, 0, number]
    }

    /// With a checksum of 0.
    private var unfinished: [UInt8] {
      switch self {
      case .tcp(let tcp):
        let ports = ByteSum.bytes(tcp.source) + ByteSum.bytes(tcp.destination)
        let numbers = ByteSum.bytes(tcp.sequence) + ByteSum.bytes(0 as UInt32)
        let flags = UInt16(5 + tcp.options.count / 4) << 12 | tcp.flags
        return ports + numbers + ByteSum.bytes(flags) + [0xff, 0xff, 0, 0, 0, 0] + tcp.options + tcp.payload
      case .udp(let udp):
        let ports = ByteSum.bytes(udp.source) + ByteSum.bytes(udp.destination)
        return ports + ByteSum.bytes(UInt16(8 + udp.payload.count)) + [0, 0] + udp.payload
      case .sctp(let sctp):
        let ports = ByteSum.bytes(sctp.source) + ByteSum.bytes(sctp.destination)
        return ports + [0, 0, 0, 9, 0, 0, 0, 0] + sctp.payload
      case .icmp(let type, let code, let body, _): return [type, code, 0, 0] + body
      case .other(_, let bytes): return bytes
      }
    }
  }

  // MARK: Offloads

  /// What IP carries here.
  public var transport: Transport? {
    switch network {
    case .ipv4(let header): header.transport
    case .ipv6(let header): header.transport
    default: nil
    }
  }

  /// The frame with the sum over the pseudo header in its TCP or UDP checksum field, as a host leaves it whose
  /// device finishes checksums.
  public var unfinishedBytes: [UInt8] {
    var result = bytes
    guard let transport, let offset = transport.checksumOffset else { return result }
    let start = transportOffset
    let end = result.count - padding
    let addresses: [UInt8]
    if case .ipv6 = network {
      addresses = Array(result[(networkOffset + 8)..<(networkOffset + 40)])
    } else {
      addresses = Array(result[(networkOffset + 12)..<(networkOffset + 20)])
    }
    let pseudo = Transport.pseudoHeader(addresses, number: transport.number, length: end - start)
    let field = (start + offset)..<(start + offset + 2)
    result.replaceSubrange(field, with: ByteSum.bytes(ByteSum.sum(pseudo)))
    return result
  }
}
