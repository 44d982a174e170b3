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
  // MARK: struct ofp_match of OpenFlow 1.3

  /// Reads a match and the padding behind it: type 1, length, entries, zeros up to a multiple of eight bytes.
  /// OpenFlow 1.3.5 section A.2.3.
  public init(oxm reader: inout ByteReader) throws(OpenFlowError) {
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
    self = try Self.decode(list: list, takesCookie: false).match
  }

  /// Appends the match as OpenFlow 1.3 has it, padded to a multiple of eight bytes.
  public func encodeOXM(to writer: inout ByteWriter) {
    let start = writer.count
    writer.write(UInt16(1))
    writer.write(UInt16(0))
    encodeFields(to: &writer, version: .v13)
    writer.patch(UInt16(writer.count - start), at: start + 2)
    writer.pad(toMultipleOf: 8, from: start)
  }

  /// The list of entries alone, in the name space of OpenFlow 1.3.
  public func encodedOXM() -> [UInt8] {
    var writer = ByteWriter()
    encodeFields(to: &writer, version: .v13)
    return writer.bytes
  }

  // MARK: struct nx_match

  /// Reads the list of entries that fills `bytes`; NXM_NX_COOKIE may be one of them. The message says
  /// elsewhere how long the list is, and pads it to a multiple of eight bytes.
  public static func decodeNXM(
    _ bytes: ArraySlice<UInt8>
  ) throws(OpenFlowError) -> (match: FlowMatch, cookie: CookieMatch?) {
    try decode(list: bytes, takesCookie: true)
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
    list: ArraySlice<UInt8>, takesCookie: Bool
  ) throws(OpenFlowError) -> (match: FlowMatch, cookie: CookieMatch?) {
    var reader = ByteReader(list)
    var match = FlowMatch()
    var cookie: CookieMatch?
    while !reader.isEmpty {
      if takesCookie, let condition = try CookieMatch(from: &reader, header: cookieHeader) {
        guard cookie == nil else { throw OpenFlowError(.duplicateField) }
        cookie = condition
      } else {
        let start = reader.remaining
        let entry = try OXMEntry(from: &reader)
        do throws(OpenFlowError) {
          try match.add(entry)
        } catch {
          throw OpenFlowError(error.code, start.prefix(start.count - reader.count))
        }
      }
    }
    return (match, cookie)
  }

  /// Adds what `entry` demands. Throws `badPrerequisite` when the match does not yet demand that the frame
  /// has the field, `duplicateField` when it demands something there already.
  public mutating func add(_ entry: OXMEntry) throws(OpenFlowError) {
    let field = entry.field
    // The priority may stand without the VID: it says itself that there must be a tag.
    let isVLANPriority = field.prerequisite == .vlan
    guard field.prerequisite.isMet(by: self) || isVLANPriority && mask[Self.vlanPresent] == 0 else {
      throw OpenFlowError(.badPrerequisite)
    }
    // NXM_OF_IP_TOS means the six bits of the DSCP alone.
    let isTOS = field == Self.tos
    let slots = isTOS ? [Self.dscp] : field.slots
    guard slots.allSatisfy({ mask[$0] == 0 }) else { throw OpenFlowError(.duplicateField) }
    guard entry.mask != 0 else { return }
    if isVLANPriority { set(Self.vlanPresent, to: 1) }
    var value = isTOS ? entry.value >> 2 : entry.value
    var bits = isTOS ? entry.mask >> 2 : entry.mask
    for slot in slots.reversed() {
      set(slot, to: UInt64(truncatingIfNeeded: value), mask: UInt64(truncatingIfNeeded: bits))
      value >>= UInt128(slot.bits)
      bits >>= UInt128(slot.bits)
    }
  }

  // MARK: Writing

  private func encodeFields(to writer: inout ByteWriter, version: OpenFlowVersion) {
    for field in Self.wireOrder where field.prerequisite.isMet(by: self) {
      if field == Self.tci {
        encodeVLAN(to: &writer, version: version)
      } else if field == Self.ipDSCP, version == .v10, let tos = Self.tos {
        let bits = field.value(in: mask)
        guard bits != 0 else { continue }
        OXMEntry(tos, value: field.value(in: key) << 2, mask: bits << 2 | 3).encode(
          to: &writer, version: .v10)
      } else {
        let bits = field.value(in: mask)
        guard bits != 0 else { continue }
        OXMEntry(field, value: field.value(in: key), mask: bits).encode(to: &writer, version: version)
      }
    }
  }

  private func encodeVLAN(to writer: inout ByteWriter, version: OpenFlowVersion) {
    guard let tci = Self.tci, let vid = Self.vlanVID, let pcp = Self.vlanPCP else { return }
    let value = tci.value(in: key)
    let bits = tci.value(in: mask)
    guard bits != 0 else { return }
    let isTagged = value & bits & 0x1000 != 0
    let isUntagged = value == 0 && bits & 0x1fff == 0x1fff
    switch bits >> 13 {
    case _ where version == .v10, 1...6,
      7 where !isTagged && !isUntagged:
      OXMEntry(tci, value: value, mask: bits).encode(to: &writer, version: .v10)
    case 7 where isTagged:
      OXMEntry(vid, value: value & 0x1fff, mask: bits & 0x1fff).encode(to: &writer, version: .v13)
      OXMEntry(pcp, value: value >> 13).encode(to: &writer, version: .v13)
    default:
      OXMEntry(vid, value: value & 0x1fff, mask: bits & 0x1fff).encode(to: &writer, version: .v13)
    }
  }

  private static let vlanPresent = Slot(FlowKey.Word.vlan, 44, 1)
  private static let dscp = Slot(FlowKey.Word.ip, 18, 6)
  private static let tci = Field.named("vlan_tci")
  private static let vlanVID = Field.named("vlan_vid")
  private static let vlanPCP = Field.named("vlan_pcp")
  private static let tos = Field.named("nw_tos")
  private static let ipDSCP = Field.named("ip_dscp")

  /// Fields in the order in which Open vSwitch writes them; each after those it depends on.
  private static let wireOrder: [Field] =
    ([
      "in_port", "eth_src", "eth_dst", "eth_type", "vlan_tci", "ip_src", "ip_dst", "ipv6_src", "ipv6_dst",
      "ip_frag", "ip_dscp", "nw_ecn", "nw_ttl", "ipv6_label", "nw_proto", "tcp_src", "tcp_dst", "tcp_flags",
      "udp_src", "udp_dst", "sctp_src", "sctp_dst", "icmp_type", "icmp_code", "icmpv6_type", "icmpv6_code",
      "nd_target", "nd_sll", "nd_tll", "arp_op", "arp_spa", "arp_tpa", "arp_sha", "arp_tha",
    ] + (0..<16).map { "reg\($0)" } + ["metadata"]).compactMap { Field.named($0) }
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
