import ControlProtocol
import Testing

@Suite struct HelpTests {
  @Test func namesEveryCommandOnce() {
    #expect(Set(CommandReference.all.map(\.name)).count == CommandReference.all.count)
    for command in CommandReference.all {
      #expect(Help.overview.contains("\n  \(command.name)"), "\(command.name)")
      #expect(CommandReference.named(command.name)?.summary == command.summary)
    }
  }

  @Test(arguments: CommandReference.all)
  func hasAPageForEachCommand(_ command: CommandReference) {
    let page = Help.page(of: command)
    #expect(page.hasPrefix("NAME\n  \(command.name) - \(command.summary)\n\nSYNOPSIS\n  apus "))
    let words = page.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(words.contains("SYNOPSIS apus \(command.usage)"))
    for option in command.options { #expect(page.contains("\n  \(option.name)")) }
    for example in command.examples { #expect(page.contains("\n  apus \(example)\n")) }
    #expect(!command.summary.hasSuffix("."))
  }

  @Test func fitsAWideTerminal() {
    for page in [Help.overview] + CommandReference.all.map(Help.page) {
      for line in page.split(separator: "\n") where line.count > 110 && !line.contains("packet-out") {
        Issue.record("\(line.count) columns: \(line)")
      }
    }
  }

  @Test func showsASynopsis() {
    #expect(
      CommandReference.named("add-port")?.usage
        == "[--may-exist] [--ephemeral[=PID]] add-port BRIDGE PORT [COLUMN[:KEY]=VALUE]...")
    #expect(
      CommandReference.named("find")?.usage == "[--columns=COLUMN,...] find TABLE [COLUMN[:KEY]=VALUE]...")
  }
}
