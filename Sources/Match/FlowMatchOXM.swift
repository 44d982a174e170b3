public import Bytes

/// A rule's cookie as a condition, in the bits of `mask`.
public struct CookieMatch: Hashable, Sendable {
  public var cookie: UInt64
  public var mask: UInt64

  public init(cookie: UInt64, mask: UInt64 = ~0) {
    self.cookie = cookie & mask
    self.mask = mask
  }
}

/// A match as a list of NXM or OXM entries. Reading takes both name spaces in every version; writing uses
/// that of the version, in the order of Open vSwitch, so that two switches' bytes can be compared.
///
/// The VLAN tag is where the versions differ most: NXM has the whole TCI as one field, OXM has VID with the
/// "present" bit and PCP. A TCI match that OXM's fields cannot say is written as NXM_OF_VLAN_TCI in both.
extension FlowMatch {
  // MARK: struct ofp_match of OpenFlow 1.2 and later

  /// Reads a match and the padding behind it: type 1, length, entries, zeros up to a multiple of eight bytes.
  /// OpenFlow 1.3.5 section A.2.3.
  ///
  /// - Parameter isLoose: leaves out fields that are not known and asks for no prerequisites, as the metadata of a
  ///   frame is read.
  public init(oxm reader: inout ByteReader, isLoose: Bool = false) throws(OpenFlowError) {
    let start = reader.remaining
    var list: ArraySlice<UInt8> = []
    do throws(DecodeError) {
      let type = try reader.read(UInt16.self)
      let length = try Int(reader.read(UInt16.self))
      guard type == 1 else { throw DecodeError.badValue(field: "match type", value: UInt64(type)) }
      list = try reader.take(length - 4)
      try reader.skip((8 - length % 8) % 8)
    } catch {
      if case .badValue = error { throw OpenFlowError(.badMatchType, start.prefix(4)) }
      throw OpenFlowError(.badMatchLength, start.prefix(8))
    }
    self = try Self.decode(list: list, takesCookie: false, isLoose: isLoose).match
  }

  /// Appends the match as `version` has it, padded to a multiple of eight bytes.
  public func encodeOXM(to writer: inout ByteWriter, version: OpenFlowVersion = .v13) {
    let start = writer.count
    writer.write(UInt16(1))
    writer.write(UInt16(0))
    encodeFields(to: &writer, version: version)
    writer.patch(UInt16(writer.count - start), at: start + 2)
    writer.pad(toMultipleOf: 8, from: start)
  }

  /// The list of entries alone, in the name space of `version`.
  public func encodedOXM(version: OpenFlowVersion = .v13) -> [UInt8] {
    var writer = ByteWriter()
    encodeFields(to: &writer, version: version)
    return writer.bytes
  }

  /// Reads the list of entries that fills `bytes`.
  public static func decodeOXM(
    _ bytes: ArraySlice<UInt8>, isLoose: Bool = false
  ) throws(OpenFlowError) -> FlowMatch {
    try decode(list: bytes, takesCookie: false, isLoose: isLoose).match
  }

  // MARK: struct nx_match

  /// Reads the list of entries that fills `bytes`; NXM_NX_COOKIE may be one of them. The message says
  /// elsewhere how long the list is, and pads it to a multiple of eight bytes.
  public static func decodeNXM(
    _ bytes: ArraySlice<UInt8>, isLoose: Bool = false
  ) throws(OpenFlowError) -> (match: FlowMatch, cookie: CookieMatch?) {
    try decode(list: bytes, takesCookie: true, isLoose: isLoose)
  }

  /// The list of entries, without padding.
  public func encodedNXM(cookie: CookieMatch? = nil) -> [UInt8] {
    var writer = ByteWriter()
    encodeFields(to: &writer, version: .v10)
    if let cookie, cookie.mask != 0 {
      let isExact = cookie.mask == ~0
      (isExact ? Self.cookieHeader : Self.cookieHeader.masked).encode(to: &writer)
      writer.write(cookie.cookie)
      if !isExact { writer.write(cookie.mask) }
    }
    return writer.bytes
  }

  /// NXM_NX_COOKIE: no field of a frame, so not in the table of fields.
  private static let cookieHeader = OXMHeader(rawValue: 0x0001_3c08)

  // MARK: Reading

