/// One thing that a change adds, takes away or makes other than it was, as `--dry-run` shows it.
public struct StateDifference: Hashable, Sendable {
  /// What it is: `flow br0`, `Port p1`, `group br0`.
  public var subject: String
  /// As a dump shows it, before the change and after it; `nil` where it does not exist.
  public var before: String?
  public var after: String?

  public init(_ subject: String, before: String?, after: String?) {
    self.subject = subject
    self.before = before
    self.after = after
  }

  /// A line with `-` for what was and one with `+` for what will be.
  public var text: String {
    (before.map { "- \(subject): \($0)\n" } ?? "") + (after.map { "+ \(subject): \($0)\n" } ?? "")
  }

  public var json: JSONValue {
    let change = before == nil ? "added" : after == nil ? "removed" : "modified"
    return [
      "subject": .string(subject), "change": .string(change),
      "before": before.map(JSONValue.string) ?? .null, "after": after.map(JSONValue.string) ?? .null,
    ]
  }

  /// What a dry run prints: the differences, or that there is none.
  public static func text(of differences: [StateDifference]) -> String {
    differences.isEmpty ? "nothing would change\n" : differences.map(\.text).joined()
  }

  /// The same for programs.
  public static func json(of differences: [StateDifference]) -> JSONValue {
    ["dry_run": .boolean(true), "changes": .array(differences.map(\.json))]
  }
}
