public import Bytes
public import Match
import Wire

/// NXT_CT_FLUSH: forgets tracked connections, all of them or those of a zone, an original and a reply direction;
/// NXT_CT_FLUSH_ZONE, its forerunner, knows zones alone. Nicira's extensions of all versions.
public struct CTFlush: MessagePayload {
  /// One direction of a connection; what is 0 matches everything.
  public struct Tuple: Hashable, Sendable {
    /// IPv6 addresses, or IPv4 ones mapped into them (`::ffff:192.0.2.1`).
    public var source: UInt128 = 0
    public var destination: UInt128 = 0
    /// Of ICMP: identifier, type and code. Of other protocols, 0.
    public var icmpID: UInt16 = 0
    public var icmpType: UInt8 = 0
    public var icmpCode: UInt8 = 0
    public var sourcePort: UInt16 = 0
    public var destinationPort: UInt16 = 0

    public init() {}
  }

  /// `nil` for all.
  public var zone: UInt16?
  /// 0 for all.
  public var ipProtocol: UInt8
  public var original: Tuple
  public var reply: Tuple
  /// NXT_CT_FLUSH_ZONE.
  public var isZoneOnly: Bool

  public init(
    zone: UInt16? = nil, ipProtocol: UInt8 = 0, original: Tuple = Tuple(), reply: Tuple = Tuple(),
    isZoneOnly: Bool = false
  ) {
    self.zone = zone
    self.ipProtocol = ipProtocol
    self.original = original
    self.reply = reply
    self.isZoneOnly = isZoneOnly
  }

  /// `NXT_CT_*`: properties of the message.
  private enum PropertyType {
    static var original: UInt16 { 0 }
    static var reply: UInt16 { 1 }
    static var zone: UInt16 { 2 }
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    self.init(isZoneOnly: head.kind == .ctFlushZone)
    if isZoneOnly {
      try reader.skip(6)
      zone = try reader.read()
      return
    }
    ipProtocol = try reader.read()
    let padding = try reader.take(7)
    guard padding.allSatisfy({ $0 == 0 }) else { throw OpenFlowError(.mustBeZero, padding) }
    while var property = try reader.nextProperty() {
      switch property.type {
      case PropertyType.original: original = try Tuple(&property, isICMP: isICMP)
      case PropertyType.reply: reply = try Tuple(&property, isICMP: isICMP)
      case PropertyType.zone: zone = try property.readInteger()
      default: throw OpenFlowError(.badPropertyType, property.bytes)
      }
    }
  }

  private var isICMP: Bool { ipProtocol == 1 || ipProtocol == 58 }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { isZoneOnly ? .ctFlushZone : .ctFlush }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    if isZoneOnly {
      writer.pad(6)
      writer.write(zone ?? 0)
      return
    }
    writer.write(ipProtocol)
    writer.pad(7)
    for (type, tuple) in [(PropertyType.original, original), (PropertyType.reply, reply)]
    where isICMP || tuple != Tuple() {
      writer.property(type) { writer in
        writer.pad(4)
        tuple.encode(to: &writer, isICMP: isICMP)
      }
    }
    if let zone {
      writer.property(PropertyType.zone) { writer in
        writer.write(zone)
        writer.pad(2)
      }
    }
  }

  public func print(to printer: inout MessagePrinter) {
    if isZoneOnly { return printer.append(" zone_id=\(zone ?? 0)") }
    printer.append(" zone=\(zone ?? 0) '")
    let family = original.isIPv4 || reply.isIPv4 ? "nw" : "ipv6"
    original.print(to: &printer, family: family, isICMP: isICMP)
    printer.append(",ct_nw_proto=\(ipProtocol)' '")
    reply.print(to: &printer, family: family, isICMP: isICMP)
    printer.append("'")
  }
}

extension CTFlush.Tuple {
  /// `NXT_CT_TUPLE_*`: properties of a direction.
  private enum PropertyType {
    static var source: UInt16 { 0 }
    static var destination: UInt16 { 1 }
    static var sourcePort: UInt16 { 2 }
    static var destinationPort: UInt16 { 3 }
    static var icmpID: UInt16 { 4 }
    static var icmpType: UInt16 { 5 }
    static var icmpCode: UInt16 { 6 }
  }

  fileprivate init(_ property: inout Property, isICMP: Bool) throws(OpenFlowError) {
    self.init()
    guard property.value.count >= 4 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
    try property.value.skip(4)
    while var part = try property.value.nextProperty() {
      switch part.type {
      case PropertyType.source: source = try part.readInteger()
      case PropertyType.destination: destination = try part.readInteger()
      case PropertyType.sourcePort: sourcePort = try part.readInteger()
      case PropertyType.destinationPort: destinationPort = try part.readInteger()
      case PropertyType.icmpID: icmpID = try part.readInteger()
      case PropertyType.icmpType: icmpType = try part.readInteger()
      case PropertyType.icmpCode: icmpCode = try part.readInteger()
      default: throw OpenFlowError(.badPropertyType, part.bytes)
      }
    }
  }

  fileprivate func encode(to writer: inout ByteWriter, isICMP: Bool) {
    func put(_ type: UInt16, _ value: some FixedWidthInteger) {
      writer.property(type) { writer in
        writer.write(value)
        // Numbers of 16 bits are followed by as many zeros, which count.
        if value.bitWidth == 16 { writer.pad(2) }
      }
    }
    if source != 0 { put(PropertyType.source, source) }
    if destination != 0 { put(PropertyType.destination, destination) }
    if isICMP {
      put(PropertyType.icmpID, icmpID)
      put(PropertyType.icmpType, icmpType)
      put(PropertyType.icmpCode, icmpCode)
    } else {
      if sourcePort != 0 { put(PropertyType.sourcePort, sourcePort) }
      if destinationPort != 0 { put(PropertyType.destinationPort, destinationPort) }
    }
  }

  fileprivate var isIPv4: Bool { Self.isMapped(source) || Self.isMapped(destination) }

  fileprivate func print(to printer: inout MessagePrinter, family: String, isICMP: Bool) {
    printer.append("ct_\(family)_src=\(Self.text(source)),ct_\(family)_dst=\(Self.text(destination))")
    if isICMP {
      printer.append(",icmp_id=\(icmpID),icmp_type=\(icmpType),icmp_code=\(icmpCode)")
    } else {
      printer.append(",ct_tp_src=\(sourcePort),ct_tp_dst=\(destinationPort)")
    }
  }

  private static func isMapped(_ address: UInt128) -> Bool { address >> 32 == 0xffff }

  private static func text(_ address: UInt128) -> String {
    isMapped(address)
      ? IPv4Address(rawValue: UInt32(truncatingIfNeeded: address)).description
      : IPv6Address(rawValue: address).description
  }
}

extension Property {
  /// The value as an integer; zeros behind it may count to its length. Throws `badPropertyLength` when it is
  /// too short.
  fileprivate mutating func readInteger<T: FixedWidthInteger>(_: T.Type = T.self) throws(OpenFlowError) -> T {
    guard value.count >= T.bitWidth / 8 else { throw OpenFlowError(.badPropertyLength, bytes) }
    return try value.read()
  }
}
