public import Bytes

/// A field's identity and value on the wire. Header bits come from the field table; what it cannot say is here:
///
/// - `tcp_flags` has a header of its own in OpenFlow 1.3, in the space of the Open Networking Foundation,
///   because OXM_OF_TCP_FLAGS appeared only in 1.5. Both are read.
/// - `in_port` has 16 bits in NXM and 32 in OXM.
extension Field {
  /// The field that `header` names, with or without mask; `nil` for one that is not known, also when its
  /// length is not that of the field.
  public static func of(_ header: OXMHeader) -> Field? { byHeader[header.exact] }

  /// The header under which `version` writes the field; a field that the version's own name space lacks is
  /// written under that of the other. `nil` for fields without a wire form (`dl_vlan`, `dl_vlan_pcp`).
  ///
  /// Nicira's actions name their fields as version 1.0 does, in messages of all versions.
  public func header(in version: OpenFlowVersion) -> OXMHeader? {
    switch version {
    case .v13 where self == Self.tcpFlags: return Self.experimenterTCPFlags
    case .v12 where oxm != 0, .v13 where oxm != 0, .v14 where oxm != 0, .v15 where oxm != 0:
      return OXMHeader(rawValue: oxm)
    case .v10 where nxm != 0: return OXMHeader(rawValue: nxm)
    default: return nxm | oxm != 0 ? OXMHeader(rawValue: nxm | oxm) : nil
    }
  }

  /// Ones in all bits of the field.
  public var allOnes: UInt128 { bits == 128 ? ~0 : (1 << UInt128(bits)) - 1 }

  /// Appends `value`, right-justified in the field, in as many bytes as `header` says; `in_port` is widened.
  public func encode(_ value: UInt128, under header: OXMHeader, to writer: inout ByteWriter) {
    let byteCount = header.exact.payloadByteCount
    let isWide = self == Self.inPort && byteCount == 4
    let value = isWide ? UInt128(PortNumber(rawValue: UInt16(truncatingIfNeeded: value)).wide) : value
    for index in (0..<byteCount).reversed() {
      writer.write(UInt8(truncatingIfNeeded: value >> UInt128(8 * index)))
    }
  }

  /// The value in `bytes`, which are as many as the field's header says. Throws `badValue` when it has bits
  /// that the field does not have, or is no port number in 16 bits.
  public func decode(_ bytes: ArraySlice<UInt8>) throws(OpenFlowError) -> UInt128 {
    var value = Self.integer(bytes)
    if self == Self.inPort, bytes.count == 4 {
      guard let port = PortNumber(wide: UInt32(truncatingIfNeeded: value)) else {
        throw OpenFlowError(.badValue, bytes)
      }
      value = UInt128(port.rawValue)
    }
    guard value & ~allOnes == 0, self != Self.tos || value & 3 == 0 else {
      throw OpenFlowError(.badValue, bytes)
    }
    return value
  }

  fileprivate static func integer(_ bytes: ArraySlice<UInt8>) -> UInt128 {
    bytes.reduce(0) { $0 << 8 | UInt128($1) }
  }

  private static let inPort = named("in_port")
  private static let tcpFlags = named("tcp_flags")
  private static let tos = named("nw_tos")

  private static let experimenterTCPFlags =
    OXMHeader(rawValue: 0xffff_5406, experimenter: ExperimenterID.onf)

  private static let byHeader: [OXMHeader: Field] = {
    var result: [OXMHeader: Field] = [:]
    for field in all {
      for header in [field.nxm, field.oxm] where header != 0 { result[OXMHeader(rawValue: header)] = field }
    }
    result[experimenterTCPFlags] = tcpFlags
    return result
  }()
}

/// One field of a match or of a `set_field` action on the wire: header, value, and mask if there is one.
public struct OXMEntry: Hashable, Sendable {
  public var field: Field
  /// Right-justified in the field; no bit outside `mask`.
  public var value: UInt128
  /// All ones when the wire had no mask.
  public var mask: UInt128

  public init(_ field: Field, value: UInt128, mask: UInt128? = nil) {
    self.field = field
    self.mask = mask ?? field.allOnes
    self.value = value & self.mask
  }

  /// Reads an entry. Throws `badField` for a field that is not known, `badMask` for a mask that the field does
  /// not take, `badValue`, `badWildcards` for a value with ones outside its mask, and `badMatchLength`.
  public init(from reader: inout ByteReader) throws(OpenFlowError) {
    let header = try OXMHeader(from: &reader)
    guard let payload = try? reader.take(header.payloadByteCount) else {
      throw OpenFlowError(.badMatchLength, reader.remaining)
    }
    guard let field = Field.of(header) else { throw OpenFlowError(.badField, header.bytes) }
    try self.init(field, payload, hasMask: header.hasMask)
  }

  private init(_ field: Field, _ payload: ArraySlice<UInt8>, hasMask: Bool) throws(OpenFlowError) {
    guard hasMask else {
      self.init(field, value: try field.decode(payload))
      return
    }
    let half = payload.count / 2
    let maskBits = Field.integer(payload.suffix(half))
    let ones: UInt128 = half == 16 ? ~0 : (1 << UInt128(8 * half)) - 1
    guard field.maskRule == .any || maskBits == 0 || maskBits == ones else {
      throw OpenFlowError(.badMask, payload)
    }
    guard Field.integer(payload.prefix(half)) & ~maskBits == 0 else {
      throw OpenFlowError(.badWildcards, payload)
    }
    self.init(field, value: try field.decode(payload.prefix(half)), mask: maskBits & field.allOnes)
  }

  /// Appends the entry under the field's name in `version`, with a mask when it is not all ones.
  ///
  /// Precondition: the field has a wire form.
  public func encode(to writer: inout ByteWriter, version: OpenFlowVersion) {
    guard let exact = field.header(in: version) else { preconditionFailure("\(field.name) has no wire form") }
    let header = mask == field.allOnes ? exact : exact.masked
    header.encode(to: &writer)
    field.encode(value, under: header, to: &writer)
    if header.hasMask { field.encode(mask, under: header, to: &writer) }
  }
}

extension OXMHeader {
  fileprivate var bytes: [UInt8] {
    var writer = ByteWriter()
    encode(to: &writer)
    return writer.bytes
  }
}
