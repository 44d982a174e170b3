import Match

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

  private var cursor: TextCursor

  init(_ piece: Piece) { cursor = TextCursor(piece.text, at: piece.offset) }

  /// The next word, or `nil` at the end. A parenthesis that is not closed ends with the text.
  mutating func next() -> Word? {
    while let byte = cursor.peek, TextCursor.isSeparator(byte) { cursor.advance() }
    guard cursor.peek != nil else { return nil }
    let start = (index: cursor.index, offset: cursor.offset)
    let key = piece { cursor in
      cursor.take { byte in
        !TextCursor.isSeparator(byte) && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ":")
          && byte != UInt8(ascii: "(")
      }
    }
    var value: Piece?
    switch cursor.peek {
    case UInt8(ascii: "(")?:
      cursor.advance()
      value = piece { $0.takeBalanced { $0 == UInt8(ascii: ")") } }
      if cursor.peek != nil { cursor.advance() }
      // What sticks to the parenthesis is part of the word, though not of its value.
      if let next = cursor.peek, !TextCursor.isSeparator(next) {
        _ = cursor.takeBalanced(until: TextCursor.isSeparator)
      }
    case UInt8(ascii: "=")?, UInt8(ascii: ":")?:
      cursor.advance()
      value = piece { $0.takeBalanced(until: TextCursor.isSeparator) }
    default: break
    }
    return Word(
      key: key, value: value, whole: Piece(text: cursor.text(from: start.index), offset: start.offset))
  }

  /// What `take` passes over, and where it is.
  private mutating func piece(_ take: (inout TextCursor) -> Substring) -> Piece {
    let offset = cursor.offset
    return Piece(text: take(&cursor), offset: offset)
  }
}
