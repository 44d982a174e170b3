public import Bytes

private typealias W = FlowKey.Word

/// A match as OpenFlow 1.0 has it: forty bytes with one place for each of twelve fields, and a word that says
/// which of them are wildcards. OpenFlow 1.0 section 5.2.3.
///
/// A field whose prerequisite the match does not demand is ignored in reading, as the specification asks
/// (`tp_src` of a frame that is not TCP, UDP or ICMP). Under ARP, `nw_proto` is the opcode and the IP
/// addresses are those of the ARP message; under ICMP, the ports are type and code.
extension FlowMatch {
  /// `OFPFW_*`.
  private enum Wildcard {
    static var inPort: UInt32 { 1 << 0 }
    static var vlan: UInt32 { 1 << 1 }
    static var ethernetSource: UInt32 { 1 << 2 }
    static var ethernetDestination: UInt32 { 1 << 3 }
    static var etherType: UInt32 { 1 << 4 }
    static var ipProtocol: UInt32 { 1 << 5 }
    static var transportSource: UInt32 { 1 << 6 }
    static var transportDestination: UInt32 { 1 << 7 }
    /// Six bits each: how many low bits of the address are wildcards; 32 and more for all.
    static var ipSourceShift: UInt32 { 8 }
    static var ipDestinationShift: UInt32 { 14 }
    static var vlanPriority: UInt32 { 1 << 20 }
    static var tos: UInt32 { 1 << 21 }
  }

