import Match

extension ActionCall {
  /// A name within an argument, with its own argument if there is one: `name`, `name=argument`, `name:argument`
  /// or `name(argument)`.
  struct Part {
    let name: Substring
    let argument: Piece?

    /// Throws when a parenthesis is not closed, or something follows it.
    init(_ piece: Piece, of subject: String) throws(FlowSyntaxError) {
      let text = piece.text
      name = text.prefix { $0 != "(" && $0 != "=" && $0 != ":" }
      guard name.endIndex != text.endIndex else {
        argument = nil
        return
      }
      var inside = text[name.endIndex...].dropFirst()
      if text[name.endIndex] == "(" {
        guard inside.last == ")" else {
          throw FlowSyntaxError(
            .missing("')'", because: "this parenthesis of \(subject) is not closed"),
            at: piece.offset + name.utf8.count)
        }
        inside = inside.dropLast()
      }
      argument = Piece(text: inside, offset: piece.offset + name.utf8.count + 1)
    }
  }
}

extension ActionCall.Piece {
  /// What stands between the commas, save those in parentheses; white space around it does not count.
  func elements() -> [ActionCall.Piece] {
    guard !text.isEmpty else { return [] }
    var depth = 0
    let parts = text.split(omittingEmptySubsequences: false) { (character: Character) in
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      return character == "," && depth <= 0
    }
    var result: [ActionCall.Piece] = []
    var start = offset
    for part in parts {
      let front = part.prefix { $0 == " " }
      var trimmed = part[front.endIndex...]
      while trimmed.last == " " { trimmed.removeLast() }
      result.append(ActionCall.Piece(text: trimmed, offset: start + front.utf8.count))
      start += part.utf8.count + 1
    }
    return result
  }

  /// The bytes that an even number of hexadecimal digits spells; `nil` for anything else. A dot may stand between
  /// two bytes.
  func hexadecimalBytes() -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix(2)
      guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let byte = UInt8(digits, radix: 16)
      else {
        return nil
      }
      bytes.append(byte)
      rest = rest.dropFirst(2)
      if rest.first == ".", rest.count > 1 { rest = rest.dropFirst() }
    }
    return bytes
  }
}

extension String {
  /// Appends two hexadecimal digits.
  mutating func appendHexadecimalDigits(of byte: UInt8) {
    self += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }
}
