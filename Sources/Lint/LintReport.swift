import Flow

/// What checks have found so far.
struct LintReport {
  /// Findings of one code at most; what goes beyond is counted.
  static let limit = 10_000

  private var found: [(place: Int, finding: LintFinding)] = []
  private var counts: [LintFinding.Code: Int] = [:]

  /// Rules that never take a frame, by their places in the subject: they lead nowhere.
  var deadRules: Set<Int> = []

  /// - Parameter place: that of the rule in the subject; `nil` for what is not about one.
  mutating func add(_ finding: LintFinding, place: Int? = nil) {
    counts[finding.code, default: 0] += 1
    if counts[finding.code, default: 0] <= Self.limit { found.append((place ?? .max, finding)) }
  }

  /// Notes that a check ended early.
  mutating func giveUp(on subject: String, because: String) {
    add(
      LintFinding(
        severity: .note, code: .gaveUp, subject: subject, problem: because,
        advice: "What was found until then holds; there may be more of it"))
  }

  /// All findings: by table, rules in their order, then what is about no rule.
  var findings: [LintFinding] {
    var result = found.enumerated().sorted { a, b in
      let (x, y) = (Self.key(a.element), Self.key(b.element))
      return x == y ? a.offset < b.offset : x < y
    }.map(\.element.finding)
    for (code, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > Self.limit {
      result.append(
        LintFinding(
          severity: .note, code: .gaveUp, subject: code.rawValue,
          problem: "There are \(count) of these, of which \(Self.limit) are listed",
          advice: "Put the listed ones right and look again"))
    }
    return result
  }

  private static func key(_ entry: (place: Int, finding: LintFinding)) -> (Int, Int) {
    (entry.finding.code == .gaveUp ? 1_000 : entry.finding.table.map(Int.init) ?? 999, entry.place)
  }
}
