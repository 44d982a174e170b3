import Match

/// One action as it stands in a text: `name`, `name:argument`, `name=argument` or `name(argument)`.
struct ActionCall {
  /// As written; in lower case it is `keyword`.
  let name: Substring
  let keyword: String
  /// Bytes from the start of the whole text to the name.
  let offset: Int
  /// `nil` when the name stands alone.
  let argument: Substring?
  /// Bytes from the start of the whole text to the argument, or to where it should be.
  let argumentOffset: Int
  let isParenthesized: Bool
  /// Inside `write_actions(...)`.
  let isNested: Bool

  /// The argument; throws when there is none.
  func argument(expected: String) throws(FlowSyntaxError) -> Substring {
    if let argument, !argument.isEmpty { return argument }
    throw FlowSyntaxError(.missingValue(of: keyword, expected: expected), at: argumentOffset)
  }

  /// Throws when there is an argument. An empty pair of parentheses is none.
  func refuseArgument() throws(FlowSyntaxError) {
    guard let argument, !(isParenthesized && argument.isEmpty) else { return }
    throw FlowSyntaxError(.unexpectedValue(of: keyword), at: argumentOffset)
  }

  /// The argument as a number.
  func number(in allowed: ClosedRange<UInt64>) throws(FlowSyntaxError) -> UInt64 {
    let text = try argument(expected: "a number from \(allowed.lowerBound) to \(allowed.upperBound)")
    return try NumberText.parse(text, at: argumentOffset, of: keyword, in: allowed)
  }

  /// Part of an argument and where it stands.
  struct Piece {
    let text: Substring
    let offset: Int
  }

  /// What stands on both sides of the argument's `->`.
  func arrow(expected: String) throws(FlowSyntaxError) -> (from: Piece, to: Piece) {
    let text = try argument(expected: expected)
    guard let arrow = text.indices.first(where: { text[$0...].hasPrefix("->") }) else {
      throw FlowSyntaxError(
        .missing("'->'", because: "\(keyword) is written \(expected)"), at: argumentOffset)
    }
    let target = text[arrow...].dropFirst(2)
    let targetOffset = argumentOffset + text[..<arrow].utf8.count + 2
    return (Piece(text: text[..<arrow], offset: argumentOffset), Piece(text: target, offset: targetOffset))
  }

  /// The parts of the argument between its commas, save those in double quotes.
  func pieces() -> [Piece] {
    guard let argument else { return [] }
    var isQuoted = false
    let parts = argument.split(omittingEmptySubsequences: false) { (character: Character) in
      if character == "\"" { isQuoted.toggle() }
      return character == "," && !isQuoted
    }
    var result: [Piece] = []
    var offset = argumentOffset
    for part in parts {
      result.append(Piece(text: part, offset: offset))
      offset += part.utf8.count + 1
    }
    return result
  }

  /// The argument as `key=value,...`; `known` are the keys there are.
  func options(_ known: [String]) throws(FlowSyntaxError) -> [(key: String, value: Piece)] {
    var result: [(key: String, value: Piece)] = []
    for piece in pieces() where !piece.text.isEmpty {
      let key = piece.text.prefix { $0 != "=" && $0 != ":" }
      guard known.contains(String(key)) else {
        let nearest = nearestName(to: key, among: known)
        throw FlowSyntaxError(
          .unknown(kind: "option of \(keyword)", name: String(key), nearest: nearest), at: piece.offset)
      }
      guard !result.contains(where: { $0.key == key }) else {
        throw FlowSyntaxError(.repeated(String(key)), at: piece.offset)
      }
      let value = Piece(
        text: piece.text.dropFirst(key.count + 1), offset: piece.offset + key.utf8.count + 1)
      result.append((String(key), value))
    }
    return result
  }
}

extension ActionCall.Piece {
  /// The piece as a number.
  func number(of subject: String, in allowed: ClosedRange<UInt64>) throws(FlowSyntaxError) -> UInt64 {
    try NumberText.parse(text, at: offset, of: subject, in: allowed)
  }
}
