public import Bytes

private typealias W = FlowKey.Word

/// A match as OpenFlow 1.1 has it: 88 bytes with one place for each field, masks for addresses and metadata in
/// which a one means that the bit does not matter, and a word that says which of the others are wildcards.
/// OpenFlow 1.1 section A.2.3.
///
/// As in 1.0 a field whose prerequisite the match does not demand is ignored in reading; transport ports are
/// those of IPv4 alone.
extension FlowMatch {
  /// `OFPFW_*`.
  private enum Wildcard {
    static var inPort: UInt32 { 1 << 0 }
    static var vlan: UInt32 { 1 << 1 }
    static var vlanPriority: UInt32 { 1 << 2 }
    static var etherType: UInt32 { 1 << 3 }
    static var tos: UInt32 { 1 << 4 }
    static var ipProtocol: UInt32 { 1 << 5 }
    static var transportSource: UInt32 { 1 << 6 }
    static var transportDestination: UInt32 { 1 << 7 }
    static var mplsLabel: UInt32 { 1 << 8 }
    static var mplsClass: UInt32 { 1 << 9 }
  }

  /// Where the fields of 1.1 lie in a key.
  private enum Place {
    static var inPort: Slot { Slot(W.ingress, 48, 16) }
    static var ethernetSource: Slot { Slot(W.ethernetSource, 16, 48) }
    static var ethernetDestination: Slot { Slot(W.ethernetDestination, 16, 48) }
    static var etherType: Slot { Slot(W.ethernetDestination, 0, 16) }
    static var tci: Slot { Slot(W.vlan, 32, 16) }
    static var dscp: Slot { Slot(W.ip, 18, 6) }
    static var ipProtocol: Slot { Slot(W.ip, 24, 8) }
    static var arpOperation: Slot { Slot(W.ip, 24, 16) }
    static var ipSource: Slot { Slot(W.ipv4, 32, 32) }
    static var ipDestination: Slot { Slot(W.ipv4, 0, 32) }
    static var ports: [Slot] { [Slot(W.transport, 48, 16), Slot(W.transport, 32, 16)] }
    static var icmp: [Slot] { [Slot(W.transport, 48, 8), Slot(W.transport, 32, 8)] }
    static var mplsLabel: Slot { Slot(W.mpls, 44, 20) }
    static var mplsClass: Slot { Slot(W.mpls, 41, 3) }
    static var metadata: Slot { Slot(W.metadata, 0, 64) }
  }

  /// `OFPVID_ANY` and `OFPVID_NONE`.
  private enum VLAN {
    static var any: UInt16 { 0xfffe }
    static var none: UInt16 { 0xffff }
  }

  /// Bytes of such a match.
  static var byteCount11: Int { 88 }

  /// Reads a match of OpenFlow 1.1 or later: what its type says, 88 bytes or a list of fields with the padding
  /// behind it.
  public init(v11OrOXM reader: inout ByteReader, isLoose: Bool = false) throws(OpenFlowError) {
    let start = reader.remaining
    var copy = reader
    guard let type = try? copy.read(UInt16.self) else {
      throw OpenFlowError(.badMatchLength, start)
    }
    if type == 0 { try self.init(v11: &reader) } else { try self.init(oxm: &reader, isLoose: isLoose) }
  }

  /// Appends the match as `version`, 1.1 or later, has it, padded to a multiple of eight bytes.
  public func encode(to writer: inout ByteWriter, version: OpenFlowVersion) {
    if version <= .v11 { encode11(to: &writer) } else { encodeOXM(to: &writer, version: version) }
  }

  /// Reads 88 bytes, type and length included.
  public init(v11 reader: inout ByteReader) throws(OpenFlowError) {
    self.init()
    let start = reader.remaining
    do throws(DecodeError) {
      guard try reader.read(UInt16.self) == 0 else {
        throw DecodeError.badValue(field: "match type", value: 0)
      }
      guard try Int(reader.read(UInt16.self)) == Self.byteCount11 else {
        throw DecodeError.badValue(field: "match length", value: 0)
      }
    } catch {
      throw OpenFlowError(.badMatchLength, start.prefix(8))
    }
    do throws(DecodeError) {
      try read11(&reader)
    } catch {
      guard case .badValue(let field, _) = error else {
        throw OpenFlowError(.badMatchLength, start.prefix(8))
      }
      throw OpenFlowError(
        field.description == Self.icmpFault.description ? .badField : .badValue,
        start.prefix(Self.byteCount11))
    }
  }

