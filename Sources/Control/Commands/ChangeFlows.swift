import Flow
import Match

enum AddFlow: Command {
  static let name = "add-flow"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try transaction.changeFlows(arguments, .add)
  }
}

enum AddFlows: Command {
  static let name = "add-flows"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let text = arguments.files[arguments[1]] else {
      throw CommandError("add-flows: the file is read by apus, not by the daemon; use 'apus add-flows'")
    }
    _ = try transaction.configuration.bridge(named: arguments[0])
    transaction.change(
      flowsFile: text, named: arguments[1], of: arguments[0], .add,
      warnsOfOverlaps: arguments.has("--warn-overlap"))
    return .none
  }
}

enum ModifyFlows: Command {
  static let name = "mod-flows"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try transaction.changeFlows(arguments, arguments.has("--strict") ? .modifyStrict : .modify)
  }
}

enum DeleteFlows: Command {
  static let name = "del-flows"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try transaction.changeFlows(arguments, arguments.has("--strict") ? .deleteStrict : .delete)
  }
}

extension Transaction {
  /// `BRIDGE [FLOW]`: one rule, or with `-` those of standard input.
  fileprivate mutating func changeFlows(
    _ arguments: Arguments, _ command: FlowMod.Command
  ) throws(CommandError) -> Output {
    let bridge = arguments[0]
    _ = try configuration.bridge(named: bridge)
    let text = arguments.optional(1) ?? ""
    let warns = arguments.has("--warn-overlap")
    if text == "-", let file = arguments.files["-"] {
      change(flowsFile: file, named: "-", of: bridge, command, warnsOfOverlaps: warns)
    } else {
      change(flowsOf: bridge, warnsOfOverlaps: warns) { ports throws(CommandError) in
        [try FlowText.parse(text, command, ports)]
      }
    }
    return .none
  }

  fileprivate mutating func change(
    flowsFile text: String, named file: String, of bridge: String, _ command: FlowMod.Command,
    warnsOfOverlaps: Bool
  ) {
    change(flowsOf: bridge, warnsOfOverlaps: warnsOfOverlaps) { ports throws(CommandError) in
      do throws(FlowFileError) {
        return try FlowFile.parse(
          text, named: file == "-" ? "standard input" : file, command: command, ports: ports)
      } catch {
        throw CommandError("\(error)")
      }
    }
  }
}

/// Rules and filters on a command line.
enum FlowText {
  static func parse(
    _ text: String, _ command: FlowMod.Command, _ ports: @escaping PortLookup
  ) throws(CommandError) -> FlowMod {
    do throws(FlowSyntaxError) {
      return try FlowMod(parsing: text[...], command: command, ports: ports)
    } catch {
      throw CommandError(error.caret(in: text))
    }
  }
}
