/// Splits flow texts into their terms, `key` or `key=value`, with commas or white space between them.
package struct TermScanner {
  /// One term; places are bytes from the start of the scanned text.
  package struct Term {
    package var key: Range<Int>
    package var value: Range<Int>?
  }

  /// Where the next term is looked for.
  package private(set) var position: Int

  package init(from position: Int = 0) { self.position = position }

  /// The next term of `text`, or `nil` at its end. A value in double quotes or parentheses may have separators
  /// inside.
  package mutating func next(in text: borrowing Span<UInt8>) -> Term? {
    while position < text.count, Self.isSeparator(text[position]) { position += 1 }
    guard position < text.count else { return nil }
    let start = position
    while position < text.count, !Self.isSeparator(text[position]) {
      if text[position] == UInt8(ascii: "=") {
        let key = start..<position
        position += 1
        return Term(key: key, value: scanValue(of: text))
      }
      position += 1
    }
    return Term(key: start..<position, value: nil)
  }

  private mutating func scanValue(of text: borrowing Span<UInt8>) -> Range<Int> {
    let start = position
    var isQuoted = false
    var depth = 0
    while position < text.count, isQuoted || depth > 0 || !Self.isSeparator(text[position]) {
      if text[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, text[position] == UInt8(ascii: "(") { depth += 1 }
      if !isQuoted, text[position] == UInt8(ascii: ")") { depth -= 1 }
      if isQuoted, text[position] == UInt8(ascii: "\\"), position + 1 < text.count { position += 1 }
      position += 1
    }
    return start..<position
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      true
    default: false
    }
  }
}
