import Flow
import Match

/// A change of groups as a line says it: the group, in front of it perhaps what to do with it.
enum GroupLine {
  static let commands: [(word: String, command: GroupMod.Command)] = [
    ("add", .add), ("modify", .modify), ("add_or_mod", .addOrModify), ("delete", .delete),
    ("insert_bucket", .insertBucket), ("remove_bucket", .removeBucket),
  ]

  /// Reads a line. A keyword in front says the command, if one is taken; without one it is `command`.
  static func parse(
    _ text: String, command: GroupMod.Command, takesKeyword: Bool, ports: PortNames
  ) throws(OfctlError) -> GroupMod {
    var command = command
    var group = text.trimmed
    let word = group.prefix { !$0.isWhitespace }
    if takesKeyword, let named = commands.first(where: { $0.word == word }) {
      command = named.command
      group = group[word.endIndex...].trimmed
    }
    do throws(FlowSyntaxError) {
      return try GroupMod(parsing: group, command: command, ports: ports.lookup)
    } catch {
      throw OfctlError(error.caret(in: String(group)))
    }
  }

  /// The lines of a file.
  static func parse(
    file text: String, named path: String, command: GroupMod.Command, takesKeyword: Bool, ports: PortNames
  ) throws(OfctlError) -> [(mod: GroupMod, name: String)] {
    var groups: [(GroupMod, String)] = []
    for (number, line) in Lines.significant(in: text) {
      do throws(OfctlError) {
        let mod = try parse(line, command: command, takesKeyword: takesKeyword, ports: ports)
        groups.append((mod, "\(path):\(number)"))
      } catch {
        throw OfctlError("\(path):\(number): \(error.message)")
      }
    }
    return groups
  }
}