  private static func decode(
    list: ArraySlice<UInt8>, takesCookie: Bool, isLoose: Bool
  ) throws(OpenFlowError) -> (match: FlowMatch, cookie: CookieMatch?) {
    var reader = ByteReader(list)
    var match = FlowMatch()
    var cookie: CookieMatch?
    while !reader.isEmpty {
      if takesCookie, let condition = try CookieMatch(from: &reader, header: cookieHeader) {
        guard cookie == nil else { throw OpenFlowError(.duplicateField) }
        cookie = condition
        continue
      }
      let start = reader.remaining
      let header = try OXMHeader(from: &reader)
      guard let payload = try? reader.take(header.payloadByteCount) else {
        throw OpenFlowError(.badMatchLength, reader.remaining)
      }
      do throws(OpenFlowError) {
        guard let field = Field.of(header) else {
          if isLoose { continue }
          throw OpenFlowError(.badField)
        }
        if field.hasVariableLength {
          try match.add(TunnelMetadataMatch(field, payload, hasMask: header.hasMask))
        } else {
          try match.add(OXMEntry(field, payload, hasMask: header.hasMask), isLoose: isLoose)
        }
      } catch {
        throw OpenFlowError(error.code, start.prefix(start.count - reader.count))
      }
    }
    return (match, cookie)
  }

  /// Adds what `entry` demands. Throws `badPrerequisite` when the match does not yet demand that the frame
  /// has the field, unless `isLoose`; `duplicateField` when it demands something there already.
  public mutating func add(_ entry: OXMEntry, isLoose: Bool = false) throws(OpenFlowError) {
    let field = entry.field
    guard isLoose || field.prerequisite.isMet(by: self) else { throw OpenFlowError(.badPrerequisite) }
    // NXM_OF_IP_TOS means the six bits of the DSCP alone; a port is one of 16 bits.
    let isTOS = field == Self.tos
    let slots =
      isTOS ? [Self.dscp] : field == Self.widePort ? Array(field.slots.suffix(1)) : field.slots
    guard slots.allSatisfy({ mask(at: $0) == 0 }) else { throw OpenFlowError(.duplicateField) }
    // Frames with an Ethernet header are what matches mean anyway.
    guard entry.mask != 0, field != Self.packetType || entry.value != 0 else { return }
    // The priority says itself that there is a tag.
    if field == Self.vlanPCP { set(Self.vlanPresent, to: 1) }
    var value = isTOS ? entry.value >> 2 : entry.value
    var bits = isTOS ? entry.mask >> 2 : entry.mask
    for slot in slots.reversed() {
      set(slot, to: UInt64(truncatingIfNeeded: value), mask: UInt64(truncatingIfNeeded: bits))
      value >>= UInt128(slot.bits)
      bits >>= UInt128(slot.bits)
    }
  }

  private mutating func add(_ option: TunnelMetadataMatch) throws(OpenFlowError) {
    guard !tunnelMetadata.contains(where: { $0.index == option.index }) else {
      throw OpenFlowError(.duplicateField)
    }
    demand(option)
  }

  // MARK: Writing

  private func encodeFields(to writer: inout ByteWriter, version: OpenFlowVersion) {
    for field in version >= .v15 ? Self.wireOrder15 : Self.wireOrder {
      if field.hasVariableLength {
        for option in tunnelMetadata { option.encode(to: &writer) }
        continue
      }
      let bits = field.mask(in: self)
      // What is known of a connection is no header: it lies where nothing else does.
      guard bits != 0, field.prerequisite == .connection || field.prerequisite.isMet(by: self) else {
        continue
      }
      let value = field.value(in: self)
      switch field {
      case Self.tci: encodeVLAN(to: &writer, version: version)
      case Self.port where version >= .v12:
        let wide = PortNumber(rawValue: UInt16(value)).wide
        OXMEntry(Self.widePort, value: UInt128(wide)).encode(to: &writer, version: version)
      case Self.ipDSCP where version < .v12:
        OXMEntry(Self.tos, value: value << 2, mask: bits << 2 | 3).encode(to: &writer, version: version)
      case Self.tunnelFlags:
        // Its mask has one bit of sixteen.
        guard let header = field.header(in: version)?.masked else { continue }
        header.encode(to: &writer)
        field.encode(value, under: header, to: &writer)
        field.encode(bits, under: header, to: &writer)
      default: OXMEntry(field, value: value, mask: bits).encode(to: &writer, version: version)
      }
    }
  }

  private func encodeVLAN(to writer: inout ByteWriter, version: OpenFlowVersion) {
    let value = Self.tci.value(in: self)
    let bits = Self.tci.mask(in: self)
    let isTagged = value & bits & 0x1000 != 0
    let isUntagged = value == 0 && bits & 0x1fff == 0x1fff
    switch bits >> 13 {
    case _ where version < .v12, 1...6,
      7 where !isTagged && !isUntagged:
      OXMEntry(Self.tci, value: value, mask: bits).encode(to: &writer, version: .v10)
    case 7 where isTagged:
      OXMEntry(Self.vlanVID, value: value & 0x1fff, mask: bits & 0x1fff).encode(to: &writer, version: version)
      OXMEntry(Self.vlanPCP, value: value >> 13).encode(to: &writer, version: version)
    default:
      OXMEntry(Self.vlanVID, value: value & 0x1fff, mask: bits & 0x1fff).encode(to: &writer, version: version)
    }
  }

