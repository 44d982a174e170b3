/// What a column may hold, and how the words of a command line become that.
enum ColumnType: Equatable, Sendable {
  /// Always one value: `clear` sets the first one.
  case one(AtomType, default: Atom)
  /// One value or none.
  case optional(AtomType)
  case set(AtomType)
  /// Keys with values; every key is allowed when `keys` is `nil`.
  case map(keys: [MapKey]?)

  /// A key that a map may have.
  struct MapKey: Equatable, Sendable {
    var name: String
    var type: AtomType
  }

  var isMap: Bool {
    if case .map = self { true } else { false }
  }

  /// What `clear` leaves.
  var emptyValue: ColumnValue {
    switch self {
    case .one(_, let value): .optional(value)
    case .optional: .empty
    case .set: .set([])
    case .map: .map([:])
    }
  }

  /// The whole column as `text` spells it.
  func parse(_ text: String, subject: String) throws(CommandError) -> ColumnValue {
    switch self {
    case .one(let type, _), .optional(let type):
      var words = try ValueText.words(of: text, brackets: ("[", "]"), subject: subject)
      if words.isEmpty {
        if case .optional = self { return .empty }
        words = [""]
      }
      guard words.count == 1 else {
        throw CommandError("\(subject): one value is needed, '\(text)' holds \(words.count)")
      }
      return .optional(try type.parse(words[0], subject: subject))
    case .set(let type):
      var atoms: Set<Atom> = []
      for word in try ValueText.words(of: text, brackets: ("[", "]"), subject: subject) {
        for atom in try Self.expand(word, type, subject: subject) {
          guard atoms.insert(atom).inserted else {
            throw CommandError("\(subject): '\(atom)' is given twice")
          }
        }
      }
      return .set(atoms.sorted(by: Atom.precedes))
    case .map:
      var pairs: [String: String] = [:]
      for pair in try ValueText.pairs(of: text, subject: subject) {
        let value = try parse(pair.value, key: pair.key, subject: subject)
        guard pairs.updateValue(value, forKey: pair.key) == nil else {
          throw CommandError("\(subject): key '\(pair.key)' is given twice")
        }
      }
      return .map(pairs)
    }
  }

  /// The value of one key of a map.
  func parse(_ text: String, key: String, subject: String) throws(CommandError) -> String {
    guard case .map(let keys) = self else { throw CommandError("\(subject) has no keys: it is not a map") }
    try check(key: key, subject: subject)
    let type = keys?.first { $0.name == key }?.type ?? .text
    return try type.parse(text, subject: "\(subject):\(key)").plainText
  }

  /// Throws when the map does not have such a key.
  func check(key: String, subject: String) throws(CommandError) {
    guard case .map(let keys) = self else { throw CommandError("\(subject) has no keys: it is not a map") }
    guard let keys else {
      guard !key.isEmpty else { throw CommandError("\(subject): a key is empty") }
      return
    }
    guard keys.contains(where: { $0.name == key }) else {
      throw .unknown("key", key, in: subject, among: keys.map(\.name))
    }
  }

  /// An integer, or the integers of a range `a-b`, both included.
  private static func expand(_ word: String, _ type: AtomType, subject: String) throws(CommandError) -> [Atom]
  {
    if case .integer = type, let dash = word.dropFirst().firstIndex(of: "-") {
      let first = try type.parse(String(word[..<dash]), subject: subject)
      let last = try type.parse(String(word[word.index(after: dash)...]), subject: subject)
      guard case .integer(let first) = first, case .integer(let last) = last, first <= last else {
        throw CommandError("\(subject): the range '\(word)' is empty")
      }
      return (first...last).map(Atom.integer)
    }
    return [try type.parse(word, subject: subject)]
  }
}
