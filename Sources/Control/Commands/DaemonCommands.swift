import ControlProtocol

enum ListCommands: Command {
  static let name = "list-commands"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let commands = CommandReference.all.filter { !$0.isForClientOnly }.sorted { $0.name < $1.name }
    let lines = commands.map { command in
      let padding = String(repeating: " ", count: max(1, 24 - command.name.count))
      return command.arguments.isEmpty
        ? "  \(command.name)\n" : "  \(command.name)\(padding)\(command.arguments)\n"
    }
    let objects = commands.map { command in
      JSONValue.object([
        "name": .string(command.name), "arguments": .string(command.arguments),
        "summary": .string(command.summary),
      ])
    }
    return Output(text: "The available commands are:\n" + lines.joined(), json: .array(objects))
  }
}

enum ShowVersion: Command {
  static let name = "version"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    .line("apusd \(Version.text)")
  }
}

enum ExitDaemon: Command {
  static let name = "exit"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    transaction.endsDaemon = true
    return .none
  }
}
