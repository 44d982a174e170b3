/// Something in a bridge's rules, groups or meters that is hardly meant.
public struct LintFinding: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable {
    /// It cannot do what it says.
    case error
    /// It works, but hardly as meant.
    case warning
    /// Worth knowing.
    case note
  }

  /// What it is about, in words that stay as they are: scripts may look for them.
  public enum Code: String, CaseIterable, Hashable, Sendable {
    /// Every frame that the rule could take is taken by one rule of higher priority.
    case shadowedRule = "shadowed-rule"
    /// The same by several rules of higher priority together.
    case coveredRule = "covered-by-several"
    /// No frame can have what the rule demands.
    case contradictoryMatch = "contradictory-match"
    /// Two rules of one priority take the same frames and do different things.
    case ambiguousOverlap = "ambiguous-overlap"
    /// No frame comes to the table.
    case unreachedTable = "unreached-table"
    /// Frames are sent to a table that has no rule.
    case emptyTable = "empty-table"
    case missingTable = "missing-table"
    case missingPort = "missing-port"
    case missingGroup = "missing-group"
    case missingMeter = "missing-meter"
    case missingCollectorSet = "missing-collector-set"
    /// Frames can go round among tables until a limit drops them.
    case resubmitLoop = "resubmit-loop"
    /// Clauses of a conjunctive match are missing.
    case incompleteConjunction = "incomplete-conjunction"
    /// Rules disagree about a conjunctive match.
    case contradictoryConjunction = "contradictory-conjunction"
    /// No rule says what to do when a conjunctive match is fulfilled, or no conjunction leads to such a rule.
    case unmatchedConjunction = "unmatched-conjunction"
    /// A bucket that no frame can get.
    case deadBucket = "dead-bucket"
    /// A group that has no bucket.
    case emptyGroup = "empty-group"
    case unusedGroup = "unused-group"
    case unusedMeter = "unused-meter"
    /// A check ended before it was through.
    case gaveUp = "gave-up"
  }

  public var severity: Severity
  public var code: Code
  /// The table that it is in; `nil` for what is in none.
  public var table: UInt8?
  /// The rule, group or meter as a dump shows it, or what else it is about.
  public var subject: String
  /// What is wrong: a sentence without its full stop.
  public var problem: String
  /// What to do instead: a sentence without its full stop.
  public var advice: String
}
