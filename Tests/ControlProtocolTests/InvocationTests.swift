import ControlProtocol
import Testing

@Suite struct InvocationTests {
  @Test(
    arguments: [
      ("show", .run(["show"])),
      ("--may-exist add-br br0", .run(["--may-exist", "add-br", "br0"])),
      ("-- add-br br0 -- add-port br0 p", .run(["add-br", "br0", "--", "add-port", "br0", "p"])),
      ("add-flows br0 -", .run(["add-flows", "br0", "-"])),
      ("dump-flows br0 -t", .run(["dump-flows", "br0", "-t"])),
      ("--help", .overview), ("-h", .overview), ("help", .overview),
      ("help add-port", .help("add-port")), ("add-port --help", .help("add-port")),
      ("--may-exist add-br --help", .help("add-br")),
      ("--version", .version), ("-V", .version),
    ] as [(String, Invocation.Task)])
  func understands(line: String, task: Invocation.Task) throws {
    #expect(try Invocation(line.split(separator: " ").map(String.init)).task == task)
  }

  @Test func takesItsOptionsAnywhere() throws {
    for line in [
      "--json --timeout=7 --run-dir=/x list-br", "--run-dir /x list-br --timeout 7 --json",
      "-t 7 list-br --json --run-dir /x",
    ] {
      let invocation = try Invocation(line.split(separator: " ").map(String.init))
      #expect(invocation.task == .run(["list-br"]), "\(line)")
      #expect(invocation.json && invocation.timeoutSeconds == 7, "\(line)")
      #expect(invocation.runDirectory.managementSocket == "/x/apusd.sock", "\(line)")
    }
  }

  @Test func hasDefaults() throws {
    let invocation = try Invocation(["show"])
    #expect(!invocation.json && invocation.patience(fileBytes: 1000) == 5)
    #expect(invocation.patience(fileBytes: 80 << 20) == 325)
    #expect(try Invocation(["--timeout=7", "show"]).patience(fileBytes: 80 << 20) == 7)
    #expect(invocation.runDirectory.managementSocket == "/run/apus/apusd.sock")
  }

  @Test(arguments: [
    ("", "a command is missing; 'apus --help' lists them"),
    ("--json", "a command is missing; 'apus --help' lists them"),
    ("--timeout=x show", "--timeout: 'x' is not a number of seconds from 0 to 86400"),
    ("--timeout", "--timeout: '' is not a number of seconds from 0 to 86400"),
    ("--run-dir= show", "--run-dir: a directory is missing"),
    ("-x show", "unknown option '-x'; 'apus --help' lists the options"),
  ])
  func explainsItself(line: String, message: String) {
    let error = #expect(throws: MessageError.self) {
      try Invocation(line.split(separator: " ").map(String.init))
    }
    #expect(error?.message == message)
  }

  @Test(arguments: [
    ("add-flows br0 rules.txt", ["rules.txt"]), ("add-flows br0 -", ["-"]), ("add-flow br0 -", ["-"]),
    ("add-flow br0 rules.txt", []),
    ("add-br br0 -- add-flows br0 a -- --strict del-flows br0 -", ["a", "-"]),
    ("add-flows br0", []), ("set port p tag=-", []),
  ])
  func findsTheFilesThatTheDaemonNeeds(line: String, files: [String]) {
    #expect(Invocation.files(namedIn: line.split(separator: " ").map(String.init)) == files)
  }
}
