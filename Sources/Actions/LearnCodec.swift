import Bytes
import Match

/// `NXAST_LEARN`, and `NXAST_LEARN2` for those with a limit or a result.
extension Action.Learn: ActionForm {
  static let wireTypes: [ActionWireType] = [.nicira(16), .nicira(45)]

  private enum Flags {
    static var sendFlowRemoved: UInt16 { 1 }
    static var deleteLearned: UInt16 { 2 }
    static var writeResult: UInt16 { 4 }
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    var learn = Action.Learn()
    learn.idleTimeout = try body.read()
    learn.hardTimeout = try body.read()
    learn.priority = try body.read()
    learn.cookie = try body.read()
    let flags: UInt16 = try body.read()
    learn.table = try body.read()
    let padding: UInt8 = try body.read()
    learn.finIdleTimeout = try body.read()
    learn.finHardTimeout = try body.read()
    let isExtended = type == .nicira(45)
    let known = Flags.sendFlowRemoved | Flags.deleteLearned | (isExtended ? Flags.writeResult : 0)
    guard padding == 0, learn.table != 0xff, flags & ~known == 0 else {
      throw OpenFlowError(.badActionArgument)
    }
    learn.sendsFlowRemoved = flags & Flags.sendFlowRemoved != 0
    learn.deletesLearned = flags & Flags.deleteLearned != 0
    if isExtended { try learn.decodeLimit(&body, hasResult: flags & Flags.writeResult != 0) }
    while let specification = try Specification.decode(&body) {
      learn.specifications.append(specification)
    }
    try body.skipZeros(body.count, else: .badActionArgument)
    return .learn(learn)
  }

  private mutating func decodeLimit(_ body: inout ActionBody, hasResult: Bool) throws(OpenFlowError) {
    limit = try body.read()
    let offset = Int(try body.read(UInt16.self))
    try body.skipZeros(2, else: .actionMustBeZero)
    guard hasResult else {
      guard offset == 0 else { throw OpenFlowError(.badActionArgument) }
      return
    }
    let field = try body.readField(else: .badField)
    guard field.isWritable else { throw OpenFlowError(.badSetArgument) }
    result = try Subfield(checked: field, offset: offset, bits: 1)
  }

  func encode(to encoder: inout ActionEncoder) {
    let isExtended = limit != 0 || result != nil
    encoder.nicira(isExtended ? 45 : 16) { writer in
      writer.write(idleTimeout)
      writer.write(hardTimeout)
      writer.write(priority)
      writer.write(cookie)
      var flags: UInt16 = sendsFlowRemoved ? Flags.sendFlowRemoved : 0
      if deletesLearned { flags |= Flags.deleteLearned }
      if result != nil { flags |= Flags.writeResult }
      writer.write(flags)
      writer.write(table)
      writer.pad(1)
      writer.write(finIdleTimeout)
      writer.write(finHardTimeout)
      if isExtended {
        writer.write(limit)
        writer.write(UInt16(result?.offset ?? 0))
        writer.pad(2)
        result?.field.headerInActions.encode(to: &writer)
      }
      for specification in specifications { specification.encode(to: &writer) }
    }
  }
}

/// A part of a learned rule on the wire: a header, then the source, then the target.
///
///     | 0 2 | value 1 | 0 for match, 1 for load, 2 for output 2 | number of bits 11 |
extension Action.Learn.Specification {
  private static let isValue: UInt16 = 1 << 13
  private static let bitsMask: UInt16 = 0x3ff

  /// The next part; `nil` when there are none left, or only zeros.
  static func decode(_ body: inout ActionBody) throws(OpenFlowError) -> Self? {
    guard body.count >= 2 else { return nil }
    let header: UInt16 = try body.read()
    guard header != 0 else { return nil }
    let bits = Int(header & bitsMask)
    let hasValue = header & isValue != 0
    let kind = header >> 11 & 3
    guard kind < 2 || kind == 2 && !hasValue else { throw OpenFlowError(.badActionArgument) }
    // A field takes at least 6 bytes.
    try body.demand(atLeast: (hasValue ? byteCount(bits) : 6) + (kind == 2 ? 0 : 6))
    let bytes = hasValue ? try body.read(count: byteCount(bits)) : []
    let source = hasValue ? nil : try decodeSubfield(&body, bits: bits)
    guard kind < 2 else { return source.map { Self(.field($0), to: .output) } }
    let target = try decodeSubfield(&body, bits: bits)
    // Values of more than 128 bits are not for this switch.
    guard bytes.dropLast(16).allSatisfy({ $0 == 0 }) else { throw OpenFlowError(.badActionArgument) }
    let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    // Bits beyond the field have no meaning.
    let used = kind == 0 && target.isWholeField ? target.field.allOnes : ones(bits)
    return Self(
      source.map { .field($0) } ?? .value(value & used), to: kind == 0 ? .match(target) : .load(target))
  }

  private static func decodeSubfield(
    _ body: inout ActionBody, bits: Int
  ) throws(OpenFlowError) -> Subfield {
    let field = try body.readField(else: .badSetType)
    let offset = Int(try body.read(UInt16.self))
    guard bits > 0, offset + bits <= field.bitsInActions else { throw OpenFlowError(.badSetLength) }
    return Subfield(field: field, offset: offset, bits: bits)
  }

  /// How many bytes a value takes: a multiple of 16 bits, in which it is right-justified.
  private static func byteCount(_ bits: Int) -> Int { (bits + 15) / 16 * 2 }

  func encode(to writer: inout ByteWriter) {
    let kind: UInt16
    let bits: Int
    switch target {
    case .match(let field): (kind, bits) = (0, field.bits)
    case .load(let field): (kind, bits) = (1, field.bits)
    case .output:
      guard case .field(let field) = source else { return }
      (kind, bits) = (2, field.bits)
    }
    var header = kind << 11 | UInt16(truncatingIfNeeded: bits) & Self.bitsMask
    if case .value = source { header |= Self.isValue }
    writer.write(header)
    switch source {
    case .field(let field): Self.encode(field, to: &writer)
    case .value(let value):
      for index in (0..<Self.byteCount(bits)).reversed() {
        writer.write(index < 16 ? UInt8(truncatingIfNeeded: value >> UInt128(8 * index)) : 0)
      }
    }
    switch target {
    case .match(let field), .load(let field): Self.encode(field, to: &writer)
    case .output: break
    }
  }

  private static func encode(_ subfield: Subfield, to writer: inout ByteWriter) {
    subfield.field.headerInActions.encode(to: &writer)
    writer.write(UInt16(truncatingIfNeeded: subfield.offset))
  }
}
