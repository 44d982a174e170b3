import ControlProtocol
import Match

/// The options of `ovs-ofctl`, read into what they mean. They may stand anywhere on the command line and are
/// understood by every command, as scripts expect.
public struct OfctlOptions: Equatable, Sendable {
  /// What `-O` allows; `nil` leaves the choice to the two sides.
  var versions: Set<OpenFlowVersion>?
  /// What `-F` allows.
  var flowFormats: FlowProtocols?
  var packetInFormat: PacketInFormatChoice?
  /// How often `-m` was given.
  var verbosity = 0
  var isStrict = false
  var usesBundle = false
  /// `--readd`: replace-flows adds rules that are there already as well.
  var addsAgain = false
  var mayCreate = false
  var isReadOnly = false
  /// `--dry-run`: what would change is shown, and nothing is changed.
  var isDryRun = false
  var printsTimestamps = false
  var showsStatistics = true
  /// `--names`, `--no-names`; `nil` for names on a terminal and numbers elsewhere.
  var names: Bool?
  var sortKeys: [SortKey] = []
  var color = ColorChoice.automatic
  /// `--bare` of compose-packet.
  var isBare = false
  /// Whether the output is JSON.
  var json = false
  /// Seconds for the whole command, 0 for no limit; `nil` for `answerSeconds` for each answer.
  var timeoutSeconds: Int?
  var runDirectory = RunDirectory()

  /// How long the other side may take for one answer.
  static var answerSeconds: Int { 5 }

  enum PacketInFormatChoice: String, CaseIterable, Sendable {
    case standard, nxt_packet_in, nxt_packet_in2
  }
  enum ColorChoice: String, CaseIterable, Sendable {
    case always
    case never
    case automatic = "auto"
  }

  /// One `--sort` or `--rsort`.
  struct SortKey: Equatable, Sendable {
    /// `nil` for the priority.
    var field: Field?
    var isDescending: Bool
  }

  init() {}
}

extension OfctlOptions {
  private enum Argument {
    case none, needed, optional
  }

  /// Every option: its spellings, whether it has a value, and whether only this client knows it.
  private static let known: [(names: [String], argument: Argument)] = [
    (["-O", "--protocols"], .needed), (["-F", "--flow-format"], .needed),
    (["-P", "--packet-in-format"], .needed), (["-t", "--timeout"], .needed), (["--run-dir"], .needed),
    (["-m", "--more"], .none), (["--strict"], .none), (["--bundle"], .none), (["--readd"], .none),
    (["--may-create"], .none), (["--read-only"], .none), (["--timestamp"], .none), (["--stats"], .none),
    (["--no-stats"], .none), (["--names"], .none), (["--no-names"], .none), (["--sort"], .optional),
    (["--rsort"], .optional), (["--color"], .optional), (["--json"], .none), (["--bare"], .none),
    (["--dry-run"], .none),
  ]

  /// The options that the daemon's own commands of the same names take as well, without a value where `known`
  /// leaves the choice.
  private static let daemonOptions: Set<String> = [
    "--strict", "--no-stats", "--names", "--sort", "--json", "--dry-run", "-t", "--timeout", "--run-dir",
  ]

  static var allNames: [String] { known.flatMap(\.names) }

  /// How many words an option and its value take, for finding the command among them; `nil` for a word that is
  /// no option.
  static func wordCount(_ word: String) -> Int? {
    guard word.hasPrefix("-"), word != "-", word != "--" else { return nil }
    for (names, argument) in known where argument == .needed {
      if names.contains(word) { return 2 }
    }
    return 1
  }

  /// Whether `words` have an option that the daemon's commands do not have, whatever is wrong with its value.
  static func needClient(_ words: [String]) -> Bool {
    words.contains { word in
      let (name, value) = split(word)
      guard let option = known.first(where: { $0.names.contains(name) }) else { return false }
      return needsClient(name, value, option.argument)
    }
  }

  private static func needsClient(_ name: String, _ value: String?, _ argument: Argument) -> Bool {
    !daemonOptions.contains(name) || (value != nil && argument == .optional)
  }

