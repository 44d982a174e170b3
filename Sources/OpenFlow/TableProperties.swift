import Bytes
import Match

/// The properties of a table's features. Each but `match` and `wildcards` has a twin, one higher, for the rule of
/// priority 0; an absent twin says that it is the same.
struct TableProperties {
  var rules = TableInstructions()
  var misses = TableInstructions()
  var matchable: Set<Field> = []
  var maskable: Set<Field> = []
  var wildcardable: Set<Field> = []

  /// `OFPTFPT_*`.
  private enum Number {
    static var instructions: UInt16 { 0 }
    static var nextTables: UInt16 { 2 }
    static var writeActions: UInt16 { 4 }
    static var applyActions: UInt16 { 6 }
    static var match: UInt16 { 8 }
    static var wildcards: UInt16 { 10 }
    static var writeSetField: UInt16 { 12 }
    static var applySetField: UInt16 { 14 }
    /// Those that every table must have.
    static let required: [UInt16] = [0, 2, 4, 6, 8, 10, 12, 14]
  }

  init(_ features: TableFeatures) {
    rules = features.rules
    misses = features.misses ?? features.rules
    matchable = features.matchable
    maskable = features.maskable
    wildcardable = features.wildcardable
  }

  init(_ reader: inout MessageReader) throws(OpenFlowError) {
    var found: [UInt16: Property] = [:]
    while let property = try reader.nextProperty() {
      // Those that are not known, experimenters' among them, are passed over.
      if property.type < 16 { found[property.type] = property }
    }
    for type in Number.required where found[type] == nil { throw OpenFlowError(.tableFeaturesBadFeatures) }
    for (type, property) in found { try read(type, property, isMiss: type & 1 == 1) }
    for type in Number.required where type < 8 || type > 10 {
      guard found[type + 1] == nil, let property = found[type] else { continue }
      try read(type + 1, property, isMiss: true)
    }
  }

  private mutating func read(_ type: UInt16, _ property: Property, isMiss: Bool) throws(OpenFlowError) {
    var value = property.value
    var instructions = isMiss ? misses : rules
    switch type & ~1 {
    case Number.instructions: instructions.types = try Self.types(&value, property)
    case Number.nextTables: instructions.nextTables = Array(Set(value.rest())).sorted()
    case Number.writeActions: instructions.write.types = try Self.types(&value, property)
    case Number.applyActions: instructions.apply.types = try Self.types(&value, property)
    case Number.writeSetField: instructions.write.fields = try Self.headers(&value, property).map(\.field)
    case Number.applySetField: instructions.apply.fields = try Self.headers(&value, property).map(\.field)
    case Number.match where !isMiss:
      for (field, hasMask) in try Self.headers(&value, property) {
        matchable.insert(field)
        if hasMask { maskable.insert(field) }
      }
    case Number.wildcards where !isMiss:
      wildcardable = Set(try Self.headers(&value, property).map(\.field))
    default: break
    }
    if isMiss { misses = instructions } else { rules = instructions }
  }

  /// Types with their lengths, and experimenters' with more; bits of those below 32.
  private static func types(
    _ value: inout MessageReader, _ property: Property
  ) throws(OpenFlowError) -> UInt32 {
    var bits: UInt32 = 0
    while !value.isEmpty {
      guard value.count >= 4 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
      let type = try value.read(UInt16.self)
      let length = try Int(value.read(UInt16.self))
      guard length >= 4, length - 4 <= value.count else {
        throw OpenFlowError(.badPropertyLength, property.bytes)
      }
      try value.skip(length - 4)
      if type < 32 { bits |= 1 << UInt32(type) }
    }
    return bits
  }

  /// The fields that headers name, in the order of the field table, and whether with a mask. Those that are not
  /// known are passed over.
  private static func headers(
    _ value: inout MessageReader, _ property: Property
  ) throws(OpenFlowError) -> [(field: Field, hasMask: Bool)] {
    var result: [(field: Field, hasMask: Bool)] = []
    while !value.isEmpty {
      guard let header = try? OXMHeader(from: &value.bytes) else {
        throw OpenFlowError(.badPropertyLength, property.bytes)
      }
      guard let field = Field.of(header) else { continue }
      result.append((field, header.hasMask))
    }
    return result.sorted { $0.field.number < $1.field.number }
  }

  // MARK: Writing

  func encode(to writer: inout ByteWriter, version: OpenFlowVersion) {
    encode(rules, twin: 0, to: &writer, version: version)
    let known = Self.fields.filter { matchable.contains($0) }
    writer.property(Number.match) { writer in
      for field in known {
        guard let header = field.header(in: version) else { continue }
        (maskable.contains(field) ? header.masked : header).encode(to: &writer)
      }
    }
    writer.property(Number.wildcards) { writer in
      for field in Self.fields where wildcardable.contains(field) {
        field.header(in: version)?.encode(to: &writer)
      }
    }
    encodeFields(rules, twin: 0, to: &writer, version: version)
    guard misses != rules else { return }
    encode(misses, twin: 1, to: &writer, version: version)
    encodeFields(misses, twin: 1, to: &writer, version: version)
  }

  private func encode(
    _ instructions: TableInstructions, twin: UInt16, to writer: inout ByteWriter, version: OpenFlowVersion
  ) {
    func list(_ bits: UInt32) -> (inout ByteWriter) -> Void {
      { writer in
        for type in 0..<32 where bits & 1 << UInt32(type) != 0 {
          writer.write(UInt16(type))
          writer.write(UInt16(4))
        }
      }
    }
    writer.property(Number.instructions + twin, list(instructions.types))
    writer.property(Number.nextTables + twin) { $0.write(instructions.nextTables) }
    writer.property(Number.writeActions + twin, list(instructions.write.types))
    writer.property(Number.applyActions + twin, list(instructions.apply.types))
  }

  private func encodeFields(
    _ instructions: TableInstructions, twin: UInt16, to writer: inout ByteWriter, version: OpenFlowVersion
  ) {
    for (type, fields) in [
      (Number.writeSetField, instructions.write.fields), (Number.applySetField, instructions.apply.fields),
    ] {
      writer.property(type + twin) { writer in
        for field in fields { field.header(in: version)?.encode(to: &writer) }
      }
    }
  }

  /// Every field that a version has a name for, each name once.
  static let fields: [Field] = {
    var seen: Set<OXMHeader> = []
    return Field.all.filter { field in
      guard let header = field.header(in: .v13) else { return false }
      return seen.insert(header).inserted
    }
  }()
}
