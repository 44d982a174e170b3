/// What `apus` asks of the daemon: the words of a command line, `--` and options included, which are run as one
/// transaction. It travels as the single parameter of the method `apus/run`.
public struct RunRequest: Hashable, Sendable, Codable {
  public static var method: String { "apus/run" }

  public var words: [String]
  /// Whether the output is to be JSON.
  public var json: Bool
  /// Texts of the files that the words name, read by the client with its own rights; `-` is standard input.
  public var files: [String: String]

  /// Under which name the descriptors have been handed over that the words name (`HandOver`); `nil` when they name none.
  public var descriptors: String?

  public init(words: [String], json: Bool = false, files: [String: String] = [:]) {
    self.words = words
    self.json = json
    self.files = files
  }

  /// The request within a JSON-RPC request's parameters.
  public init(params: [JSONValue]) throws(MessageError) {
    do {
      guard params.count == 1 else { throw MessageError(message: "one parameter is needed") }
      self = try JSONText.decode(RunRequest.self, from: try JSONText.encode(params[0]))
    } catch {
      throw MessageError(
        message:
          #"apus/run takes [{"words": [STRING, ...], "json": BOOLEAN, "files": {NAME: TEXT}, "descriptors": NAME}]"#
      )
    }
  }

  public var params: [JSONValue] {
    var members: [String: JSONValue] = [
      "words": .array(words.map(JSONValue.string)), "json": .boolean(json),
      "files": .object(files.mapValues(JSONValue.string)),
    ]
    if let descriptors { members["descriptors"] = .string(descriptors) }
    return [.object(members)]
  }
}

/// How `apus/run` ended, when it was not refused.
public struct RunResult: Hashable, Sendable {
  /// For standard output, with its last newline.
  public var output: String
  /// Exit status: 0, or 2 when `br-exists` answers no.
  public var status: Int
  /// For standard error: what was done, but does not work yet.
  public var warnings: [String]

  public init(output: String, status: Int = 0, warnings: [String] = []) {
    self.output = output
    self.status = status
    self.warnings = warnings
  }

  public init(_ value: JSONValue) throws(MessageError) {
    guard case .object(let members) = value, case .string(let output)? = members["output"],
      case .integer(let status)? = members["status"]
    else { throw MessageError(message: "the daemon's answer is not one of apus/run") }
    var warnings: [String] = []
    if case .array(let texts)? = members["warnings"] {
      for case .string(let text) in texts { warnings.append(text) }
    }
    self.init(output: output, status: Int(truncatingIfNeeded: status), warnings: warnings)
  }

  public var value: JSONValue {
    [
      "output": .string(output), "status": .integer(Int64(status)),
      "warnings": .array(warnings.map(JSONValue.string)),
    ]
  }
}
