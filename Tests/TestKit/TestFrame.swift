/// A frame described by its headers; `bytes` has right lengths and checksums.
///
///     var frame = TestFrame(.ipv4(.init(.udp(.init(source: 1, destination: 53)))))
///     frame.tags = [.init(vlan: 10)]
public struct TestFrame: Sendable {
  public struct Tag: Equatable, Sendable {
    public var tpid: UInt16
    public var tci: UInt16

    public init(vlan: UInt16, priority: UInt16 = 0, tpid: UInt16 = 0x8100) {
      self.tpid = tpid
      tci = priority << 13 | vlan
    }

    public var bytes: [UInt8] { ByteSum.bytes(tpid) + ByteSum.bytes(tci) }
  }

  public enum Network: Sendable {
    case other(type: UInt16, [UInt8])
    /// IEEE 802.3: a length, then LLC and what it carries.
    case length([UInt8])
    case arp(ARP)
    case ipv4(IPv4)
    case ipv6(IPv6)
  }

  public var destination: UInt64
  public var source: UInt64
  public var tags: [Tag]
  /// The EtherType stands in a SNAP header behind a length.
  public var isSNAP: Bool
  public var network: Network
  /// Ethernet padding behind the packet.
  public var padding: Int

  public init(
    _ network: Network, from source: UInt64 = 0x0200_0000_0001, to destination: UInt64 = 0x0200_0000_0002,
    tags: [Tag] = [], isSNAP: Bool = false, padding: Int = 0
  ) {
    self.network = network
    self.source = source
    self.destination = destination
    self.tags = tags
    self.isSNAP = isSNAP
    self.padding = padding
  }

  /// UDP over IPv4 with four bytes of payload.
  public static func udp(
    from source: UInt64 = 0x0200_0000_0001, to destination: UInt64 = 0x0200_0000_0002, tags: [Tag] = []
  ) -> TestFrame {
    TestFrame(
      .ipv4(IPv4(.udp(UDP(source: 1000, destination: 53, payload: [1, 2, 3, 4])))), from: source,
      to: destination, tags: tags)
  }

  // MARK: Layout

  /// Where the network header starts.
  public var networkOffset: Int { 14 + tags.count * 4 + (isSNAP ? 8 : 0) }

  /// Where the transport header starts; only in IP.
  public var transportOffset: Int {
    switch network {
    case .ipv4(let header): networkOffset + 20 + header.options.count
    case .ipv6(let header): networkOffset + 40 + header.extensions.reduce(0) { $0 + $1.byteCount }
    default: networkOffset
    }
  }

  public var bytes: [UInt8] {
    var (type, packet) = content
    let ethernet = ByteSum.bytes(destination)[2...] + ByteSum.bytes(source)[2...]
    if isSNAP {
      packet = [0xaa, 0xaa, 3, 0, 0, 0] + ByteSum.bytes(type) + packet
      type = UInt16(packet.count)
    }
    return ethernet + tags.flatMap(\.bytes) + ByteSum.bytes(type) + packet
      + [UInt8](repeating: 0, count: padding)
  }

  private var content: (type: UInt16, packet: [UInt8]) {
    switch network {
    case .other(let type, let payload): (type, payload)
    case .length(let payload): (UInt16(payload.count), payload)
    case .arp(let packet): (0x0806, packet.bytes)
    case .ipv4(let packet): (0x0800, packet.bytes)
    case .ipv6(let packet): (0x86dd, packet.bytes)
    }
  }

  // MARK: Network headers

  /// RFC 826.
  public struct ARP: Sendable {
    public var operation: UInt16
    public var senderHardware: UInt64 = 0x0200_0000_0001
    public var sender: UInt32
    public var targetHardware: UInt64 = 0
    public var target: UInt32

    public init(operation: UInt16 = 1, sender: UInt32 = 0x0a00_0001, target: UInt32 = 0x0a00_0002) {
      self.operation = operation
      self.sender = sender
      self.target = target
    }

