public import Match

/// A text of many rules, one in each line. `#` starts a comment, blank lines do not count.
public enum FlowFile {
  /// Reads `text` and gives every rule, in order, to `body` together with the number of its line, counted from 1.
  ///
  /// - Parameters:
  ///   - text: all lines.
  ///   - file: what errors call the text.
  ///   - command: what to do with the rules.
  ///   - ports: finds ports by name.
  /// - Throws: `FlowFileError` for the first line that is refused; rules before it were given to `body`.
  public static func forEachRule(
    of text: String, named file: String, command: FlowMod.Command,
    ports: @escaping PortLookup = { _ in nil }, _ body: (FlowMod, _ line: Int) -> Void
  ) throws(FlowFileError) {
    var parser = FlowModParser(command: command, ports: ports)
    let bytes = text.utf8.span
    var line = 0
    var start = 0
    var index = text.startIndex
    while start < bytes.count {
      line += 1
      var end = start
      var comment: Int?
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
        if bytes[end] == UInt8(ascii: "#"), comment == nil { comment = end }
        end += 1
      }
      let ruleEnd = trimmedEnd(of: bytes, from: start, to: comment ?? end)
      let next = text.utf8.index(index, offsetBy: end - start)
      if ruleEnd > start {
        let rule = text[index..<text.utf8.index(index, offsetBy: ruleEnd - start)]
        do throws(FlowSyntaxError) {
          body(try parser.parse(rule), line)
        } catch {
          throw FlowFileError(file: file, line: line, text: String(rule), error: error)
        }
      }
      start = end + 1
      index = next == text.endIndex ? next : text.utf8.index(after: next)
    }
  }

  /// All rules of `text`; see `forEachRule`.
  public static func parse(
    _ text: String, named file: String, command: FlowMod.Command, ports: @escaping PortLookup = { _ in nil }
  ) throws(FlowFileError) -> [FlowMod] {
    var rules: [FlowMod] = []
    try forEachRule(of: text, named: file, command: command, ports: ports) { rule, _ in rules.append(rule) }
    return rules
  }

  /// Where the white space at the end of `start..<end` starts; `start` when there is nothing else.
  private static func trimmedEnd(of bytes: borrowing Span<UInt8>, from start: Int, to end: Int) -> Int {
    var end = end
    while end > start, bytes[end - 1] == UInt8(ascii: " ") || 9...13 ~= bytes[end - 1] { end -= 1 }
    return end
  }
}

/// Why a line of a file of rules was refused.
public struct FlowFileError: Error, Equatable, Sendable {
  public var file: String
  /// From 1.
  public var line: Int
  /// The line, without its comment.
  public var text: String
  /// Its offset counts from the start of the line.
  public var error: FlowSyntaxError

  /// The character at fault, from 1.
  public var column: Int {
    let end = text.utf8.index(text.startIndex, offsetBy: error.offset, limitedBy: text.endIndex)
    return text[..<(end ?? text.endIndex)].count + 1
  }
}

extension FlowFileError: CustomStringConvertible {
  /// `file:line:column: message`, the line, and `^` under the fault.
  public var description: String {
    "\(file):\(line):\(column): \(error)\n\(FlowSyntaxError.pointer(at: error.offset, in: text))"
  }
}
