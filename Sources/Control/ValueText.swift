/// Cuts the text of a column into its values, in the syntax of ovs-vsctl(8), "Database Values": separated by
/// commas or spaces, in brackets or not, each a word or a string in quotation marks with JSON's escapes.
enum ValueText {
  static func words(
    of text: String, brackets: (open: Character, close: Character), subject: String
  ) throws(CommandError) -> [String] {
    var scanner = Scanner(try unbracketed(text, brackets, subject), subject: subject)
    var words: [String] = []
    while scanner.skipSeparators() { words.append(try scanner.word(endingAt: ", ")) }
    return words
  }

  static func pairs(of text: String, subject: String) throws(CommandError) -> [(key: String, value: String)] {
    var scanner = Scanner(try unbracketed(text, ("{", "}"), subject), subject: subject)
    var pairs: [(key: String, value: String)] = []
    while scanner.skipSeparators() {
      let key = try scanner.word(endingAt: "=, ")
      guard scanner.skip("=") else { throw CommandError("\(subject): '\(key)' needs a value: KEY=VALUE") }
      pairs.append((key, try scanner.word(endingAt: ", ")))
    }
    return pairs
  }

  /// A single value: all of `text`, or the string in quotation marks that it is.
  static func single(_ text: String, subject: String) throws(CommandError) -> String {
    guard text.first == "\"" else { return text }
    var scanner = Scanner(text[...], subject: subject)
    let word = try scanner.word(endingAt: "")
    guard scanner.isAtEnd else { throw CommandError("\(subject): text behind the closing quotation mark") }
    return word
  }

  private static func unbracketed(
    _ text: String, _ brackets: (open: Character, close: Character), _ subject: String
  ) throws(CommandError) -> Substring {
    guard text.first == brackets.open else { return text[...] }
    guard text.count >= 2, text.last == brackets.close else {
      throw CommandError("\(subject): '\(brackets.open)' without '\(brackets.close)'")
    }
    return text.dropFirst().dropLast()
  }

  private struct Scanner {
    var rest: Substring
    let subject: String

    init(_ text: Substring, subject: String) {
      rest = text
      self.subject = subject
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Whether anything stands behind them.
    mutating func skipSeparators() -> Bool {
      rest = rest.drop { $0 == " " || $0 == "," }
      return !rest.isEmpty
    }

    mutating func skip(_ character: Character) -> Bool {
      guard rest.first == character else { return false }
      rest.removeFirst()
      return true
    }

    mutating func word(endingAt ends: String) throws(CommandError) -> String {
      guard skip("\"") else {
        let word = rest.prefix { !ends.contains($0) }
        rest = rest[word.endIndex...]
        return String(word)
      }
      var word = ""
      while let character = rest.popFirst() {
        switch character {
        case "\"": return word
        case "\\": word.append(try escape())
        default: word.append(character)
        }
      }
      throw CommandError("\(subject): a closing quotation mark is missing")
    }

    private mutating func escape() throws(CommandError) -> Character {
      switch rest.popFirst() {
      case "n": return "\n"
      case "t": return "\t"
      case "r": return "\r"
      case "b": return "\u{8}"
      case "f": return "\u{c}"
      case let character? where "\"\\/".contains(character): return character
      case "u":
        let digits = rest.prefix(4)
        guard digits.count == 4, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
        else {
          throw CommandError(#"\#(subject): \u is followed by four hexadecimal digits"#)
        }
        rest = rest.dropFirst(4)
        return Character(scalar)
      default: throw CommandError(#"\#(subject): a \ stands before one of " \ / b f n r t u"#)
      }
    }
  }
}
