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
  /// What stands behind `)->`, for the actions that are written so.
  let target: Piece?
  let context: ActionContext

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

  /// The parts of the argument between its commas and spaces, at least `count` of them.
  func words(_ count: Int, expected: String) throws(FlowSyntaxError) -> [Piece] {
    let text = try argument(expected: expected)
    let words = Piece(text: text, offset: argumentOffset).split(at: { $0 == "," || $0 == " " })
    guard words.count >= count, isParenthesized else {
      throw FlowSyntaxError(
        .badValue(of: keyword, value: String(text), expected: expected), at: argumentOffset)
    }
    return words
  }

  /// The argument as settings, which are written as actions are: `key`, `key=value`, `key(value)`. The same one
  /// may come several times.
  func settings() throws(FlowSyntaxError) -> [ActionCall] {
    guard let argument else { return [] }
    var scanner = ActionScanner(argument, at: argumentOffset, in: context)
    var result: [ActionCall] = []
    while let setting = try scanner.next() { result.append(setting) }
    return result
  }

  /// The error for a setting of `action` that is none of `known`.
  func unknown(in action: String, known: [String]) -> FlowSyntaxError {
    let nearest = nearestName(to: name, among: known)
    return FlowSyntaxError(
      .unknown(kind: "option of \(action)", name: String(name), nearest: nearest), at: offset)
  }

  /// The argument as a list of actions, none when there is no argument.
  func actions(
    in list: ActionContext.List, ports: PortLookup
  ) throws(FlowSyntaxError) -> [Action] {
    guard let argument else { return [] }
    guard context.depth < ActionList.maximumDepth else {
      throw FlowSyntaxError(
        .notAllowed(keyword, because: "inside of \(ActionList.maximumDepth) others"), at: offset)
    }
    let inner = ActionContext(list: list, depth: context.depth + 1)
    return try ActionList.parse(argument, at: argumentOffset, ports: ports, in: inner)
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

  /// Without the first `count` bytes.
  func dropFirst(_ count: Int) -> ActionCall.Piece {
    ActionCall.Piece(
      text: Substring(text.utf8.dropFirst(count)), offset: offset + min(count, text.utf8.count))
  }

  /// Without spaces at both ends.
  var trimmed: ActionCall.Piece {
    let start = dropFirst(text.utf8.prefix { $0 == UInt8(ascii: " ") }.count)
    let end = start.text.utf8.reversed().prefix { $0 == UInt8(ascii: " ") }.count
    return ActionCall.Piece(text: Substring(start.text.utf8.dropLast(end)), offset: start.offset)
  }

  /// The parts between separators that are not empty.
  func split(at isSeparator: (Character) -> Bool) -> [ActionCall.Piece] {
    var result: [ActionCall.Piece] = []
    for part in text.split(whereSeparator: isSeparator) {
      let start = text.utf8.distance(from: text.startIndex, to: part.startIndex)
      result.append(ActionCall.Piece(text: part, offset: offset + start))
    }
    return result
  }
}
