/// The help texts, made from the command list; no daemon is needed for them.
public enum Help {
  /// What `apus --help` prints.
  public static var overview: String {
    let groups = CommandReference.Group.allCases.map { group in
      let commands = CommandReference.all.filter { $0.group == group }
      return "\(group.rawValue):\n"
        + commands.map { entry("\($0.name) \($0.arguments)", $0.summary) }.joined()
    }
    return """
      NAME
        apus - change and look at the switch that apusd runs

      SYNOPSIS
        apus [OPTION]... COMMAND [ARGUMENT]... [-- COMMAND [ARGUMENT]...]...
        apus help COMMAND

      DESCRIPTION
        The words are those of ovs-vsctl, ovs-ofctl and ovs-appctl. Commands joined by '--' are one transaction:
        either all changes are made, or none. Commands that read see the bridges, ports and interfaces as the
        transaction has made them so far, and flow tables, counters and learned addresses as they were before.

        Commands on flows, ports, groups and meters take any OpenFlow switch instead of BRIDGE:
        unix:SOCKET, tcp:ADDRESS[:PORT] (port 6653 unless said otherwise), or the path of a socket. The options of
        ovs-ofctl (-O, -F, -P, -m, --sort, --bundle, ...) mean what they mean there; without -O the highest version
        that both sides speak is used.

        With --dry-run a command that changes something shows what would change and changes nothing: '-' in front
        of what is there now, '+' in front of what would be. It goes as far as the real one goes, with the same
        checks and errors, and holds for all commands that '--' joins. A switch that apus speaks OpenFlow to is
        asked for its rules, groups and meters, and the changes are made to a copy of these; of other messages is
        shown what would be sent.

      OPTIONS
      \(options)
      COMMANDS
      \(groups.joined(separator: "\n"))
      EXIT STATUS
        0  done
        1  refused, or the daemon cannot be reached: standard error says why, and nothing was changed
           lint: there are warnings or errors
        2  br-exists: there is no such bridge; diff-flows: there are differences

      FILES
        \(RunDirectory().managementSocket)
            the daemon's management socket; 'ovs-appctl -t' can use it as well
        \(RunDirectory().descriptorSocket)
            where descriptors are handed over that a command names (options:fd)

      """
  }

  /// What `apus help COMMAND` prints.
  public static func page(of command: CommandReference) -> String {
    var text = """
      NAME
        \(command.name) - \(command.summary)

      SYNOPSIS
        apus \(wrap(command.usage, width: 100).joined(separator: "\n" + String(repeating: " ", count: 7)))

      """
    if !command.details.isEmpty { text += "\nDESCRIPTION\n" + paragraphs(command.details) }
    if !command.options.isEmpty {
      text += "\nOPTIONS\n" + command.options.map { entry($0.spelling, $0.help) }.joined()
    }
    if !command.openFlowOptions.isEmpty {
      text += "\nOPENFLOW OPTIONS\n"
      text += paragraphs("With one of these, or a SWITCH that is no BRIDGE, apus speaks OpenFlow itself.")
      text += command.openFlowOptions.map { entry($0.spelling, $0.help) }.joined()
    }
    if !command.examples.isEmpty {
      text += "\nEXAMPLES\n" + command.examples.map { "  apus \($0)\n" }.joined()
    }
    return text
  }

  private static var options: String {
    [
      ("--json", "print the result as JSON, where the daemon answers; monitor and snoop, too"),
      (
        "-t SECONDS, --timeout=SECONDS",
        "give up when the daemon has not answered by then; 5, more with large files, and 0 for never"
      ),
      ("--dry-run", "of commands that change something: show what would change, and change nothing"),
      ("--run-dir=DIRECTORY", "where the daemon's sockets are; \(RunDirectory.defaultPath)"),
      ("-h, --help", "print this text, or behind a command that command's page"),
      ("-V, --version", "print the version of apus"),
    ].map(entry).joined()
  }

  /// A term and, from column 32 on or below it, its explanation.
  private static func entry(_ term: String, _ explanation: String) -> String {
    let column = 32
    let term = "  " + term.trimmed
    let indent = String(repeating: " ", count: column)
    let gap = String(repeating: " ", count: max(0, column - term.count))
    let head = term.count + 2 <= column ? term + gap : "\(term)\n\(indent)"
    return head + wrap(explanation, width: 110 - column).joined(separator: "\n\(indent)") + "\n"
  }

  private static func paragraphs(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let lines = line.hasPrefix(" ") || line.isEmpty ? [String(line)] : wrap(line, width: 100)
      return lines.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
    }.joined()
  }

  private static func wrap(_ text: some StringProtocol, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

extension String {
  /// Without spaces at its end.
  fileprivate var trimmed: Substring {
    self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)]
  }
}
