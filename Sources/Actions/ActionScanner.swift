import Match

/// Cuts a text into calls. Commas and white space stand between them, as many as one likes; those in
/// parentheses and in double quotes belong to the call around them.
struct ActionScanner {
  private var cursor: TextCursor
  private let context: ActionContext

  init(_ text: Substring, at offset: Int, in context: ActionContext) {
    cursor = TextCursor(text, at: offset)
    self.context = context
  }

  /// The next call, or `nil` at the end of the text.
  mutating func next() throws(FlowSyntaxError) -> ActionCall? {
    while let byte = cursor.peek, TextCursor.isSeparator(byte) { cursor.advance() }
    guard cursor.peek != nil else { return nil }
    let nameOffset = cursor.offset
    let name = cursor.takeBalanced { byte in TextCursor.isSeparator(byte) || Self.endsName(byte) }
    guard !name.isEmpty else {
      throw FlowSyntaxError(.missing("an action", because: "a value stands without a name"), at: nameOffset)
    }
    var argument: Substring?
    var isParenthesized = false
    switch cursor.peek {
    case UInt8(ascii: "("):
      isParenthesized = true
      cursor.advance()
    case UInt8(ascii: ":"), UInt8(ascii: "="): cursor.advance()
    default: break
    }
    let argumentOffset = cursor.offset
    var target: ActionCall.Piece?
    if isParenthesized {
      argument = try takeParenthesized()
      let isTargeted = Action.CheckPacketLarger.keywords.contains(name.lowercased())
      if isTargeted && cursor.bytes[cursor.index...].starts(with: "->".utf8) {
        cursor.advance()
        cursor.advance()
        let targetOffset = cursor.offset
        target = ActionCall.Piece(text: takeUntilSeparator(), offset: targetOffset)
      } else if let byte = cursor.peek, !TextCursor.isSeparator(byte) {
        throw FlowSyntaxError(
          .missing("','", because: "another action follows the closing parenthesis"), at: cursor.offset)
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
    let opening = cursor.offset - 1
    let inside = cursor.takeBalanced { byte in byte == UInt8(ascii: ")") }
    guard cursor.peek != nil else {
      throw FlowSyntaxError(.missing("')'", because: "this parenthesis is not closed"), at: opening)
    }
    cursor.advance()
    return inside
  }

  private mutating func takeUntilSeparator() -> Substring {
    cursor.takeBalanced(until: TextCursor.isSeparator)
  }

  private static func endsName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "(")
  }
}
