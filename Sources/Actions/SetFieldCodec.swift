import Bytes
import Match

/// Values for fields on the wire.
///
/// Since 1.2 there is `OFPAT_SET_FIELD`, since 1.5 with a mask; 1.0 and 1.1 have an action each for their own
/// fields. All else is `NXAST_REG_LOAD`: one for each run of bits in the mask, and for each 64 bits of a run,
/// least significant first. Fields whose header takes 64 bits, and those of variable length, do not fit there:
/// for them it is `NXAST_REG_LOAD2`.
enum SetFieldCodec {
  static func encode(_ set: Action.SetField, to encoder: inout ActionEncoder) {
    if encoder.version == .v15, set.isLoad || set.mask != set.field.allOnes {
      encodeSetField(set.field, set.value, mask: set.mask & writableBits(of: set.field), to: &encoder)
    } else if !set.isLoad && set.mask == set.field.allOnes {
      encodeWhole(set.field, set.value, to: &encoder)
    } else {
      encodeExtension(set, to: &encoder)
    }
  }

  /// In Nicira's actions.
  private static func encodeExtension(_ set: Action.SetField, to encoder: inout ActionEncoder) {
    let field = set.field
    guard field.hasVariableLength || field.headerInActions.isExperimenter else {
      for part in parts(of: set) { encodeLoad(part.value, part.target, to: &encoder) }
      return
    }
    let entry = OXMEntry(field, value: set.value, mask: set.mask)
    encoder.nicira(33) { entry.encode(to: &$0, version: .v10) }
  }

  /// All of the field called `name`, one of the table.
  static func encodeWhole(_ name: String, _ value: UInt128, to encoder: inout ActionEncoder) {
    guard let field = Field.named(name) else { preconditionFailure("no field \(name)") }
    encodeWhole(field, value, to: &encoder)
  }

  private static func encodeWhole(_ field: Field, _ value: UInt128, to encoder: inout ActionEncoder) {
    if let actions = actions(instead: field, value, in: encoder.version) {
      for action in actions { encoder.encode(action) }
    } else if encoder.version < .v12 {
      encodeExtension(Action.SetField(field: field, value: value, mask: field.allOnes), to: &encoder)
    } else {
      let isVLANID = field.name == "vlan_vid"
      encodeSetField(
        field, isVLANID ? value | UInt128(FlowKey.vlanPresent) : value, mask: field.allOnes, to: &encoder)
    }
  }

  private static func encodeSetField(
    _ field: Field, _ value: UInt128, mask: UInt128, to encoder: inout ActionEncoder
  ) {
    let version = encoder.version
    let entry = OXMEntry(field.inActions, value: value, mask: mask)
    encoder.standard(25) { entry.encode(to: &$0, version: version) }
  }

  /// The bits of `field` that a load may write.
  private static func writableBits(of field: Field) -> UInt128 { ones(Subfield.width(of: field)) }

  /// The actions that `version` has for a value of all of `field`; `nil` where it has none.
  private static func actions(
    instead field: Field, _ value: UInt128, in version: OpenFlowVersion
  ) -> [Action]? {
    let number = UInt64(truncatingIfNeeded: value)
    let id = UInt16(truncatingIfNeeded: value) & SetVLAN.largestID
    switch field.name {
    case "dl_vlan": return [.setVLANID(id, pushIfAbsent: true)]
    case "dl_vlan_pcp": return [.setVLANPriority(UInt8(truncatingIfNeeded: value), pushIfAbsent: true)]
    default: break
    }
    guard version < .v12 else { return nil }
    switch field.name {
    case "eth_src": return [.setEthernetSource(number)]
    case "eth_dst": return [.setEthernetDestination(number)]
    case "vlan_vid": return [.setVLANID(id, pushIfAbsent: true)]
    case "vlan_pcp": return [.setVLANPriority(UInt8(truncatingIfNeeded: value), pushIfAbsent: true)]
    case "vlan_tci" where number & FlowKey.vlanPresent == 0: return [.popVLAN]
    case "vlan_tci":
      let priority = UInt8(truncatingIfNeeded: number >> 13)
      return [.setVLANID(id, pushIfAbsent: true), .setVLANPriority(priority, pushIfAbsent: true)]
    case "ip_src": return [.setIPv4Source(UInt32(truncatingIfNeeded: value))]
    case "ip_dst": return [.setIPv4Destination(UInt32(truncatingIfNeeded: value))]
    case "nw_ecn" where version == .v11: return [.setIPECN(UInt8(truncatingIfNeeded: value))]
    case "nw_tos": return [.setIPDSCP(UInt8(truncatingIfNeeded: value))]
    case "ip_dscp": return [.setIPDSCP(UInt8(truncatingIfNeeded: value << 2))]
    case "tcp_src", "udp_src": return [.setTransportSource(UInt16(truncatingIfNeeded: value))]
    case "tcp_dst", "udp_dst": return [.setTransportDestination(UInt16(truncatingIfNeeded: value))]
    default: return nil
    }
  }

  // MARK: Loads

