import ControlProtocol

/// A command: one file in `Commands`, one line in `CommandList`, one entry in ControlProtocol's
/// `CommandReference.all`, where its arguments and its help text stand.
protocol Command: SendableMetatype {
  static var name: String { get }

  /// Changes `transaction`, or reads from it. Called with as many arguments and with those options that the
  /// reference allows.
  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output
}

/// What stood behind a command's name.
struct Arguments {
  var positional: [String]
  /// Values by name, dashes included; empty for options without a value.
  var options: [String: String]
  /// Texts of the files that the client read.
  var files: [String: String] = [:]

  subscript(index: Int) -> String { positional[index] }
  var count: Int { positional.count }

  func has(_ option: String) -> Bool { options[option] != nil }

  /// The argument at `index` if there is one.
  func optional(_ index: Int) -> String? { index < positional.count ? positional[index] : nil }
}

/// What a command answers.
struct Output: Equatable {
  /// For people and scripts of old: empty, or whole lines.
  var text = ""
  /// The same for programs.
  var json: JSONValue = .null
  /// Exit status of the client.
  var status = 0

  static var none: Output { Output() }

  /// One line for each.
  static func lines(_ lines: [String]) -> Output {
    Output(text: lines.map { $0 + "\n" }.joined(), json: .array(lines.map(JSONValue.string)))
  }

  static func line(_ line: String) -> Output { Output(text: line + "\n", json: .string(line)) }
}
