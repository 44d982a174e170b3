public import Bytes

/// A field's identity and value on the wire.
extension Field {
  /// The field that `header` names, with or without mask; `nil` for one that is not known, also when its
  /// length is not that of the field.
  public static func of(_ header: OXMHeader) -> Field? {
    byHeader[header.exact] ?? variableLength[header.rawValue >> 9]
  }

  /// The header under which `version` writes the field: the last form that it knows, else the first one, so that
  /// a field that the version's own name space lacks is written under that of another. `nil` for fields without
  /// a wire form (`dl_vlan`, `tun_ttl`).
  ///
  /// Nicira's actions name their fields as version 1.0 does, in messages of all versions.
  public func header(in version: OpenFlowVersion) -> OXMHeader? { wireForm(in: version)?.header }

  /// The form whose header is `header(in:)`.
  public func wireForm(in version: OpenFlowVersion) -> WireForm? {
    wireForms.last { ($0.since ?? .v10) <= version } ?? wireForms.first
  }

  /// Appends `value`, right-justified in the field, in as many bytes as `header` says.
  public func encode(_ value: UInt128, under header: OXMHeader, to writer: inout ByteWriter) {
    for index in (0..<header.exact.payloadByteCount).reversed() {
      writer.write(index < 16 ? UInt8(truncatingIfNeeded: value >> UInt128(8 * index)) : 0)
    }
  }

  /// The value in `bytes`, which are as many as the field's header says. Throws `badValue` when it is none of the
  /// field's.
  public func decode(_ bytes: ArraySlice<UInt8>) throws(OpenFlowError) -> UInt128 {
    let value = Self.integer(bytes)
    let hasMore = bytes.prefix(max(bytes.count - 16, 0)).contains { $0 != 0 }
    guard !hasMore, isValid(value) else { throw OpenFlowError(.badValue, bytes) }
    return value
  }

  /// Whether a message may give the field this value: it has only bits of the field, and is not one that no frame
  /// has, or that a key cannot hold.
  public func isValid(_ value: UInt128) -> Bool {
    switch format {
    case .connectionState: value & ~UInt128(ConnectionStateText.all) == 0
    case .widePort: value <= 0xffff_ffff && PortNumber(wide: UInt32(value)) != nil
    default: value & ~allOnes == 0 && (Self.restrictions[self]?(value) ?? true)
    }
  }

  private static let restrictions: [Field: @Sendable (UInt128) -> Bool] = [
    // Without the bits of the ECN.
    tos: { $0 & 3 == 0 },
    known("arp_op"): { $0 <= 0xff },
    // RFC 8300, section 2.2.
    known("nsh_ttl"): { $0 <= 63 },
    known("nsh_mdtype"): { $0 == 1 || $0 == 2 },
  ]

  /// The number that `bytes` are, of which the lowest 128 bits count.
  static func integer(_ bytes: ArraySlice<UInt8>) -> UInt128 {
    bytes.reduce(0) { $0 << 8 | UInt128($1) }
  }

  static let tos = known("nw_tos")

  private static let byHeader: [OXMHeader: Field] = {
    var result: [OXMHeader: Field] = [:]
    for field in all where !field.hasVariableLength {
      for form in field.wireForms { result[form.header] = field }
    }
    return result
  }()

  /// Fields of any length by class and number.
  private static let variableLength: [UInt32: Field] = {
    var result: [UInt32: Field] = [:]
    for field in all where field.hasVariableLength {
      for form in field.wireForms { result[form.header.rawValue >> 9] = field }
    }
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

  init(_ field: Field, _ payload: ArraySlice<UInt8>, hasMask: Bool) throws(OpenFlowError) {
    guard hasMask else {
      self.init(field, value: try field.decode(payload))
      return
    }
    let half = payload.count / 2
    let maskBits = Field.integer(payload.suffix(half))
    let ones: UInt128 = half >= 16 ? ~0 : (1 << UInt128(8 * half)) - 1
    guard field.maskRule == .any || maskBits == 0 || maskBits == ones else {
      throw OpenFlowError(.badMask, payload)
    }
    guard Field.integer(payload.prefix(half)) & ~maskBits == 0 else {
      throw OpenFlowError(.badWildcards, payload)
    }
    self.init(field, value: try field.decode(payload.prefix(half)), mask: maskBits & field.allOnes)
  }

  /// Appends the entry under the field's name in `version`, with a mask when it is not all ones. A field of
  /// variable length is written in as many bytes as its value needs.
  ///
  /// Precondition: the field has a wire form.
  public func encode(to writer: inout ByteWriter, version: OpenFlowVersion) {
    guard var exact = field.header(in: version) else { preconditionFailure("\(field.name) has no wire form") }
    if field.hasVariableLength {
      let used = mask == field.allOnes ? value : mask
      exact = exact.withPayload(byteCount: max(1, 16 - used.leadingZeroBitCount / 8))
    }
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

  /// The header without M for a value of `byteCount` bytes.
  func withPayload(byteCount: Int) -> OXMHeader {
    let length = UInt32(byteCount + (isExperimenter ? 4 : 0))
    return OXMHeader(rawValue: rawValue & ~0x1ff | length & 0xff, experimenter: experimenter)
  }
}
