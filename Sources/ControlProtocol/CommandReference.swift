/// What people are told of a command. The one list of these, `CommandReference.all`, is what the daemon and the
/// OpenFlow client check words against and what the help texts are made of.
public struct CommandReference: Sendable {
  /// What a command is about, in the order in which the overview shows it.
  public enum Group: String, CaseIterable, Sendable {
    case bridges = "Bridges"
    case ports = "Ports and interfaces"
    case controllers = "Controllers"
    case mirrors = "Mirrors"
    case records = "Records: set and get on Bridge, Port, Interface, Controller, SSL, Mirror and IPFIX"
    case flows = "Flow tables"
    case openFlowPorts = "OpenFlow ports"
    case groups = "Groups and meters"
    case openFlow = "OpenFlow switches"
    case openFlowText = "OpenFlow as text and as bytes: no switch is needed"
    case fdb = "MAC learning"
    case insight = "Where frames go, why they are lost, and what is hardly meant"
    case daemon = "The daemon"
  }

  /// An option of one command.
  public struct Option: Sendable {
    /// With the dashes: `--may-exist`.
    public var name: String
    /// What stands behind `=`; `nil` for an option without a value.
    public var value: String?
    public var help: String
    /// Whether the value may be the next word instead.
    var takesNextWord = false
    /// Whether the option may stand without its value.
    public var mayLackValue = false

    /// Whether `word`, without `=`, is this option and has its value in the next word.
    public func isSplit(_ word: String) -> Bool { takesNextWord && word == name }
  }

  /// An argument that the client replaces by a text that it reads.
  public enum FileArgument: Sendable {
    /// The argument at this place names a file; `-` is standard input.
    case path(Int)
    /// The same; without the argument it is standard input.
    case pathOrInput(Int)
    /// The argument at this place may be `-` for standard input.
    case standardInput(Int)
  }

  public var name: String
  public var group: Group
  /// As the synopsis shows them: `BRIDGE PORT [COLUMN[:KEY]=VALUE]...`.
  public var arguments: String
  /// How many there may be.
  public var argumentCount: ClosedRange<Int>
  /// One line, without a full stop.
  public var summary: String
  /// Paragraphs, wrapped when they are shown; a line that starts with a space is shown as it is.
  public var details: String
  public var options: [Option]
  /// Options with which `apus` speaks OpenFlow to the bridge itself instead of asking the daemon.
  public var openFlowOptions: [Option]
  public var examples: [String]
  public var fileArgument: FileArgument?
  /// Whether the daemon has no such command: `apus` itself does it.
  public var isForClientOnly: Bool

  init(
    _ name: String, _ group: Group, _ arguments: String, _ argumentCount: ClosedRange<Int>, _ summary: String,
    details: String = "", options: [Option] = [], openFlowOptions: [Option] = [], examples: [String] = [],
    file: FileArgument? = nil, client: Bool = false
  ) {
    self.name = name
    self.group = group
    self.arguments = arguments
    self.argumentCount = argumentCount
    self.summary = summary
    self.details = details
    self.options = options
    self.openFlowOptions = openFlowOptions
    self.examples = examples
    fileArgument = file
    isForClientOnly = client
  }

  /// `[--may-exist] add-port BRIDGE PORT`.
  public var usage: String {
    // More would be longer than a line.
    let own = options.filter { $0.name != Option.dryRun.name }
    let isShort = own.count <= 3
    let options = isShort ? own.map { "[\($0.spelling)]" } : ["[OPTION]..."]
    return (options + [name, arguments]).filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// "2 to 4 arguments needed".
  public var argumentNeed: String {
    let noun = argumentCount.lowerBound == 1 ? "argument" : "arguments"
    if argumentCount.lowerBound == argumentCount.upperBound {
      return "\(argumentCount.lowerBound) \(noun) needed"
    }
    if argumentCount.upperBound == .max { return "at least \(argumentCount.lowerBound) \(noun) needed" }
    return "\(argumentCount.lowerBound) to \(argumentCount.upperBound) arguments needed"
  }

  /// Every command, by group.
  public static let all: [CommandReference] =
    (bridgeCommands + portCommands + controllerCommands + mirrorCommands + recordCommands + flowCommands
    + openFlowPortCommands + groupCommands + openFlowCommands + openFlowTextCommands + fdbCommands
    + ipfixCommands + insightCommands + daemonCommands).map(\.completed)

  public static func named(_ name: String) -> CommandReference? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension CommandReference.Option {
  /// `--columns=COLUMN,...`.
  public var spelling: String {
    value.map { mayLackValue ? "\(name)[=\($0)]" : "\(name)=\($0)" } ?? name
  }
}

extension ClosedRange<Int> {
  /// For commands that take any number of arguments from `minimum` on.
  static func atLeast(_ minimum: Int) -> ClosedRange<Int> { minimum...Int.max }
}

extension CommandReference {
  /// The name of the command that `words` are: the first one that is neither an option nor the value of one.
  public static func name(in words: [String]) -> String? {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else { return word }
      if splitOptions.contains(word) { rest = rest.dropFirst() }
    }
    return nil
  }

  /// Options of any command whose value may be the next word.
  private static let splitOptions = Set(all.flatMap(\.options).filter(\.takesNextWord).map(\.name))

  /// The words of a command, its options, each with its value behind `=`, apart from the others.
  public func sorted(_ words: [String]) -> (options: [String], others: [String]) {
    var options: [String] = []
    var others: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if !word.hasPrefix("--") {
        others.append(word)
      } else if self.options.contains(where: { $0.isSplit(word) }), let value = rest.popFirst() {
        options.append("\(word)=\(value)")
      } else {
        options.append(word)
      }
    }
    return (options, others)
  }
}
