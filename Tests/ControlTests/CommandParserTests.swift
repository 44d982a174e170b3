import ControlProtocol
import Testing

@testable import Control

@Suite struct CommandParserTests {
  private func parse(_ line: String) throws(CommandError) -> [CommandParser.ParsedCommand] {
    try CommandParser.parse(line.split(separator: " ").map(String.init))
  }

  @Test func everyCommandHasAReferenceAndTheOtherWayRound() {
    let names = CommandReference.all.filter { !$0.isForClientOnly }.map(\.name)
    #expect(CommandList.all.map { $0.name }.sorted() == names.sorted())
  }

  @Test func helpOfSetNamesEveryColumnThatCanBeSet() throws {
    let help = try #require(CommandReference.named("set")).details
    for table in Table.allCases {
      for column in table.columns where column.write != nil { #expect(help.contains(column.name)) }
    }
    for key in BridgeConfiguration.otherConfigKeys + PortConfiguration.otherConfigKeys
      + InterfaceConfiguration.optionKeys
    { #expect(help.contains(key.name), "\(key.name)") }
    for type in InterfaceConfiguration.deviceTypes { #expect(help.contains(type), "\(type)") }
  }

  @Test func cutsAtTwoDashes() throws {
    let commands = try parse("--may-exist add-br br0 -- add-port br0 p tag=1 -- --columns=name,tag list port")
    #expect(commands.map { $0.command.name } == ["add-br", "add-port", "list"])
    #expect(commands[0].arguments.has("--may-exist"))
    #expect(commands[1].arguments.positional == ["br0", "p", "tag=1"])
    #expect(commands[2].arguments.options == ["--columns": "name,tag"])
  }

  @Test func takesOptionsBehindTheName() throws {
    let commands = try parse("-- dump-flows br0 --no-stats --names --")
    #expect(commands.count == 1)
    #expect(commands[0].arguments.options.keys.sorted() == ["--names", "--no-stats"])
  }

  @Test(arguments: [
    ("", "a command is missing; 'apus --help' lists them"),
    ("--", "a command is missing; 'apus --help' lists them"),
    ("--may-exist", "'--may-exist': a command is missing"),
    ("ad-br x", "unknown command 'ad-br'; did you mean 'add-br'? ('apus --help' lists them)"),
    ("frobnicate", "unknown command 'frobnicate' ('apus --help' lists them)"),
    ("add-br", "add-br: 1 argument needed, not 0: [--may-exist] add-br BRIDGE"),
    (
      "add-port br0",
      "add-port: at least 2 arguments needed, not 1: [--may-exist] [--ephemeral[=PID]] add-port BRIDGE PORT [COLUMN[:KEY]=VALUE]..."
    ),
    ("del-port a b c", "del-port: 1 to 2 arguments needed, not 3: [--if-exists] del-port [BRIDGE] PORT"),
    (
      "--may-exst add-br x",
      "add-br: unknown option '--may-exst'; did you mean '--may-exist'? (allowed: --may-exist, --dry-run)"
    ),
    ("--may-exist list-br", "list-br: unknown option '--may-exist' (there is none)"),
    ("--may-exist=1 add-br x", "add-br: option --may-exist takes no value"),
    ("--columns list port", "list: option --columns needs a value: --columns=COLUMN,..."),
  ])
  func explainsItself(line: String, message: String) {
    let error = #expect(throws: CommandError.self) { try parse(line) }
    #expect(error?.message == message)
  }
}
