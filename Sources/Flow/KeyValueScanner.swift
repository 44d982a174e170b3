/// Cuts a text into words: `key`, `key=value`, `key:value` or `key(value)`, with commas or white space between
/// them. Those in parentheses and in double quotes belong to the value around them.
struct KeyValueScanner {
  /// A part of the text.
  struct Piece {
    var text: Substring
    /// Bytes from the start of the whole text to the part.
    var offset: Int
  }

  struct Word {
    var key: Piece
    /// `nil` for a key alone.
    var value: Piece?
    /// All of the word.
    var whole: Piece

    /// Where a value is, or should be.
    var valueOffset: Int { value?.offset ?? whole.offset + whole.text.utf8.count }
  }

  private let bytes: Substring.UTF8View
  private var index: Substring.Index
  private var offset: Int

  init(_ piece: Piece) {
    bytes = piece.text.utf8
    index = bytes.startIndex
    offset = piece.offset
  }

  /// The next word, or `nil` at the end. A parenthesis that is not closed ends with the text.
  mutating func next() -> Word? {
    while let byte = peek, Self.isSeparator(byte) { advance() }
    guard peek != nil else { return nil }
    let start = (index: index, offset: offset)
    let key = take { byte in
      !Self.isSeparator(byte) && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ":")
        && byte != UInt8(ascii: "(")
    }
    var value: Piece?
    switch peek {
    case UInt8(ascii: "(")?:
      advance()
      value = takeBalanced { $0 == UInt8(ascii: ")") }
      if peek != nil { advance() }
      // What sticks to the parenthesis is part of the word, though not of its value.
      if let next = peek, !Self.isSeparator(next) { _ = takeBalanced(until: Self.isSeparator) }
    case UInt8(ascii: "=")?, UInt8(ascii: ":")?:
      advance()
      value = takeBalanced(until: Self.isSeparator)
    default: break
    }
    return Word(
      key: key, value: value, whole: Piece(text: bytesText(from: start.index), offset: start.offset))
  }

  private func bytesText(from start: Substring.Index) -> Substring { Substring(bytes[start..<index]) }

  private var peek: UInt8? { index == bytes.endIndex ? nil : bytes[index] }

  private mutating func advance() {
    index = bytes.index(after: index)
    offset += 1
  }

  private mutating func take(while belongs: (UInt8) -> Bool) -> Piece {
    let (start, startOffset) = (index, offset)
    while let byte = peek, belongs(byte) { advance() }
    return Piece(text: bytesText(from: start), offset: startOffset)
  }

  /// Everything before the first byte outside of quotes and inner parentheses for which `isEnd` holds.
  private mutating func takeBalanced(until isEnd: (UInt8) -> Bool) -> Piece {
    var depth = 0
    var isQuoted = false
    return take { byte in
      if isQuoted {
        isQuoted = byte != UInt8(ascii: "\"")
        return true
      }
      if depth == 0 && isEnd(byte) { return false }
      switch byte {
      case UInt8(ascii: "\""): isQuoted = true
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      default: break
      }
      return true
    }
  }

  static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      true
    default: false
    }
  }
}