  private static var icmpFault: StaticString { "ICMP type or code" }

  private mutating func read11(_ reader: inout ByteReader) throws(DecodeError) {
    let inPort = try reader.read(UInt32.self)
    let wildcards = try reader.read(UInt32.self)
    func isGiven(_ bit: UInt32) -> Bool { wildcards & bit == 0 }

    if isGiven(Wildcard.inPort) {
      guard let port = PortNumber(wide: inPort) else {
        throw .badValue(field: "in_port", value: UInt64(inPort))
      }
      set(Place.inPort, to: UInt64(port.rawValue))
    }
    for slot in [Place.ethernetSource, Place.ethernetDestination] {
      let address = try reader.read48()
      try set(slot, to: address, mask: ~reader.read48())
    }
    let vlan = try reader.read(UInt16.self)
    let priority = try reader.read(UInt8.self)
    if isGiven(Wildcard.vlan) { try setTCI11(vlan, isGiven(Wildcard.vlanPriority) ? priority : nil) }
    try reader.skip(1)
    let etherType = try reader.read(UInt16.self)
    if isGiven(Wildcard.etherType) { set(Place.etherType, to: UInt64(etherType)) }

    let isIPv4 = Field.Prerequisite.ipv4.isMet(by: self)
    let isARP = Field.Prerequisite.arp.isMet(by: self)
    let tos = try reader.read(UInt8.self)
    if isIPv4, isGiven(Wildcard.tos) {
      guard tos & 3 == 0 else { throw .badValue(field: "nw_tos", value: UInt64(tos)) }
      set(Place.dscp, to: UInt64(tos >> 2))
    }
    let ipProtocol = try reader.read(UInt8.self)
    if isIPv4 || isARP, isGiven(Wildcard.ipProtocol) {
      set(isARP ? Place.arpOperation : Place.ipProtocol, to: UInt64(ipProtocol))
    }
    for slot in [Place.ipSource, Place.ipDestination] {
      let address = try reader.read(UInt32.self)
      let mask = try ~reader.read(UInt32.self)
      if isIPv4 || isARP { set(slot, to: UInt64(address), mask: UInt64(mask)) }
    }
    let places = transportPlaces11
    for (index, bit) in [Wildcard.transportSource, Wildcard.transportDestination].enumerated() {
      let value = try reader.read(UInt16.self)
      guard isGiven(bit), let slot = places?[index] else { continue }
      guard slot.bits == 16 || value < 256 else {
        throw .badValue(field: Self.icmpFault, value: UInt64(value))
      }
      set(slot, to: UInt64(value))
    }

    let isMPLS = Field.Prerequisite.mpls.isMet(by: self)
    let label = try reader.read(UInt32.self)
    if isMPLS, isGiven(Wildcard.mplsLabel) { set(Place.mplsLabel, to: UInt64(label)) }
    let trafficClass = try reader.read(UInt8.self)
    if isMPLS, isGiven(Wildcard.mplsClass) { set(Place.mplsClass, to: UInt64(trafficClass)) }
    try reader.skip(3)
    let metadata = try reader.read(UInt64.self)
    try set(Place.metadata, to: metadata, mask: ~reader.read(UInt64.self))
  }

