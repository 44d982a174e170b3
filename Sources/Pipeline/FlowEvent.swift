public import Actions
public import Flow

/// Something that happened to a rule, as flow monitors are told. OpenFlow 1.5.1 section 7.4.7.
public struct FlowEvent: Sendable {
  public enum Kind: Sendable, Equatable {
    /// Also of a rule that takes the place of another.
    case added
    /// Its actions or its cookie are others now.
    case modified
    case removed(FlowTables.Removed.Reason)
  }

  public var kind: Kind
  /// The rule after the change, or as it was when it went.
  public var rule: FlowStatistics
  /// What the rule did before it was modified, or what the one did that it replaced.
  public var actionsBefore: [Action]?
  /// When the rule was added: `FlowTables.sequence`.
  public var added: UInt64
  /// The place of the change in the list that was asked for; `nil` for rules whose time was up.
  public var place: Int?
}
