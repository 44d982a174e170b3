public import Match

/// What makes two rules of a bridge the same rule.
public struct RuleKey: Hashable, Sendable {
  public var table: UInt8
  public var priority: UInt16
  public var match: FlowMatch

  public init(table: UInt8, priority: UInt16, match: FlowMatch) {
    self.table = table
    self.priority = priority
    self.match = match
  }
}
