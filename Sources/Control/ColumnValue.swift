import ControlProtocol

/// One value of a column, before it is checked against the column's type or after it was read from a record.
enum Atom: Hashable, Sendable {
  case integer(Int)
  case boolean(Bool)
  case string(String)
}

/// What a column of a record holds: no value, one, several, or keys with values.
enum ColumnValue: Equatable, Sendable {
  /// At most one value.
  case optional(Atom?)
  case set([Atom])
  case map([String: String])

  static var empty: ColumnValue { .optional(nil) }
  static func string(_ text: String?) -> ColumnValue { .optional(text.map(Atom.string)) }
  static func integer(_ value: (some BinaryInteger)?) -> ColumnValue {
    .optional(value.map { .integer(Int($0)) })
  }
  static func boolean(_ value: Bool?) -> ColumnValue { .optional(value.map(Atom.boolean)) }
  static func integers(_ values: Set<UInt16>) -> ColumnValue {
    .set(values.sorted().map { .integer(Int($0)) })
  }
}

// MARK: As ovs-vsctl writes them

extension Atom: CustomStringConvertible {
  /// A string stands in quotation marks unless it is a plain word.
  var description: String {
    switch self {
    case .integer(let value): String(value)
    case .boolean(let value): value ? "true" : "false"
    case .string(let text): Self.isPlainWord(text) ? text : JSONValue.string(text).text(isIndented: false)
    }
  }

  private static func isPlainWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first), text != "true", text != "false" else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e }
  }

  /// A letter of ASCII or an underscore.
  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
  }

  /// Integers by value, before booleans and strings in the order of their spelling.
  static func precedes(_ a: Atom, _ b: Atom) -> Bool {
    switch (a, b) {
    case (.integer(let a), .integer(let b)): a < b
    case (.integer, _): true
    case (_, .integer): false
    default: a.plainText < b.plainText
    }
  }

  /// Without quotation marks.
  var plainText: String {
    if case .string(let text) = self { text } else { description }
  }

  var json: JSONValue {
    switch self {
    case .integer(let value): .integer(Int64(value))
    case .boolean(let value): .boolean(value)
    case .string(let text): .string(text)
    }
  }
}

extension ColumnValue: CustomStringConvertible {
  /// `10`, `[]`, `[1, 2]`, `{a=b, c="d e"}`.
  var description: String {
    switch self {
    case .optional(let atom?): atom.description
    case .optional(nil): "[]"
    case .set(let atoms): "[\(atoms.map(\.description).joined(separator: ", "))]"
    case .map(let pairs):
      "{\(pairs.sorted { $0.key < $1.key }.map { "\(Atom.string($0))=\(Self.mapValue($1))" }.joined(separator: ", "))}"
    }
  }

  /// Counters stand in maps without quotation marks.
  static func mapValue(_ text: String) -> String {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      ? text : Atom.string(text).description
  }

  /// The same for programs: null, a value, an array, an object of strings.
  var json: JSONValue {
    switch self {
    case .optional(let atom): atom?.json ?? .null
    case .set(let atoms): .array(atoms.map(\.json))
    case .map(let pairs): .object(pairs.mapValues(JSONValue.string))
    }
  }

  var isEmpty: Bool {
    switch self {
    case .optional(let atom): atom == nil
    case .set(let atoms): atoms.isEmpty
    case .map(let pairs): pairs.isEmpty
    }
  }

  /// The elements of a set, or the one value; none of a map.
  var atoms: [Atom] {
    switch self {
    case .optional(let atom): atom.map { [$0] } ?? []
    case .set(let atoms): atoms
    case .map: []
    }
  }

  /// The pairs of a map; none of anything else.
  var pairs: [String: String] {
    if case .map(let pairs) = self { pairs } else { [:] }
  }
}
