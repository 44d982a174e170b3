import ControlProtocol
import Glibc
import Match
import Ofctl

/// The command line client: speaks OpenFlow where a command needs it, else sends its words to the daemon and prints
/// what comes back.
@main
enum Apus {
  static func main() {
    exit(run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Returns the exit status.
  private static func run(_ arguments: [String]) -> CInt {
    do {
      if let ofctl = try Ofctl(arguments) { return try ofctl.run() }
      let invocation = try Invocation(arguments)
      switch invocation.task {
      case .version: print("apus \(Version.text)")
      case .overview: print(Help.overview, terminator: "")
      case .help(let name):
        guard let command = CommandReference.named(name) else {
          let nearest = nearestName(to: name, among: CommandReference.all.map(\.name))
          let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
          throw MessageError(message: "unknown command '\(name)'\(hint) ('apus --help' lists them)")
        }
        print(Help.page(of: command), terminator: "")
      case .run(let words):
        let seconds = invocation.timeoutSeconds ?? 0
        if let live = try LiveTraceRequest(words, seconds: seconds, json: invocation.json) {
          return try watch(live, of: invocation)
        }
        return try send(words, of: invocation)
      }
      return 0
    } catch {
      complain("\(error)", asJSON: arguments.contains("--json"))
      return 1
    }
  }

  /// Prints frames as they come.
  private static func watch(_ live: LiveTraceRequest, of invocation: Invocation) throws -> CInt {
    // The daemon ends it in time.
    let patience = live.seconds == 0 ? 0 : live.seconds + 5
    let client = try Client(path: invocation.runDirectory.managementSocket, timeoutSeconds: patience)
    let request = Request(method: LiveTraceRequest.method, params: live.params)
    let reply = try client.call(request) { part in
      guard case .object(let members) = part else { return }
      if case .string(let text)? = members["notice"], !live.json { complain(text, asJSON: false) }
      if case .string(let text)? = members["output"] { print(text, terminator: "") }
      fflush(nil)
    }
    if case .string(let message) = reply.error { throw MessageError(message: message) }
    print(try RunResult(reply.result).output, terminator: "")
    return 0
  }

  private static func send(_ words: [String], of invocation: Invocation) throws -> CInt {
    var request = RunRequest(words: words, json: invocation.json)
    for name in Invocation.files(namedIn: words) where request.files[name] == nil {
      request.files[name] = try InputFile.text(path: name, maximumBytes: Limits.fileBytes)
    }
    let handOver = try HandOver.of(words, to: invocation.runDirectory)
    switch handOver {
    case .some(let handOver): request.descriptors = handOver.name
    case nil: break
    }
    let client = try Client(
      path: invocation.runDirectory.managementSocket,
      timeoutSeconds: invocation.patience(fileBytes: request.files.values.reduce(0) { $0 + $1.utf8.count }))
    let reply = try client.call(Request(method: RunRequest.method, params: request.params))
    extendLifetime(handOver)
    if case .string(let message) = reply.error { throw MessageError(message: message) }
    let result = try RunResult(reply.result)
    for warning in result.warnings { complain(warning, as: "warning", asJSON: invocation.json) }
    print(result.output, terminator: "")
    return CInt(clamping: result.status)
  }

  /// On standard error, so that a program that reads the output never takes a complaint for a result.
  private static func complain(_ message: String, as kind: String = "error", asJSON: Bool) {
    var stream = StandardError()
    let json: JSONValue = .object([kind: .string(message)])
    let text = kind == "error" ? message : "\(kind): \(message)"
    print(asJSON ? json.text(isIndented: false) : "apus: \(text)", to: &stream)
  }
}
