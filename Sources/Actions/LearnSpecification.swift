import Match

/// The parts of a learned rule as text: `field=value`, `field=source[..]`, `field[..]` for bits of the same name,
/// `load:source->field[..]` and `output:field[..]`.
extension Action.Learn.Specification {
  static func parseMatch(_ setting: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Self {
    let target = try Subfield.parse(setting.name, at: setting.offset)
    guard target.field.hasShortHeader else {
      throw FlowSyntaxError(unnamed: target.field, at: setting.offset)
    }
    guard let text = setting.argument, !text.isEmpty else { return Self(.field(target), to: .match(target)) }
    let offset = setting.argumentOffset
    if Field.namedOnWire(text.prefix { $0 != "[" }) != nil {
      let source = try parseSource(ActionCall.Piece(text: text, offset: offset), for: target)
      return Self(.field(source), to: .match(target))
    }
    guard target.isWholeField else {
      let value = try parseInteger(ActionCall.Piece(text: text, offset: offset), for: target)
      return Self(.value(value), to: .match(target))
    }
    let (value, mask) = try target.field.parse(text, at: offset, ports: ports)
    guard mask == target.field.allOnes else {
      throw FlowSyntaxError(.maskNotAllowed(of: "\(target.field.name) in learn"), at: offset)
    }
    return Self(.value(value), to: .match(target))
  }

  static func parseLoad(_ setting: ActionCall) throws(FlowSyntaxError) -> Self {
    let (from, to) = try setting.arrow(expected: "load:source->field[first..last]")
    let target = try Subfield.parse(to.text, at: to.offset)
    guard target.field.isWritable else { throw FlowSyntaxError(readOnly: target.field, at: to.offset) }
    guard target.field.hasShortHeader else { throw FlowSyntaxError(unnamed: target.field, at: to.offset) }
    if from.text.first?.isNumber ?? true {
      return Self(.value(try parseInteger(from, for: target)), to: .load(target))
    }
    return Self(.field(try parseSource(from, for: target)), to: .load(target))
  }

  static func parseOutput(_ setting: ActionCall) throws(FlowSyntaxError) -> Self {
    let text = try setting.argument(expected: "a field that holds a port number")
    let source = try Subfield.parse(text, at: setting.argumentOffset)
    guard source.field.hasShortHeader else {
      throw FlowSyntaxError(unnamed: source.field, at: setting.argumentOffset)
    }
    return Self(.field(source), to: .output)
  }

  private static func parseSource(
    _ piece: ActionCall.Piece, for target: Subfield
  ) throws(FlowSyntaxError) -> Subfield {
    let source = try Subfield.parse(piece.text, at: piece.offset)
    guard source.bits == target.bits else {
      let subject = "a copy of \(source.bits) bits to \(target.bits) bits"
      throw FlowSyntaxError(
        .notAllowed(subject, because: "as both sides must be equally wide"), at: piece.offset)
    }
    guard source.field.hasShortHeader else {
      throw FlowSyntaxError(unnamed: source.field, at: piece.offset)
    }
    return source
  }

  private static func parseInteger(
    _ piece: ActionCall.Piece, for target: Subfield
  ) throws(FlowSyntaxError) -> UInt128 {
    let value = LoadField.integer(piece.text)
    if let value, value & ~ones(target.bits) == 0 { return value }
    let expected = "a number of \(target.bits) bits"
    throw FlowSyntaxError(
      piece.text.isEmpty
        ? .missingValue(of: "\(target)", expected: expected)
        : .badValue(of: "\(target)", value: String(piece.text), expected: expected), at: piece.offset)
  }

  func append(to text: inout String, names: PortNaming) {
    switch (source, target) {
    case (.field(let source), .match(let target)):
      text += target.description
      if source != target { text += "=\(source)" }
    case (.value(let value), .match(let target)) where target.isWholeField:
      text += target.field.name + "="
      if target.field.format == .port {
        text += PortNumber(rawValue: UInt16(truncatingIfNeeded: value)).described(by: names)
      } else {
        text += target.field.formatLearned(value & target.field.allOnes)
      }
    case (.value(let value), .match(let target)):
      text += "\(target)="
      text.appendNumber(value)
    case (.field(let source), .load(let target)): text += "load:\(source)->\(target)"
    case (.value(let value), .load(let target)):
      text += "load:"
      text.appendNumber(value)
      text += "->\(target)"
    case (.field(let source), .output): text += "output:\(source)"
    case (.value(let value), .output): text += "output:\(value)"
    }
  }
}

extension Subfield {
  /// Whether it is all of the field.
  var isWholeField: Bool { offset == 0 && bits >= Self.width(of: field) }
}

extension Field {
  /// All of the field's value as `learn` prints it.
  fileprivate func formatLearned(_ value: UInt128) -> String {
    switch format {
    case .connectionState:
      let names = ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"]
      return (0..<bits).reduce(into: "") { text, bit in
        text += value >> UInt128(bit) & 1 == 1 ? "+" : "-"
        text += bit < names.count ? names[bit] : "[Unknown]"
      }
    default: return self.format(value: value, mask: allOnes)
    }
  }

  /// Whether actions that leave 32 bits for a field's name can name it.
  var hasShortHeader: Bool { header(in: .v10).map { !$0.isExperimenter } ?? false }
}

extension FlowSyntaxError {
  /// An action has no room for the field's name in messages.
  init(unnamed field: Field, at offset: Int) {
    self.init(.notAllowed(field.name, because: "as messages cannot name it here"), at: offset)
  }
}