  /// Where the fields of 1.0 lie in a key.
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
    static var port: (Slot, Slot) { (Slot(W.transport, 48, 16), Slot(W.transport, 32, 16)) }
    static var icmp: (Slot, Slot) { (Slot(W.transport, 48, 8), Slot(W.transport, 32, 8)) }
  }

  /// `dl_vlan` of a frame without a tag.
  private static var untagged: UInt16 { 0xffff }

  /// Reads forty bytes. Throws `badLength` when there are fewer, `badValue` for an ICMP type or code above 255.
  public init(v10 reader: inout ByteReader) throws(OpenFlowError) {
    self.init()
    do throws(DecodeError) {
      let wildcards = try reader.read(UInt32.self)
      func isGiven(_ bit: UInt32) -> Bool { wildcards & bit == 0 }

      let inPort = try reader.read(UInt16.self)
      if isGiven(Wildcard.inPort) { set(Place.inPort, to: UInt64(inPort)) }
      let source = try reader.readMAC()
      if isGiven(Wildcard.ethernetSource) { set(Place.ethernetSource, to: source) }
      let destination = try reader.readMAC()
      if isGiven(Wildcard.ethernetDestination) { set(Place.ethernetDestination, to: destination) }
      let vlan = try reader.read(UInt16.self)
      let priority = try reader.read(UInt8.self)
      setTCI10(
        vlan: isGiven(Wildcard.vlan) ? vlan : nil, priority: isGiven(Wildcard.vlanPriority) ? priority : nil)
      try reader.skip(1)
      let etherType = try reader.read(UInt16.self)
      if isGiven(Wildcard.etherType) { set(Place.etherType, to: UInt64(etherType)) }
      let tos = try reader.read(UInt8.self)
      let ipProtocol = try reader.read(UInt8.self)
      try reader.skip(2)
      let isIP = Field.Prerequisite.ip.isMet(by: self)
      let isARP = Field.Prerequisite.arp.isMet(by: self)
      if isIP, isGiven(Wildcard.tos) { set(Place.dscp, to: UInt64(tos >> 2)) }
      if isIP || isARP, isGiven(Wildcard.ipProtocol) {
        set(isARP ? Place.arpOperation : Place.ipProtocol, to: UInt64(ipProtocol))
      }

      let hasIPv4Addresses = isARP || Field.Prerequisite.ipv4.isMet(by: self)
      for (slot, shift) in [
        (Place.ipSource, Wildcard.ipSourceShift), (Place.ipDestination, Wildcard.ipDestinationShift),
      ] {
        let address = try reader.read(UInt32.self)
        let wildBits = wildcards >> shift & 0x3f
        if hasIPv4Addresses, wildBits < 32 {
          set(slot, to: UInt64(address), mask: UInt64(UInt32.max << wildBits))
        }
      }
      for (index, bit) in [Wildcard.transportSource, Wildcard.transportDestination].enumerated() {
        let value = try reader.read(UInt16.self)
        guard isGiven(bit), let places = transportPlaces10 else { continue }
        let slot = index == 0 ? places.0 : places.1
        guard slot.bits == 16 || value < 256 else {
          throw .badValue(field: "ICMP type or code", value: UInt64(value))
        }
        set(slot, to: UInt64(value))
      }
    } catch {
      if case .badValue = error { throw OpenFlowError(.badValue) }
      throw OpenFlowError(.badLength, reader.remaining)
    }
  }

  /// Appends forty bytes: as much of the match as OpenFlow 1.0 can say. See `fieldsBeyond10`.
  public func encode10(to writer: inout ByteWriter) {
    var wildcards: UInt32 = 0
    /// The value at `slot`; a wildcard when not all its bits are demanded.
    func exact(_ slot: Slot, _ bit: UInt32, if isThere: Bool = true) -> UInt64 {
      if isThere, mask(at: slot) << UInt64(slot.shift) == slot.mask { return value(at: slot) }
      wildcards |= bit
      return 0
    }
    /// The address at `slot`; the longest prefix of its mask counts.
    func prefix(_ slot: Slot, _ shift: UInt32, if isThere: Bool) -> UInt32 {
      let bits = UInt32(truncatingIfNeeded: mask(at: slot))
      let length = isThere ? (~bits).leadingZeroBitCount : 0
      wildcards |= UInt32(32 - length) << shift
      return length == 0
        ? 0 : UInt32(truncatingIfNeeded: value(at: slot)) & (UInt32.max << UInt32(32 - length))
    }

    let isIP = Field.Prerequisite.ip.isMet(by: self)
    let isARP = Field.Prerequisite.arp.isMet(by: self)
    let hasIPv4Addresses = isARP || Field.Prerequisite.ipv4.isMet(by: self)
    let inPort = exact(Place.inPort, Wildcard.inPort)
    let source = exact(Place.ethernetSource, Wildcard.ethernetSource)
    let destination = exact(Place.ethernetDestination, Wildcard.ethernetDestination)
    let (vlan, priority) = tci10
    if vlan == nil { wildcards |= Wildcard.vlan }
    if priority == nil { wildcards |= Wildcard.vlanPriority }
    let etherType = exact(Place.etherType, Wildcard.etherType)
    let dscp = exact(Place.dscp, Wildcard.tos, if: isIP)
    let ipProtocol = exact(Place.ipProtocol, Wildcard.ipProtocol, if: isIP || isARP)
    let ipSource = prefix(Place.ipSource, Wildcard.ipSourceShift, if: hasIPv4Addresses)
    let ipDestination = prefix(Place.ipDestination, Wildcard.ipDestinationShift, if: hasIPv4Addresses)
    let places = transportPlaces10
    let transportSource = exact((places ?? Place.port).0, Wildcard.transportSource, if: places != nil)
    let transportDestination = exact(
      (places ?? Place.port).1, Wildcard.transportDestination, if: places != nil)

    writer.write(wildcards)
    writer.write(UInt16(inPort))
    writer.writeMAC(source)
    writer.writeMAC(destination)
    writer.write(vlan ?? 0)
    writer.write(priority ?? 0)
    writer.pad(1)
    writer.write(UInt16(etherType))
    writer.write(UInt8(dscp << 2))
    writer.write(UInt8(ipProtocol))
    writer.pad(2)
    writer.write(ipSource)
    writer.write(ipDestination)
    writer.write(UInt16(transportSource))
    writer.write(UInt16(transportDestination))
  }

  /// The fields that `encode10` leaves out, wholly or in part. Empty when nothing is lost.
  public var fieldsBeyond10: [Field] {
    var writer = ByteWriter()
    encode10(to: &writer)
    var reader = ByteReader(writer.bytes)
    guard let said = try? FlowMatch(v10: &reader) else { return [] }
    return fields(beyond: said)
  }

  /// The fields of which this match demands more than, or something else than, `said`.
  func fields(beyond said: FlowMatch) -> [Field] {
    Field.all.filter { field in
      if field.hasVariableLength {
        return tunnelMetadata.contains { "tun_metadata\($0.index)" == field.name }
      }
      return !field.isOverlay && field.prerequisite.isMet(by: self)
        && field.slots.contains {
          mask(at: $0) & ~said.mask(at: $0) != 0 || (value(at: $0) ^ said.value(at: $0)) & mask(at: $0) != 0
        }
    }
  }

  /// Where `tp_src` and `tp_dst` lie, if the match demands a protocol that has them.
  private var transportPlaces10: (Slot, Slot)? {
    if [.tcp, .udp, .sctp].contains(where: { (p: Field.Prerequisite) in p.isMet(by: self) }) {
      return Place.port
    }
    if [.icmpv4, .icmpv6].contains(where: { (p: Field.Prerequisite) in p.isMet(by: self) }) {
      return Place.icmp
    }
    return nil
  }

  /// Demands a tag with that VID and priority, each if not `nil`; or no tag.
  private mutating func setTCI10(vlan: UInt16?, priority: UInt8?) {
    if vlan == Self.untagged {
      set(Place.tci, to: 0)
      return
    }
    var value: UInt64 = 0
    var bits: UInt64 = 0
    if let vlan {
      value = UInt64(vlan & 0xfff)
      bits = 0xfff
    }
    if let priority {
      value |= UInt64(priority & 7) << 13
      bits |= 7 << 13
    }
    if bits != 0 { set(Place.tci, to: value | FlowKey.vlanPresent, mask: bits | FlowKey.vlanPresent) }
  }

  private var tci10: (vlan: UInt16?, priority: UInt8?) {
    let bits = mask(at: Place.tci)
    let value = value(at: Place.tci)
    guard bits & FlowKey.vlanPresent != 0 else { return (nil, nil) }
    guard value & FlowKey.vlanPresent != 0 else { return value == 0 ? (Self.untagged, nil) : (nil, nil) }
    return (
      bits & 0xfff == 0xfff ? UInt16(value & 0xfff) : nil, bits >> 13 == 7 ? UInt8(value >> 13) : nil
    )
  }
}

extension ByteReader {
  fileprivate mutating func readMAC() throws(DecodeError) -> UInt64 {
    try UInt64(read(UInt16.self)) << 32 | UInt64(read(UInt32.self))
  }
}

extension ByteWriter {
  fileprivate mutating func writeMAC(_ address: UInt64) {
    write(UInt16(truncatingIfNeeded: address >> 32))
    write(UInt32(truncatingIfNeeded: address))
  }
}
