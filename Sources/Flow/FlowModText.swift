import Actions
public import Match

/// Reads rules as ovs-ofctl(8) takes them ("Flow Syntax"): a match, keys such as `priority=` and, last,
/// `actions=`. A parser keeps its storage from rule to rule, so use one for many.
public struct FlowModParser {
  public let command: FlowMod.Command
  private let ports: PortLookup
  private var match = FlowMatchParser()

  /// A parser of rules for one command.
  ///
  /// - Parameters:
  ///   - command: what to do with the rules; it says which keys are allowed and which are needed.
  ///   - ports: finds ports by name.
  public init(command: FlowMod.Command, ports: @escaping PortLookup = { _ in nil }) {
    self.command = command
    self.ports = ports
  }

  /// The change that `text` asks for. Without `table`, an add is for table 0, any other command for all tables.
  ///
  /// - Parameters:
  ///   - text: one rule.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  /// - Throws: `FlowSyntaxError` when anything in `text` is not understood or is not allowed in this command.
  public mutating func parse(_ text: Substring, at offset: Int = 0) throws(FlowSyntaxError) -> FlowMod {
    match.removeAll()
    var result = FlowMod(command: command, table: command == .add ? 0 : Self.allTables)
    let bytes = text.utf8.span
    var scanner = TermScanner()
    var seen: UInt32 = 0
    var actionsStart: Int?
    while actionsStart == nil, let term = scanner.next(in: bytes) {
      guard let word = FlowModKey.named(bytes.extracting(term.key)) else {
        try match.add(term, of: bytes, at: offset, ports: ports, otherNames: FlowModKey.names)
        continue
      }
      let selects = command.isDelete || hasMask(term, of: bytes)
      let key = word == .cookie && selects ? .cookieMask : word
      let keyOffset = offset + term.key.lowerBound
      if let because = key.refusal(in: command) {
        throw FlowSyntaxError(.notAllowed(key.spelling, because: because), at: keyOffset)
      }
      guard seen & 1 << key.rawValue == 0 || key == .ignored else {
        throw FlowSyntaxError(.repeated(key.spelling), at: keyOffset)
      }
      seen |= 1 << key.rawValue
      if key == .actions {
        actionsStart = term.value?.lowerBound ?? term.key.upperBound
      } else {
        try apply(key, term, of: bytes, at: offset, to: &result)
      }
    }
    result.match = try match.finish()
    if let actionsStart {
      let start = text.utf8.index(text.startIndex, offsetBy: actionsStart)
      let isInTable0 = command == .add && result.table == Self.allTables
      result.actions = try ActionList.parse(
        text[start...], at: offset + actionsStart, ports: ports, for: result.match,
        table: isInTable0 ? 0 : result.table)
    } else if !command.isDelete {
      let because = "say what to do with the frames, for instance actions=drop"
      throw FlowSyntaxError(.missing("actions=", because: because), at: offset + bytes.count)
    }
    return result
  }

  /// Puts the value of one key into `result`.
  private func apply(
    _ key: FlowModKey, _ term: TermScanner.Term, of text: borrowing Span<UInt8>, at offset: Int,
    to result: inout FlowMod
  ) throws(FlowSyntaxError) {
    if let flag = key.flag {
      guard term.value == nil else {
        throw FlowSyntaxError(.unexpectedValue(of: key.spelling), at: offset + term.key.upperBound)
      }
      result.flags.insert(flag)
      return
    }
    let place = term.value ?? term.key.upperBound..<term.key.upperBound
    let value = text.extracting(place)
    let start = offset + place.lowerBound
    switch key {
    case .table:
      if NumberText.parse(value) == UInt64(Self.allTables) {
        result.table = Self.allTables
      } else {
        result.table = UInt8(try NumberText.parse(value, at: start, of: "table", in: 0...253))
      }
    case .priority: result.priority = try parse16(value, at: start, of: "priority")
    case .idleTimeout: result.idleTimeout = try parse16(value, at: start, of: "idle_timeout")
    case .hardTimeout: result.hardTimeout = try parse16(value, at: start, of: "hard_timeout")
    case .importance: result.importance = try parse16(value, at: start, of: "importance")
    case .outPort: result.outPort = try PortNumber.parse(value, at: start, of: "out_port", ports: ports)
    case .cookie: result.newCookie = try parseCookie(value, at: start)
    case .cookieMask:
      let slash = value.indices.first { value[$0] == UInt8(ascii: "/") }
      result.cookieMask =
        if let slash { try parseCookie(value.extracting((slash + 1)...), at: start + slash + 1) } else { ~0 }
      result.cookie = try parseCookie(value.extracting(..<(slash ?? value.count)), at: start)
      result.cookie &= result.cookieMask
    case .ignored, .actions, .sendFlowRemoved, .checkOverlap, .resetCounts, .noPacketCounts, .noByteCounts:
      break
    }
  }

  private func hasMask(_ term: TermScanner.Term, of text: borrowing Span<UInt8>) -> Bool {
    (term.value ?? 0..<0).contains { text[$0] == UInt8(ascii: "/") }
  }

  private func parse16(
    _ text: borrowing Span<UInt8>, at offset: Int, of subject: String
  ) throws(FlowSyntaxError) -> UInt16 {
    UInt16(try NumberText.parse(text, at: offset, of: subject, in: 0...0xffff))
  }

  /// 64 bits; -1 stands for all ones.
  private func parseCookie(_ text: borrowing Span<UInt8>, at offset: Int) throws(FlowSyntaxError) -> UInt64 {
    if text.count == 2, text[0] == UInt8(ascii: "-"), text[1] == UInt8(ascii: "1") { return ~0 }
    return try NumberText.parse(text, at: offset, of: "cookie", in: 0...UInt64.max)
  }

  /// `table=255`: OpenFlow's OFPTT_ALL.
  private static var allTables: UInt8 { 255 }
}

extension FlowMod {
  /// The change that `text` asks for; see `FlowModParser.parse`.
  public init(
    parsing text: Substring, command: Command, ports: @escaping PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) {
    var parser = FlowModParser(command: command, ports: ports)
    self = try parser.parse(text)
  }
}