    var bytes: [UInt8] {
      let head: [UInt8] = [0, 1, 8, 0, 6, 4] + ByteSum.bytes(operation)
      let from = ByteSum.bytes(senderHardware)[2...] + ByteSum.bytes(sender)
      return head + from + ByteSum.bytes(targetHardware)[2...] + ByteSum.bytes(target)
    }
  }

  /// RFC 791.
  public struct IPv4: Sendable {
    public var source: UInt32 = 0x0a00_0001
    public var destination: UInt32 = 0x0a00_0002
    public var tos: UInt8 = 0
    public var ttl: UInt8 = 64
    public var identification: UInt16 = 0x1234
    /// 0x4000 do not fragment, 0x2000 more fragments, 0x1fff the offset.
    public var fragment: UInt16 = 0
    /// A multiple of 4 bytes, at most 40.
    public var options: [UInt8] = []
    public var transport: Transport

    public init(_ transport: Transport) { self.transport = transport }

    var bytes: [UInt8] {
      let addresses = ByteSum.bytes(source) + ByteSum.bytes(destination)
      let payload = transport.bytes(addresses: addresses, isIPv6: false)
      let length = UInt16(20 + options.count + payload.count)
      var header: [UInt8] = [0x45 + UInt8(options.count / 4), tos] + ByteSum.bytes(length)
      header += ByteSum.bytes(identification) + ByteSum.bytes(fragment) + [ttl, transport.number, 0, 0]
      header += addresses + options
      header.replaceSubrange(10..<12, with: ByteSum.bytes(~ByteSum.sum(header)))
      return header + payload
    }
  }

  /// RFC 8200.
  public struct IPv6: Sendable {
    public enum Extension: Sendable {
      /// `body` follows next header and length, 6 bytes or 8 more at a time.
      case hopByHop([UInt8] = [1, 4, 0, 0, 0, 0])
      case routing([UInt8] = [0, 0, 0, 0, 0, 0])
      case destination([UInt8] = [1, 4, 0, 0, 0, 0])
      /// `offset` in units of 8 bytes.
      case fragment(offset: UInt16, more: Bool)
      /// RFC 4302, with 12 bytes of integrity check value.
      case authentication

      var number: UInt8 {
        switch self {
        case .hopByHop: 0
        case .routing: 43
        case .destination: 60
        case .fragment: 44
        case .authentication: 51
        }
      }
      var byteCount: Int {
        switch self {
        case .hopByHop(let body), .routing(let body), .destination(let body): 2 + body.count
        case .fragment: 8
        case .authentication: 24
        }
      }
      func bytes(next: UInt8) -> [UInt8] {
        switch self {
        case .hopByHop(let body), .routing(let body), .destination(let body):
          [next, UInt8((body.count - 6) / 8)] + body
        case .fragment(let offset, let more):
          [next, 0] + ByteSum.bytes(offset << 3 | (more ? 1 : 0)) + [0, 0, 0, 7]
        case .authentication: [next, 4] + [UInt8](repeating: 0x5a, count: 22)
        }
      }
    }

    public var source: [UInt64] = [0x2001_0db8_0000_0000, 1]
    public var destination: [UInt64] = [0x2001_0db8_0000_0000, 2]
    public var trafficClass: UInt8 = 0
    /// 20 bits.
    public var label: UInt32 = 0
    public var hopLimit: UInt8 = 64
    public var extensions: [Extension] = []
    public var transport: Transport

    public init(_ transport: Transport) { self.transport = transport }

    var bytes: [UInt8] {
      let addresses = (source + destination).flatMap { ByteSum.bytes($0) }
      var payload = transport.bytes(addresses: addresses, isIPv6: true)
      var next = transport.number
      for header in extensions.reversed() {
        payload = header.bytes(next: next) + payload
        next = header.number
      }
      let first = UInt32(6) << 28 | UInt32(trafficClass) << 20 | label
      return ByteSum.bytes(first) + ByteSum.bytes(UInt16(payload.count)) + [next, hopLimit] + addresses
        + payload
    }
  }
}
