import Bytes
public import Match

/// A frame that was reported, and where.
public struct FlowObservation: Sendable {
  /// A port as records name it.
  public struct Interface: Hashable, Sendable {
    /// The kernel's number for the device; 0 when it has none.
    public var index: UInt32
    public var name: String

    public init(index: UInt32 = 0, name: String = "") {
      self.index = index
      self.name = name
    }
  }

  public var domain: UInt32
  public var point: UInt32
  /// Whether the frame counts as leaving the switch, not as coming in.
  public var isEgress: Bool
  public var ingress: Interface
  /// Told only of a frame that leaves.
  public var egress: Interface
  /// The fields of the frame's headers.
  public var key: FlowKey
  /// Of the frame, in bytes.
  public var length: UInt32
  /// Of the IP packet with its header, in bytes; 0 when there is none.
  public var packetLength: UInt32
  /// Of the Ethernet header with its tags, in bytes; 0 when there is none.
  public var headerLength: UInt8
  /// Whether the frame goes anywhere.
  public var isForwarded: Bool
  /// Microseconds since 1970.
  public var time: UInt64

  public init(
    domain: UInt32, point: UInt32, isEgress: Bool, ingress: Interface, egress: Interface, key: FlowKey,
    length: UInt32, packetLength: UInt32, headerLength: UInt8, isForwarded: Bool, time: UInt64
  ) {
    self.domain = domain
    self.point = point
    self.isEgress = isEgress
    self.ingress = ingress
    self.egress = egress
    self.key = key
    self.length = length
    self.packetLength = packetLength
    self.headerLength = headerLength
    self.isForwarded = isForwarded
    self.time = time
  }
}

/// Which flow a frame belongs to: frames with equal ones share a record.
struct FlowID: Hashable, Sendable {
  let domain: UInt32
  let shape: FlowShape
  /// The begin of the record, up to its counters.
  let fields: [UInt8]

  private typealias W = FlowKey.Word

  init(_ seen: FlowObservation) {
    domain = seen.domain
    shape = FlowShape(seen.key, isEgress: seen.isEgress)
    var writer = ByteWriter()
    let words = seen.key.words
    writer.write(seen.point)
    writer.write(UInt8(seen.isEgress ? 1 : 0))
    writer.write(bits48: words[W.ethernetSource] >> 16)
    writer.write(bits48: words[W.ethernetDestination] >> 16)
    writer.write(UInt16(truncatingIfNeeded: words[W.ethernetDestination]))
    writer.write(seen.headerLength)
    writer.write(seen.ingress)
    if seen.isEgress { writer.write(seen.egress) }
    if shape.isTagged {
      let tci = UInt16(truncatingIfNeeded: words[W.vlan] >> 32)
      writer.write(tci & 0xfff)
      writer.write(tci & 0xfff)
      writer.write(UInt8(tci >> 13))
    }
    if shape.network != .none { Self.writePacket(seen.key, shape, to: &writer) }
    fields = writer.bytes
  }

  private static func writePacket(_ key: FlowKey, _ shape: FlowShape, to writer: inout ByteWriter) {
    let ip = key.words[W.ip]
    let serviceType = UInt8(truncatingIfNeeded: ip >> 16)
    writer.write(UInt8(shape.network == .ipv4 ? 4 : 6))
    writer.write(UInt8(truncatingIfNeeded: ip >> 8))
    writer.write(UInt8(truncatingIfNeeded: ip >> 24))
    writer.write(serviceType >> 2)
    writer.write(serviceType >> 5)
    writer.write(serviceType)
    if shape.network == .ipv4 {
      writer.write(key.words[W.ipv4])
    } else {
      for word in W.ipv6Source..<(W.ipv6Destination + 2) { writer.write(key.words[word]) }
      writer.write(UInt32(truncatingIfNeeded: ip >> 32))
    }
    let transport = key.words[W.transport]
    switch shape.transport {
    case .none: break
    case .tcp, .udp, .sctp: writer.write(UInt32(truncatingIfNeeded: transport >> 32))
    case .icmp:
      writer.write(UInt8(truncatingIfNeeded: transport >> 48))
      writer.write(UInt8(truncatingIfNeeded: transport >> 32))
    }
  }
}

extension ByteWriter {
  fileprivate mutating func write(bits48 value: UInt64) {
    write(UInt16(truncatingIfNeeded: value >> 32))
    write(UInt32(truncatingIfNeeded: value))
  }

  /// Number, type (0: not known), name and description (none).
  fileprivate mutating func write(_ interface: FlowObservation.Interface) {
    write(interface.index)
    write(UInt32(0))
    // One byte says the length of anything shorter than 255 bytes. RFC 7011, section 7.
    let name = interface.name.utf8.prefix(254)
    write(UInt8(name.count))
    write(name)
    write(UInt8(0))
  }
}