  /// Appends 88 bytes: as much of the match as OpenFlow 1.1 can say. See `fieldsBeyond11`.
  public func encode11(to writer: inout ByteWriter) {
    var wildcards: UInt32 = 0
    /// The value at `slot`; a wildcard when not all its bits are demanded.
    func exact(_ slot: Slot?, _ bit: UInt32) -> UInt64 {
      if let slot, mask(at: slot) << UInt64(slot.shift) == slot.mask { return value(at: slot) }
      wildcards |= bit
      return 0
    }

    let isIPv4 = Field.Prerequisite.ipv4.isMet(by: self)
    let isARP = Field.Prerequisite.arp.isMet(by: self)
    let isMPLS = Field.Prerequisite.mpls.isMet(by: self)
    let inPort = exact(Place.inPort, Wildcard.inPort)
    let isPortGiven = wildcards & Wildcard.inPort == 0
    let (vlan, priority) = tci11
    if vlan == nil { wildcards |= Wildcard.vlan }
    if priority == nil { wildcards |= Wildcard.vlanPriority }
    let etherType = exact(Place.etherType, Wildcard.etherType)
    let dscp = exact(isIPv4 ? Place.dscp : nil, Wildcard.tos)
    let ipProtocol = exact(
      isIPv4 ? Place.ipProtocol : isARP ? Place.arpOperation : nil, Wildcard.ipProtocol)
    let places = transportPlaces11
    let source = exact(places?[0], Wildcard.transportSource)
    let destination = exact(places?[1], Wildcard.transportDestination)
    let label = exact(isMPLS ? Place.mplsLabel : nil, Wildcard.mplsLabel)
    let trafficClass = exact(isMPLS ? Place.mplsClass : nil, Wildcard.mplsClass)

    writer.write(UInt16(0))
    writer.write(UInt16(Self.byteCount11))
    writer.write(isPortGiven ? PortNumber(rawValue: UInt16(inPort)).wide : 0)
    writer.write(wildcards)
    for slot in [Place.ethernetSource, Place.ethernetDestination] {
      writer.write48(value(at: slot))
      writer.write48(~mask(at: slot))
    }
    writer.write(vlan ?? 0)
    writer.write(priority ?? 0)
    writer.pad(1)
    writer.write(UInt16(etherType))
    writer.write(UInt8(dscp << 2))
    writer.write(UInt8(truncatingIfNeeded: ipProtocol))
    for slot in [Place.ipSource, Place.ipDestination] {
      writer.write(isIPv4 || isARP ? UInt32(value(at: slot)) : 0)
      writer.write(isIPv4 || isARP ? ~UInt32(mask(at: slot)) : UInt32.max)
    }
    writer.write(UInt16(source))
    writer.write(UInt16(destination))
    writer.write(UInt32(label))
    writer.write(UInt8(trafficClass))
    writer.pad(3)
    writer.write(value(at: Place.metadata))
    writer.write(~mask(at: Place.metadata))
  }

  /// The fields that `encode11` leaves out, wholly or in part. Empty when nothing is lost.
  public var fieldsBeyond11: [Field] {
    var writer = ByteWriter()
    encode11(to: &writer)
    var reader = ByteReader(writer.bytes)
    guard let said = try? FlowMatch(v11: &reader) else { return [] }
    return fields(beyond: said)
  }

  /// Where transport ports, or ICMP's type and code, lie, if the match demands such a protocol.
  private var transportPlaces11: [Slot]? {
    guard Field.Prerequisite.ipv4.isMet(by: self) else { return nil }
    if [.tcp, .udp, .sctp].contains(where: { (p: Field.Prerequisite) in p.isMet(by: self) }) {
      return Place.ports
    }
    return Field.Prerequisite.icmpv4.isMet(by: self) ? Place.icmp : nil
  }

  private mutating func setTCI11(_ vlan: UInt16, _ priority: UInt8?) throws(DecodeError) {
    guard vlan != VLAN.none else { return set(Place.tci, to: 0) }
    var value = FlowKey.vlanPresent
    var bits = FlowKey.vlanPresent
    if vlan != VLAN.any {
      guard vlan < 0x1000 else { throw .badValue(field: "dl_vlan", value: UInt64(vlan)) }
      value |= UInt64(vlan)
      bits |= 0xfff
    }
    if let priority {
      guard priority < 8 else { throw .badValue(field: "dl_vlan_pcp", value: UInt64(priority)) }
      value |= UInt64(priority) << 13
      bits |= 7 << 13
    }
    set(Place.tci, to: value, mask: bits)
  }

  private var tci11: (vlan: UInt16?, priority: UInt8?) {
    let bits = mask(at: Place.tci)
    let value = value(at: Place.tci)
    guard bits & FlowKey.vlanPresent != 0 else { return (nil, nil) }
    guard value & FlowKey.vlanPresent != 0 else { return value == 0 ? (VLAN.none, nil) : (nil, nil) }
    return (
      bits & 0xfff == 0xfff ? UInt16(value & 0xfff) : VLAN.any, bits >> 13 == 7 ? UInt8(value >> 13) : nil
    )
  }
}

extension ByteReader {
  fileprivate mutating func read48() throws(DecodeError) -> UInt64 {
    try UInt64(read(UInt16.self)) << 32 | UInt64(read(UInt32.self))
  }
}

extension ByteWriter {
  fileprivate mutating func write48(_ value: UInt64) {
    write(UInt16(truncatingIfNeeded: value >> 32))
    write(UInt32(truncatingIfNeeded: value))
  }
}