  private static let vlanPresent = Slot(FlowKey.Word.vlan, 44, 1)
  private static let dscp = Slot(FlowKey.Word.ip, 18, 6)
  private static let tci = Field.known("vlan_tci")
  private static let vlanVID = Field.known("vlan_vid")
  private static let vlanPCP = Field.known("vlan_pcp")
  private static let tos = Field.known("nw_tos")
  private static let ipDSCP = Field.known("ip_dscp")
  private static let port = Field.known("in_port")
  private static let widePort = Field.known("in_port_oxm")
  private static let packetType = Field.known("packet_type")
  private static let tunnelFlags = Field.known("tun_flags")

  /// Fields in the order in which Open vSwitch writes them; each after those it depends on.
  private static let wireOrder = beforeRegisters + (0..<32).map { Field.known("reg\($0)") } + behindRegisters
  /// OpenFlow 1.5 names registers in pairs.
  private static let wireOrder15 =
    beforeRegisters + (0..<16).map { Field.known("xreg\($0)") } + behindRegisters

  private static let beforeRegisters: [Field] = [
    "packet_type", "dp_hash", "recirc_id", "conj_id", "in_port", "actset_output",
    "eth_src", "eth_dst", "eth_type", "vlan_tci", "mpls_tc", "mpls_bos", "mpls_ttl", "mpls_label",
    "ip_src", "ip_dst", "ipv6_src", "ipv6_dst",
    "ip_frag", "ip_dscp", "nw_ecn", "nw_ttl", "ipv6_label", "nw_proto", "tcp_src", "tcp_dst", "tcp_flags",
    "udp_src", "udp_dst", "sctp_src", "sctp_dst", "icmp_type", "icmp_code", "icmpv6_type", "icmpv6_code",
    "nd_target", "nd_sll", "nd_tll", "nd_reserved", "nd_options_type",
    "arp_op", "arp_spa", "arp_tpa", "arp_sha", "arp_tha",
    "tun_id", "tun_flags", "tun_src", "tun_dst", "tun_ipv6_src", "tun_ipv6_dst", "tun_gbp_id",
    "tun_gbp_flags",
    "tun_metadata0", "tun_erspan_idx", "tun_erspan_ver", "tun_erspan_dir", "tun_erspan_hwid",
    "tun_gtpu_flags", "tun_gtpu_msgtype",
    "nsh_flags", "nsh_ttl", "nsh_mdtype", "nsh_np", "nsh_spi", "nsh_si", "nsh_c1", "nsh_c2", "nsh_c3",
    "nsh_c4",
  ].map(Field.known)

  private static let behindRegisters: [Field] = [
    "pkt_mark", "ct_state", "ct_zone", "ct_mark", "ct_label", "ct_nw_src", "ct_ipv6_src", "ct_nw_dst",
    "ct_ipv6_dst", "ct_nw_proto", "ct_tp_src", "ct_tp_dst", "metadata",
  ].map(Field.known)
}

extension TunnelMetadataMatch {
  /// What an entry of the field says. Throws `badWildcards` for a value with ones outside its mask.
  fileprivate init(_ field: Field, _ payload: ArraySlice<UInt8>, hasMask: Bool) throws(OpenFlowError) {
    let index = field.number - Self.first.number
    guard hasMask else {
      self.init(index: index, value: Array(payload))
      return
    }
    let half = payload.count / 2
    let (value, mask) = (Array(payload.prefix(half)), Array(payload.suffix(half)))
    guard zip(value, mask).allSatisfy({ $0 & ~$1 == 0 }) else { throw OpenFlowError(.badWildcards) }
    self.init(index: index, value: value, mask: mask)
  }

  fileprivate func encode(to writer: inout ByteWriter) {
    let field = Field(number: Self.first.number + index)
    guard let header = field.wireForms.first?.header.withPayload(byteCount: value.count) else { return }
    (isMasked ? header.masked : header).encode(to: &writer)
    writer.write(value)
    if isMasked { writer.write(mask) }
  }

  private static let first = Field.known("tun_metadata0")
}

extension CookieMatch {
  /// The cookie when the next entry is one, under `header` or its masked form; else nothing is read.
  fileprivate init?(from reader: inout ByteReader, header: OXMHeader) throws(OpenFlowError) {
    var probe = reader
    guard let found = try? OXMHeader(from: &probe), found.exact == header else { return nil }
    do throws(DecodeError) {
      let cookie = try probe.read(UInt64.self)
      let mask = found.hasMask ? try probe.read(UInt64.self) : ~0
      guard cookie & ~mask == 0 else { throw DecodeError.badValue(field: "cookie", value: cookie) }
      self.init(cookie: cookie, mask: mask)
    } catch {
      if case .badValue = error { throw OpenFlowError(.badWildcards, reader.remaining.prefix(20)) }
      throw OpenFlowError(.badMatchLength, reader.remaining)
    }
    reader = probe
  }
}
