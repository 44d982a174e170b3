public import Match

extension Subfield {
  /// `reg0` or `reg0[]` for all bits, `reg0[4]` for one, `reg0[0..15]` for some; the field by its name, an alias,
  /// or its NXM or OXM name.
  ///
  /// - Parameters:
  ///   - text: the whole subfield.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  /// - Throws: `FlowSyntaxError` when there is no such field or it has no such bits.
  public static func parse(_ text: Substring, at offset: Int) throws(FlowSyntaxError) -> Subfield {
    let name = text.prefix { $0 != "[" }
    guard let field = Field.namedOnWire(name) else {
      let nearest = nearestName(to: name, among: Field.all.lazy.map(\.name))
      throw FlowSyntaxError(.unknown(kind: "field", name: String(name), nearest: nearest), at: offset)
    }
    guard !field.wireForms.isEmpty || field.isWritable else {
      throw FlowSyntaxError(
        .notAllowed(field.name, because: "in an action, as no message can name it there"), at: offset)
    }
    let width = width(of: field)
    if name.endIndex == text.endIndex { return Subfield(field: field, bits: width) }
    let start = offset + name.utf8.count + 1
    let inside = text[name.endIndex...].dropFirst()
    guard inside.last == "]" else {
      let expected = "a subfield: [], [bit] or [first..last]"
      throw FlowSyntaxError(.badValue(of: field.name, value: String(text), expected: expected), at: start - 1)
    }
    let range = inside.dropLast()
    if range.isEmpty { return Subfield(field: field, bits: width) }
    let bits = 0...UInt64(width - 1)
    guard let dots = range.indices.first(where: { range[$0...].hasPrefix("..") }) else {
      let bit = try NumberText.parse(range, at: start, of: "\(field.name) bit", in: bits)
      return Subfield(field: field, offset: Int(bit), bits: 1)
    }
    let tail = range[dots...].dropFirst(2)
    let tailStart = start + range[..<dots].utf8.count + 2
    let first = try NumberText.parse(range[..<dots], at: start, of: "\(field.name) first bit", in: bits)
    let last = try NumberText.parse(
      tail, at: tailStart, of: "\(field.name) last bit", in: first...bits.upperBound)
    return Subfield(field: field, offset: Int(first), bits: Int(last - first) + 1)
  }

  /// How many bits of `field` a subfield may name: of `vlan_vid` only the VLAN number, not the bit that says
  /// that a tag is present.
  static func width(of field: Field) -> Int { field.name == "vlan_vid" ? 12 : field.bits }
}

extension Subfield: CustomStringConvertible {
  /// As Open vSwitch prints it, by the wire name: `NXM_NX_REG0[0..15]`.
  public var description: String {
    let name = field.nxmName ?? field.oxmName ?? field.name
    if offset == 0 && bits >= Self.width(of: field) { return name + "[]" }
    return bits == 1 ? "\(name)[\(offset)]" : "\(name)[\(offset)..\(offset + bits - 1)]"
  }
}
