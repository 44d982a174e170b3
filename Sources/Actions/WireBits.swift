import Match

/// Some bits of a field as Nicira's actions write them: the first one in the upper 10 bits, how many of them
/// less one in the lower 6.
struct WireBits: RawRepresentable {
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Precondition: 1 to 64 bits, the first one below 1024.
  init(offset: Int, bits: Int) { rawValue = UInt16(offset << 6 | (bits - 1)) }

  init(_ subfield: Subfield) { self.init(offset: subfield.offset, bits: min(subfield.bits, 64)) }

  var offset: Int { Int(rawValue >> 6) }
  var bits: Int { Int(rawValue & 63) + 1 }

  /// The bits of `field`. Throws `OFPBAC_BAD_SET_LEN` when it has no such bits.
  func subfield(of field: Field) throws(OpenFlowError) -> Subfield {
    try Subfield(checked: field, offset: offset, bits: bits)
  }
}

extension Subfield {
  /// Throws `OFPBAC_BAD_SET_LEN` when `field` has no such bits, or they are none at all.
  init(checked field: Field, offset: Int, bits: Int) throws(OpenFlowError) {
    guard bits > 0, offset + bits <= field.bits else { throw OpenFlowError(.badSetLength) }
    self.init(field: field, offset: offset, bits: bits)
  }
}

extension Field {
  /// The field that messages have for this one: both forms of the VLAN number, and both of the priority, are one
  /// field on the wire.
  var inActions: Field {
    let twin: String? =
      switch name {
      case "dl_vlan": "vlan_vid"
      case "dl_vlan_pcp": "vlan_pcp"
      default: nil
      }
    return twin.flatMap { Field.named($0) } ?? self
  }

  /// The header by which Nicira's actions name the field, in messages of all versions.
  ///
  /// Precondition: messages can name the field.
  var headerInActions: OXMHeader { header(inActionsOf: .v10) }

  /// The header by which the standard's own actions of `version` name the field.
  func header(inActionsOf version: OpenFlowVersion) -> OXMHeader {
    guard let header = inActions.header(in: version) else { preconditionFailure("\(name) has no wire form") }
    return header
  }

  /// How many bits the field has in Nicira's actions: all that its header says for `arp_op`, of which the key
  /// holds the lower half; for `vlan_vid` those of the number.
  var bitsInActions: Int {
    switch name {
    case "arp_op": 16
    case "vlan_vid": Subfield.width(of: self)
    default: bits
    }
  }
}
