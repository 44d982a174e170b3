import Flow
import Lint
import Match
import TestKit
import Testing

/// Shadowed, covered and ambiguous rules against a twin that tries every frame.
@Suite struct CoverPropertyTests {
  /// The frames that each rule matches, as places in the universe.
  private static func frames(of rules: [FlowStatistics]) -> [Set<Int>] {
    rules.map { rule in
      Set(TinyUniverse.frames.indices.filter { rule.match.matches(TinyUniverse.frames[$0]) })
    }
  }

  private static func text(_ rule: FlowStatistics) -> String {
    String(rule.line(FlowDumpStyle(showsStatistics: false)).drop { $0 == " " })
  }

  /// Where the universe has every frame, exactly the rules are found that take none.
  @Test(arguments: 0..<400)
  func findsCoveredRules(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let count = Int.random(in: 2...24, using: &random)
    let rules = try TinyUniverse.rules(count, priorities: 1...9, haveTags: false, &random)
    let findings = Linter.findings(in: LintSubject(rules: rules))
    let frames = Self.frames(of: rules)
    for (i, rule) in rules.enumerated() {
      let better = rules.indices.filter { rules[$0].priority > rule.priority }
      let isShadowed = better.contains { frames[i].isSubset(of: frames[$0]) }
      let covered = better.reduce(into: Set<Int>()) { $0.formUnion(frames[$1]) }
      let isCovered = !isShadowed && frames[i].isSubset(of: covered)
      let codes = findings.filter { $0.subject == Self.text(rule) }.map(\.code)
      #expect(codes.contains(.shadowedRule) == isShadowed, "\(Self.text(rule))")
      #expect(codes.contains(.coveredRule) == isCovered, "\(Self.text(rule))")
    }
  }

  /// Where it has only some, no rule is found that takes one.
  @Test(arguments: 0..<400)
  func findsNoRuleThatTakesFrames(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) ^ 0x7a9)
    let count = Int.random(in: 2...24, using: &random)
    let rules = try TinyUniverse.rules(count, priorities: 1...9, haveTags: true, &random)
    let findings = Linter.findings(in: LintSubject(rules: rules))
    let frames = Self.frames(of: rules)
    for (i, rule) in rules.enumerated() {
      let better = rules.indices.filter { rules[$0].priority > rule.priority }
      let covered = better.reduce(into: Set<Int>()) { $0.formUnion(frames[$1]) }
      let isFound = findings.contains {
        $0.subject == Self.text(rule) && [.shadowedRule, .coveredRule, .contradictoryMatch].contains($0.code)
      }
      if isFound { #expect(frames[i].isSubset(of: covered), "\(Self.text(rule))") }
    }
  }

  @Test(arguments: 0..<400)
  func findsAmbiguousRules(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) ^ 0xabcd)
    let rules = try TinyUniverse.rules(
      .random(in: 2...16, using: &random), priorities: 1...3, haveTags: false, &random
    ) {
      ["drop", "output:1", "output:2"].randomElement(using: &$0) ?? "drop"
    }
    let findings = Linter.findings(
      in: LintSubject(
        rules: rules,
        ports: [1, 2].reduce(into: []) {
          $0.insert(PortNumber(rawValue: $1))
        }))
    let ambiguous = Set(findings.filter { $0.code == .ambiguousOverlap }.map(\.subject))
    let frames = Self.frames(of: rules)
    var isNeeded = false
    for (i, rule) in rules.enumerated() {
      let others = rules.indices.filter {
        rules[$0].priority == rule.priority && rules[$0].actions != rule.actions
      }
      if ambiguous.contains(Self.text(rule)) {
        #expect(others.contains { rules[$0].match.overlaps(rule.match) }, "\(Self.text(rule))")
      }
      let better = rules.indices.filter { rules[$0].priority > rule.priority }
      let left = better.reduce(into: frames[i]) { $0.subtract(frames[$1]) }
      if others.contains(where: { !left.isDisjoint(with: frames[$0]) }) { isNeeded = true }
    }
    if isNeeded { #expect(!ambiguous.isEmpty) }
  }
}
