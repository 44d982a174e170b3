import Flow
import Match

/// A change of flows as a line says it: the rule, in front of it perhaps what to do with it.
struct FlowLine {
  var mod: FlowMod
  /// Whether the text names a table.
  var namesTable: Bool

  private static let commands: [(String, FlowMod.Command)] = [
    ("add", .add), ("modify", .modify), ("modify_strict", .modifyStrict), ("delete", .delete),
    ("delete_strict", .deleteStrict),
  ]

  /// Reads a line. A keyword in front says the command; without one it is `command`.
  init(
    _ text: String, command: FlowMod.Command, takesKeyword: Bool, ports: PortNames
  ) throws(OfctlError) {
    var command = command
    var rule = text.trimmed
    if takesKeyword, let (word, rest) = Self.firstWord(rule),
      let named = Self.commands.first(where: { $0.0 == word })
    {
      command = named.1
      rule = rest.trimmed
    }
    do throws(FlowSyntaxError) {
      mod = try FlowMod(parsing: rule, command: command, ports: ports.lookup)
    } catch {
      throw OfctlError(error.caret(in: String(rule)))
    }
    namesTable =
      rule.prefix { $0 != "(" }.contains("table=")
      && !rule.hasPrefix("actions=")
    // 1.0 leaves it to the switch; other versions write table 0.
    if command == .add, !namesTable { mod.table = 255 }
  }

  private static func firstWord(_ text: Substring) -> (Substring, Substring)? {
    guard let end = text.firstIndex(where: { $0 == " " || $0 == "\t" }) else { return (text, "") }
    return (text[..<end], text[end...])
  }

  /// The lines of a file, each with its number for errors.
  static func parse(
    file text: String, named path: String, command: FlowMod.Command, takesKeyword: Bool, ports: PortNames
  ) throws(OfctlError) -> [FlowLine] {
    var lines: [FlowLine] = []
    for (number, line) in Lines.significant(in: text) {
      do throws(OfctlError) {
        lines.append(try FlowLine(line, command: command, takesKeyword: takesKeyword, ports: ports))
      } catch {
        throw OfctlError("\(path):\(number): \(error.message)")
      }
    }
    return lines
  }
}
