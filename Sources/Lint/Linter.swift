public import Flow

/// Looks for what is hardly meant in rules, groups and meters. Reads values only: nothing is asked of the switch.
///
/// # Theory
/// Rules of a table that look at the same bits form a shape, as in tuple space search; questions about pairs of
/// rules are answered by one look into a hash table for each rule and each other shape, not by comparing pairs.
/// Each check has a budget of such looks; one that runs out of it says so and keeps what it has found.
public enum Linter {
  /// What is found in `subject`, by table, rules in their order, then what is about no rule.
  public static func findings(in subject: LintSubject) -> [LintFinding] {
    let tables = TableRules.tables(of: subject.rules)
    var report = LintReport()
    ContradictoryMatches.check(subject, &report)
    ShadowedRules.check(subject, tables, &report)
    CoveredRules.check(subject, tables, &report)
    AmbiguousOverlaps.check(subject, tables, &report)
    Conjunctions.check(subject, &report)
    MissingTargets.check(subject, &report)
    UnreachedTables.check(subject, &report)
    ResubmitLoops.check(subject, tables, &report)
    UnusedGroups.check(subject, &report)
    DeadBuckets.check(subject, &report)
    UnusedMeters.check(subject, &report)
    return report.findings
  }

  /// Of some rules, each with one that has the same priority, takes some of the same frames and does something else:
  /// both as text.
  ///
  /// - Parameters:
  ///   - places: which of `rules`.
  ///   - rules: all of the tables that these are in.
  public static func overlaps(
    of places: Set<Int>, in rules: [FlowStatistics]
  ) -> [(rule: String, other: String)] {
    let subject = LintSubject(rules: rules)
    let partners = AmbiguousOverlaps.partners(of: places, subject, TableRules.tables(of: rules))
    return partners.sorted { $0.key < $1.key }.map { place, other in
      (subject.text(of: rules[place]), subject.text(of: rules[other]))
    }
  }
}
