import Match

/// Cuts a text into calls. Commas and white space stand between them, as many as one likes; those in
/// parentheses and in double quotes belong to the call around them.
struct ActionScanner {
  private let bytes: Substring.UTF8View
  private var index: Substring.Index
  /// Bytes from the start of the whole text to `index`.
  private var offset: Int
  private let context: ActionContext

  init(_ text: Substring, at offset: Int, in context: ActionContext) {
    bytes = text.utf8
    index = bytes.startIndex
    self.offset = offset
    self.context = context
  }

  /// The next call, or `nil` at the end of the text.
  mutating func next() throws(FlowSyntaxError) -> ActionCall? {
    while let byte = peek, Self.isSeparator(byte) { advance() }
    guard peek != nil else { return nil }
    let nameOffset = offset
    let name = takeBalanced { byte in Self.isSeparator(byte) || Self.endsName(byte) }
    guard !name.isEmpty else {
      throw FlowSyntaxError(.missing("an action", because: "a value stands without a name"), at: nameOffset)
    }
    var argument: Substring?
    var isParenthesized = false
    switch peek {
    case UInt8(ascii: "("):
      isParenthesized = true
      advance()
    case UInt8(ascii: ":"), UInt8(ascii: "="): advance()
    default: break
    }
    let argumentOffset = offset
    var target: ActionCall.Piece?
    if isParenthesized {
      argument = try takeParenthesized()
      let isTargeted = Action.CheckPacketLarger.keywords.contains(name.lowercased())
      if isTargeted && bytes[index...].starts(with: "->".utf8) {
        advance()
        advance()
        let targetOffset = offset
        target = ActionCall.Piece(text: takeUntilSeparator(), offset: targetOffset)
      } else if let byte = peek, !Self.isSeparator(byte) {
        throw FlowSyntaxError(
          .missing("','", because: "another action follows the closing parenthesis"), at: offset)
      }
    } else if argumentOffset > nameOffset + name.utf8.count {
      argument = takeUntilSeparator()
    }
    return ActionCall(
      name: name, keyword: name.lowercased(), offset: nameOffset, argument: argument,
      argumentOffset: argumentOffset, isParenthesized: isParenthesized, target: target, context: context)
  }

  /// What stands before the parenthesis that closes the one just passed, which is passed too.
  private mutating func takeParenthesized() throws(FlowSyntaxError) -> Substring {
    let opening = offset - 1
    let inside = takeBalanced { byte in byte == UInt8(ascii: ")") }
    guard peek != nil else {
      throw FlowSyntaxError(.missing("')'", because: "this parenthesis is not closed"), at: opening)
    }
    advance()
    return inside
  }

  private mutating func takeUntilSeparator() -> Substring { takeBalanced(until: Self.isSeparator) }

  /// Everything before the first byte outside of quotes and inner parentheses for which `isEnd` holds.
  private mutating func takeBalanced(until isEnd: (UInt8) -> Bool) -> Substring {
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

  private var peek: UInt8? { index == bytes.endIndex ? nil : bytes[index] }

  private mutating func advance() {
    index = bytes.index(after: index)
    offset += 1
  }

  private mutating func take(while belongs: (UInt8) -> Bool) -> Substring {
    let start = index
    while let byte = peek, belongs(byte) { advance() }
    return Substring(bytes[start..<index])
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      true
    default: false
    }
  }

  private static func endsName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "(")
  }
}
