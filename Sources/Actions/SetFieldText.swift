import Match

/// `set_field:value[/mask]->field`: a value in the field's own notation. `NXAST_REG_LOAD2` and, without a mask,
/// `OFPAT_SET_FIELD` of OpenFlow 1.3.5 section A.2.5; in 1.5 that takes masks.
enum SetWholeField: ActionForm {
  static let keywords = ["set_field"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let (value, target) = try call.arrow(expected: "set_field:value->field")
    let name = target.text.prefix { $0 != "[" }
    guard let field = Field.namedOnWire(name) else {
      let nearest = nearestName(to: name, among: Field.all.lazy.map(\.name))
      throw FlowSyntaxError(.unknown(kind: "field", name: String(name), nearest: nearest), at: target.offset)
    }
    guard name.endIndex == target.text.endIndex else {
      let because = "in set_field; write load:value->\(target.text), or a mask behind the value"
      throw FlowSyntaxError(.notAllowed("a part of a field", because: because), at: target.offset)
    }
    guard field.isWritable else { throw FlowSyntaxError(readOnly: field, at: target.offset) }
    let (bits, mask) = try field.parse(value.text, at: value.offset, ports: ports)
    guard field.isSettable(to: bits) else {
      throw FlowSyntaxError(
        .badValue(of: field.name, value: String(value.text), expected: field.settableValues), at: value.offset
      )
    }
    return .setField(Action.SetField(field: field, value: bits, mask: mask))
  }

  static func append(_ set: Action.SetField, to text: inout String) {
    text += "set_field:"
    let isExact = set.mask == set.field.allOnes
    switch set.field.format {
    case .decimal where isExact: text += String(set.value)
    case .decimal, .hexadecimal, .tci:
      if set.field.format == .decimal { text += String(set.value) } else { text.appendNumber(set.value) }
      if !isExact {
        text += "/"
        text.appendNumber(set.mask)
      }
    default:
      text += set.field.format(value: set.value, mask: set.mask)
    }
    text += "->" + set.field.name
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v11(25), .nicira(33)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> {
    type == .nicira(33) ? .v10 ... .v14 : .v12 ... .v15
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    .setField(try SetFieldCodec.decode(&body, takesMask: type == .nicira(33) || version == .v15))
  }
}

/// `load:value->field[first..last]`: an integer for some bits. `NXAST_REG_LOAD`; in 1.5
/// `OFPAT_SET_FIELD` with a mask.
enum LoadField: ActionForm {
  static let keywords = ["load"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let (value, target) = try call.arrow(expected: "load:value->field[first..last]")
    let subfield = try Subfield.parse(target.text, at: target.offset)
    guard subfield.field.isWritable else {
      throw FlowSyntaxError(readOnly: subfield.field, at: target.offset)
    }
    guard subfield.offset < 128, subfield.offset + min(subfield.bits, 128) <= 128 else {
      throw FlowSyntaxError(
        .notAllowed("\(subfield)", because: "in a load, as a value has at most 128 bits"), at: target.offset)
    }
    guard let number = integer(value.text) else {
      let expected = "a number, decimal or 0x hexadecimal"
      throw FlowSyntaxError(
        value.text.isEmpty
          ? .missingValue(of: call.keyword, expected: expected)
          : .badValue(of: call.keyword, value: String(value.text), expected: expected), at: value.offset)
    }
    guard number & ~ones(subfield.bits) == 0 else {
      let expected = "a number of \(subfield.bits) bits"
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: String(value.text), expected: expected), at: value.offset)
    }
    let shift = UInt128(subfield.offset)
    return .setField(
      Action.SetField(
        field: subfield.field, value: number << shift, mask: ones(subfield.bits) << shift, isLoad: true))
  }

  /// Hexadecimal numbers may have 128 bits, as the widest fields do.
  static func integer(_ text: Substring) -> UInt128? {
    if let number = NumberText.parse(text.utf8.span) { return UInt128(number) }
    guard text.lowercased().hasPrefix("0x"), text.dropFirst(2).allSatisfy(\.isHexDigit) else { return nil }
    return UInt128(text.dropFirst(2), radix: 16)
  }

  /// One `load` for each run of bits, and for each 64 bits of a run, since a message has them so too.
  static func append(_ set: Action.SetField, to text: inout String) {
    var isFirst = true
    for part in SetFieldCodec.parts(of: set) {
      if !isFirst { text += "," }
      isFirst = false
      text += "load:"
      text.appendNumber(part.value)
      text += "->\(part.target)"
    }
    if isFirst { text += "set_field:0/0->" + set.field.name }
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(7)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> { .v10 ... .v14 }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    .setField(try SetFieldCodec.decodeLoad(&body))
  }
}

extension FlowSyntaxError {
  /// An action writes a field that can only be matched.
  init(readOnly field: Field, at offset: Int) {
    self.init(.notAllowed("writing \(field.name)", because: "as the field is read-only"), at: offset)
  }
}
