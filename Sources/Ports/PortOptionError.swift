/// What is wrong with a port's type or options, in words for whoever typed them.
public enum PortOptionError: Error, Hashable, Sendable {
  case unknownType(String, allowed: [String])
  case unknownOption(String, type: String, allowed: [String])
  case badValue(option: String, value: String, allowed: String)
  /// Two options of which only one can hold.
  case conflict(String, String)
  case missing(option: String, type: String)
  case badName(String)
}

extension PortOptionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownType(let word, let allowed):
      "unknown port type '\(word)'\(Self.suggestion(for: word, among: allowed))"
    case .unknownOption(let word, let type, let allowed) where allowed.isEmpty:
      "unknown option '\(word)': a port of type \(type) has none"
    case .unknownOption(let word, let type, let allowed):
      "unknown option '\(word)' of a port of type \(type)\(Self.suggestion(for: word, among: allowed))"
    case .badValue(let option, let value, let allowed):
      "option \(option): '\(value)' is not \(allowed)"
    case .conflict(let one, let other):
      "options \(one) and \(other) exclude each other"
    case .missing(let option, let type):
      "a port of type \(type) needs option \(option)"
    case .badName(let name):
      "'\(name)' is no device name: 1 to 15 bytes, no '/', ':', '%' or white space, not '.' or '..'"
    }
  }

  private static func suggestion(for word: String, among allowed: [String]) -> String {
    let list = "allowed: " + allowed.joined(separator: ", ")
    guard let nearest = nearest(to: word, among: allowed) else { return "; " + list }
    return ", did you mean '\(nearest)'? \(list)"
  }

  /// The word that the fewest edits make out of `word`; none when more than a third of it, and more than one
  /// letter, were wrong.
  static func nearest(to word: String, among words: [String]) -> String? {
    let best = words.map { (word: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
      .min { $0.distance < $1.distance }
    guard let best, best.distance <= max(1, word.utf8.count / 3) else { return nil }
    return best.word
  }

  /// Insertions, deletions and replacements that make `b` out of `a` (Levenshtein).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let replaced = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
