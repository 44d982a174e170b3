/// A command line of `apus`, understood as far as the client must: its own options, which help is wanted, and
/// which files the daemon needs the text of. Everything else is the daemon's.
public struct Invocation: Equatable, Sendable {
  public enum Task: Equatable, Sendable {
    case version
    case overview
    /// The page of one command.
    case help(String)
    case run([String])
  }

  public var task: Task
  public var json = false
  /// Seconds, 0 for ever; `nil` for what suits the request.
  public var timeoutSeconds: Int?
  public var runDirectory = RunDirectory()

  /// Seconds to wait for the answer to a request with files of so many bytes: five, and one more for each 256 KiB,
  /// unless it was said. A million rules are about 80 MB.
  public func patience(fileBytes: Int) -> Int { timeoutSeconds ?? 5 + fileBytes >> 18 }

  /// Reads the arguments, without the program's name. The client's options may stand anywhere; the short ones
  /// only before the first command.
  public init(_ arguments: [String]) throws(MessageError) {
    var words: [String] = []
    var wantsHelp = false
    var wantsVersion = false
    var rest = arguments[...]
    task = .overview
    while let word = rest.popFirst() {
      let (name, value) = Self.option(word)
      let isFirst = words.isEmpty
      switch name {
      case "--json" where value == nil: json = true
      case "--help" where value == nil: wantsHelp = true
      case "--version" where value == nil && isFirst: wantsVersion = true
      case "--timeout": timeoutSeconds = try Self.seconds(value ?? rest.popFirst())
      case "--run-dir": runDirectory = try Self.directory(value ?? rest.popFirst())
      case "-h" where isFirst: wantsHelp = true
      case "-V" where isFirst: wantsVersion = true
      case "-t" where isFirst: timeoutSeconds = try Self.seconds(rest.popFirst())
      default:
        if isFirst, word.hasPrefix("-"), !word.hasPrefix("--") {
          throw MessageError(message: "unknown option '\(word)'; 'apus --help' lists the options")
        }
        words.append(word)
      }
    }
    if words.first == "--" { words.removeFirst() }
    if wantsVersion {
      task = .version
    } else if wantsHelp || words.first == "help" {
      let named = words.first == "help" ? words.dropFirst().first : words.first { !$0.hasPrefix("-") }
      task = named.map(Task.help) ?? .overview
    } else if words.isEmpty {
      throw MessageError(message: "a command is missing; 'apus --help' lists them")
    } else {
      task = .run(words)
    }
  }

  private static func option(_ word: String) -> (name: String, value: String?) {
    guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
  }

  private static func seconds(_ text: String?) throws(MessageError) -> Int {
    guard let text, let value = Int(text), (0...86_400).contains(value) else {
      throw MessageError(message: "--timeout: '\(text ?? "")' is not a number of seconds from 0 to 86400")
    }
    return value
  }

  private static func directory(_ text: String?) throws(MessageError) -> RunDirectory {
    guard let text, !text.isEmpty else { throw MessageError(message: "--run-dir: a directory is missing") }
    return RunDirectory(path: text)
  }

  /// Names of the files, `-` among them, that the commands in `words` take: to be read before the daemon is asked.
  public static func files(namedIn words: [String]) -> [String] {
    words.split(separator: "--").compactMap { command in
      let plain = command.filter { !$0.hasPrefix("--") }
      guard let name = plain.first, let file = CommandReference.named(name)?.fileArgument else { return nil }
      let arguments = Array(plain.dropFirst())
      switch file {
      case .path(let index): return index < arguments.count ? arguments[index] : nil
      case .pathOrInput(let index): return index < arguments.count ? arguments[index] : "-"
      case .standardInput(let index): return index < arguments.count && arguments[index] == "-" ? "-" : nil
      }
    }
  }
}