  /// Takes the options out of `words`. Returns the others, and whether there was an option that the daemon's
  /// commands do not have.
  mutating func take(from words: [String]) throws(OfctlError) -> (rest: [String], needsClient: Bool) {
    var rest: [String] = []
    var needsClient = false
    var words = words[...]
    while let word = words.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        rest.append(word)
        continue
      }
      var (name, value) = Self.split(word)
      guard let option = Self.known.first(where: { $0.names.contains(name) }) else {
        let nearest = nearestName(to: name, among: Self.allNames)
        let hint = nearest.map { "did you mean '\($0)'?" } ?? "'apus help' lists the options"
        throw OfctlError("unknown option '\(name)'; \(hint)")
      }
      if option.argument == .needed, value == nil { value = words.popFirst() }
      switch (option.argument, value) {
      case (.none, _?): throw OfctlError("option \(name) takes no value")
      case (.needed, nil): throw OfctlError("option \(name) needs a value")
      default: break
      }
      if Self.needsClient(name, value, option.argument) { needsClient = true }
      try set(option.names.last ?? name, value)
    }
    return (rest, needsClient)
  }

  /// Name and value of `--name=value` and of `-Xvalue`.
  private static func split(_ word: String) -> (name: String, value: String?) {
    if word.hasPrefix("--") {
      guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
      return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
    let name = String(word.prefix(2))
    let takesValue = known.contains { $0.names.contains(name) && $0.argument == .needed }
    guard takesValue, word.count > 2 else { return (word, nil) }
    return (name, String(word.dropFirst(2)))
  }

  private mutating func set(_ name: String, _ value: String?) throws(OfctlError) {
    switch name {
    case "--protocols": versions = try Self.versions(value ?? "")
    case "--flow-format": flowFormats = try FlowProtocols(listing: value ?? "")
    case "--packet-in-format": packetInFormat = try Self.packetInFormat(value ?? "")
    case "--timeout":
      guard let seconds = Int(value ?? ""), (0...86_400).contains(seconds) else {
        throw OfctlError("--timeout: '\(value ?? "")' is not a number of seconds from 0 to 86400")
      }
      timeoutSeconds = seconds
    case "--run-dir":
      guard let value, !value.isEmpty else { throw OfctlError("--run-dir: a directory is missing") }
      runDirectory = RunDirectory(path: value)
    case "--more": verbosity += 1
    case "--strict": isStrict = true
    case "--bundle": usesBundle = true
    case "--readd": addsAgain = true
    case "--may-create": mayCreate = true
    case "--read-only": isReadOnly = true
    case "--timestamp": printsTimestamps = true
    case "--stats": showsStatistics = true
    case "--no-stats": showsStatistics = false
    case "--names": names = true
    case "--no-names": names = false
    case "--sort": sortKeys.append(SortKey(field: try Self.field(value), isDescending: false))
    case "--rsort": sortKeys.append(SortKey(field: try Self.field(value), isDescending: true))
    case "--json": json = true
    case "--bare": isBare = true
    case "--dry-run": isDryRun = true
    default:
      guard let choice = ColorChoice(rawValue: value ?? "always") else {
        throw OfctlError("--color: '\(value ?? "")' is not always, never or auto")
      }
      color = choice
    }
  }

  private static func versions(_ text: String) throws(OfctlError) -> Set<OpenFlowVersion> {
    var result: Set<OpenFlowVersion> = []
    for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
      result.insert(try OpenFlowVersion(named: String(word)))
    }
    guard !result.isEmpty else { throw OfctlError("--protocols: a version such as OpenFlow13 is missing") }
    return result
  }

  private static func packetInFormat(_ text: String) throws(OfctlError) -> PacketInFormatChoice {
    switch text {
    case "openflow10": return .standard
    case "nxm": return .nxt_packet_in
    default: break
    }
    if let choice = PacketInFormatChoice(rawValue: text) { return choice }
    let names = PacketInFormatChoice.allCases.map(\.rawValue)
    throw OfctlError(unknown("packet-in format", text, among: names))
  }

  private static func field(_ name: String?) throws(OfctlError) -> Field? {
    guard let name, !name.isEmpty, name != "priority" else { return nil }
    if let field = Field.named(name) { return field }
    throw OfctlError(unknown("field", name, among: Field.all.map(\.name) + ["priority"]))
  }
}

/// "unknown KIND 'TEXT'", with the nearest spelling or, where none is near, all of them.
func unknown(_ kind: String, _ text: String, among names: [String]) -> String {
  if let nearest = nearestName(to: text, among: names) {
    return "unknown \(kind) '\(text)'; did you mean '\(nearest)'?"
  }
  return names.count > 24
    ? "unknown \(kind) '\(text)'"
    : "unknown \(kind) '\(text)' (\(names.joined(separator: ", ")))"
}
