import Match

/// Why a command was refused, in words for whoever typed it. Nothing has been changed then.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}

extension CommandError {
  /// `subject: unknown kind 'name'; did you mean 'nearest'? (allowed: a, b, c)`
  static func unknown(
    _ kind: String, _ name: String, in subject: String? = nil, among names: [String]
  ) -> CommandError {
    var text = subject.map { "\($0): " } ?? ""
    text += "unknown \(kind) '\(name)'"
    if let nearest = nearestName(to: name, among: names) { text += "; did you mean '\(nearest)'?" }
    text += names.isEmpty ? " (there is none)" : " (allowed: \(names.joined(separator: ", ")))"
    return CommandError(text)
  }

  /// `no kind named 'name'; did you mean 'nearest'?`
  static func missing(_ kind: String, _ name: String, among names: [String]) -> CommandError {
    let hint = nearestName(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    return CommandError("no \(kind) named '\(name)'\(hint)")
  }
}