  /// The runs of ones in the mask, each of at most 64 bits, with their values, least significant first.
  static func parts(of set: Action.SetField) -> [(value: UInt64, target: Subfield)] {
    var result: [(value: UInt64, target: Subfield)] = []
    var mask = set.mask & writableBits(of: set.field)
    while mask != 0 {
      let offset = mask.trailingZeroBitCount
      let bits = min(64, (~(mask >> UInt128(offset))).trailingZeroBitCount)
      let value = UInt64(truncatingIfNeeded: set.value >> UInt128(offset) & ones(bits))
      result.append((value, Subfield(field: set.field, offset: offset, bits: bits)))
      mask &= ~(ones(bits) << UInt128(offset))
    }
    return result
  }

  private static func encodeLoad(_ value: UInt64, _ target: Subfield, to encoder: inout ActionEncoder) {
    let field = target.field
    let bits = target.bits == field.bits ? min(64, field.bitsInActions) : target.bits
    encoder.nicira(7) { writer in
      writer.write(WireBits(offset: target.offset, bits: bits).rawValue)
      field.headerInActions.encode(to: &writer)
      writer.write(value)
    }
  }

  static func decodeLoad(_ body: inout ActionBody) throws(OpenFlowError) -> Action.SetField {
    let bits = WireBits(rawValue: try body.read())
    let field = try body.readField(else: .badSetType)
    let value: UInt64 = try body.read()
    guard field.isWritable else { throw OpenFlowError(.badSetArgument) }
    guard bits.offset + bits.bits <= min(field.bitsInActions, 128) else { throw OpenFlowError(.badSetLength) }
    guard UInt128(value) & ~ones(bits.bits) == 0 else { throw OpenFlowError(.badActionArgument) }
    let shift = UInt128(bits.offset)
    let mask = ones(bits.bits) << shift & field.allOnes
    guard UInt128(value) << shift & ~field.allOnes == 0 else { throw OpenFlowError(.badSetArgument) }
    return Action.SetField(field: field, value: UInt128(value) << shift, mask: mask, isLoad: true)
  }

  // MARK: Whole fields

  /// Reads an OXM entry and the padding behind it.
  static func decode(
    _ body: inout ActionBody, takesMask: Bool
  ) throws(OpenFlowError) -> Action.SetField {
    let all = body
    let entry: OXMEntry
    do throws(OpenFlowError) {
      entry = try body.read { reader throws(OpenFlowError) in try OXMEntry(from: &reader) }
    } catch {
      if takesMask, error.code == .badMask { return try decodePart(of: all, &body) }
      throw OpenFlowError(codeOfAction(for: error.code, all, takesMask: takesMask), error.offending)
    }
    let field = entry.field
    if !takesMask, try header(of: all).hasMask { throw OpenFlowError(.badSetMask) }
    guard field.isWritable, field.isSettable(to: entry.value) else { throw OpenFlowError(.badSetArgument) }
    // OpenFlow 1.5.1 section 7.2.5.
    if field.name == "vlan_vid", entry.value & entry.mask & UInt128(FlowKey.vlanPresent) == 0 {
      throw OpenFlowError(.badSetArgument)
    }
    try body.skipZeros(body.count, else: .badSetArgument)
    return Action.SetField(field: field, value: entry.value, mask: entry.mask)
  }

  /// Reads an entry with a mask for a field that rules match as a whole: there it is a load.
  private static func decodePart(
    of all: ActionBody, _ body: inout ActionBody
  ) throws(OpenFlowError) -> Action.SetField {
    body = all
    let header = try body.read { reader throws(OpenFlowError) in try OXMHeader(from: &reader) }
    guard let field = Field.of(header), field.isWritable else { throw OpenFlowError(.badSetArgument) }
    let half = header.payloadByteCount / 2
    let value = integer(try body.read(count: half))
    let mask = integer(try body.read(count: half))
    try body.skipZeros(body.count, else: .badSetArgument)
    guard value & ~mask == 0 else { throw OpenFlowError(.badWildcards) }
    guard field.isSettable(to: value) else { throw OpenFlowError(.badSetArgument) }
    return Action.SetField(field: field, value: value, mask: mask & field.allOnes, isLoad: true)
  }

  private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt128 {
    bytes.reduce(0) { $0 << 8 | UInt128($1) }
  }

  private static func header(of body: ActionBody) throws(OpenFlowError) -> OXMHeader {
    var copy = body
    return try copy.read { reader throws(OpenFlowError) in try OXMHeader(from: &reader) }
  }

  /// What the error of a match is called when it is one of an action.
  private static func codeOfAction(
    for code: OpenFlowErrorCode, _ body: ActionBody, takesMask: Bool
  ) -> OpenFlowErrorCode {
    guard let header = try? header(of: body) else { return code }
    switch code {
    case .badField:
      let isKnown = Field.all.contains { field in
        field.wireForms.contains {
          $0.header.rawValue >> 9 == header.rawValue >> 9 && $0.header.experimenter == header.experimenter
        }
      }
      return isKnown ? .badSetLength : .badSetType
    case .badMask: return .badSetMask
    case .badValue: return .badSetArgument
    case .badWildcards where !takesMask: return .badSetMask
    default: return code
    }
  }
}

extension Field {
  /// Whether all of the field can become `value`.
  func isSettable(to value: UInt128) -> Bool { isValid(value) }

  /// What `isSettable` allows; completes "must be ...".
  var settableValues: String {
    name == "nw_tos" ? "a multiple of 4: the lower two bits are those of nw_ecn" : "a number up to 255"
  }
}

/// That many ones, at most 128.
func ones(_ bits: Int) -> UInt128 { bits >= 128 ? ~0 : (1 << UInt128(bits)) - 1 }
