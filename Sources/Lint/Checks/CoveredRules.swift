import Flow
import Match

/// Rules all of whose frames several rules of higher priority take together. What is reported is proven; a rule
/// that more than `candidates` others overlap, of more than `shapes` shapes, or whose proof takes too many steps, is not reported.
enum CoveredRules {
  /// Pairs of shapes, looks into hash tables, and comparisons within proofs: about a second.
  private static var steps: Int { 10_000_000 }
  /// Comparisons in one proof.
  private static var proofSteps: Int { 20_000 }
  /// Shapes that one proof considers, those first that leave the most open, and what it is worth to index one.
  private static var shapes: Int { 256 }
  private static var indexSteps: Int { 16 }
  /// Rules that one proof considers.
  private static var candidates: Int { 256 }
  /// Rules that are listed in a finding.
  private static var listed: Int { 4 }

  static func check(_ subject: LintSubject, _ tables: [TableRules], _ report: inout LintReport) {
    var search = Search(subject: subject, report: report, budget: WorkBudget(steps))
    for table in tables {
      for asker in table.shapes + table.others where !search.budget.isSpent { search.prove(asker, in: table) }
    }
    report = search.report
    if search.budget.isSpent || search.undecided > 0 {
      let isOne = search.undecided == 1
      let count = search.budget.isSpent ? "some rules" : isOne ? "one rule" : "\(search.undecided) rules"
      report.giveUp(
        on: LintFinding.Code.coveredRule.rawValue,
        because: "For \(count) it was not found out whether several others cover it: that takes too long")
    }
  }

  private struct Search {
    let subject: LintSubject
    var report: LintReport
    var budget: WorkBudget
    /// Rules of which it is not known.
    var undecided = 0

    /// Looks at the rules of one shape.
    mutating func prove(_ asker: TableRules.Shape, in table: TableRules) {
      guard let lowest = asker.priorities.first else { return }
      var near: [(shape: TableRules.Shape, bits: Int)] = []
      var size = ImpossibleFrames.share(beside: asker, table.shapes)
      for shape in table.shapes {
        guard budget.spend() else { return }
        guard let highest = shape.priorities.last, highest > lowest else { continue }
        let bits = shape.bitCount(without: asker)
        // A shape whose bits the asker all has covers a rule alone or takes no frame of it.
        guard bits > 0 else { continue }
        near.append((shape, bits))
        size += Double(shape.count) * CubeCover.share(ofBits: bits)
      }
      // Not even all of them together fill a rule of this shape.
      guard size > 0.999_999 else { return }
      near.sort { $0.bits < $1.bits }
      near = Array(near.prefix(CoveredRules.shapes))
      let indexes = near.map { near in
        _ = budget.spend(near.shape.count + CoveredRules.indexSteps)
        return ShapeIndex(near.shape, common: ShapeIndex.Common(of: near.shape, asker))
      }
      let shapes = near.map(\.shape)
      for rule in 0..<asker.count where !budget.isSpent && !report.deadRules.contains(asker.places[rule]) {
        prove(rule, of: asker, shapes, indexes)
      }
    }

    private mutating func prove(
      _ rule: Int, of asker: TableRules.Shape, _ shapes: [TableRules.Shape], _ indexes: [ShapeIndex]
    ) {
      var found: [Int] = []
      var isCut = false
      for i in shapes.indices where !isCut {
        let (shape, index) = (shapes[i], indexes[i])
        var other = index.first(agreeingWith: rule, of: asker, &budget)
        while let next = other, shape.priorities[next] > asker.priorities[rule], !isCut {
          if !subject.rules[shape.places[next]].isTimed { found.append(shape.places[next]) }
          isCut = found.count >= CoveredRules.candidates
          other = index.next(after: next, agreeingWith: rule, of: asker, &budget)
        }
      }
      guard !found.isEmpty else { return }
      let match = subject.rules[asker.places[rule]].match
      let words = found.reduce(match.wordSet) { $0 | subject.rules[$1].match.wordSet }
      let impossible = ImpossibleFrames.cubes(words: words)
      let cubes = found.map { CubeCover.Cube(subject.rules[$0].match, words: words) } + impossible
      let cube = CubeCover.Cube(match, words: words)
      switch CubeCover.answer(cube, cubes, steps: CoveredRules.proofSteps, &budget) {
      case .covered(let places):
        let covers = places.filter { $0 < found.count }.map { found[$0] }
        add(covers, of: asker.places[rule])
      case .notCovered: if isCut { undecided += 1 }
      case .unknown: undecided += 1
      }
    }

    private mutating func add(_ covers: [Int], of place: Int) {
      report.deadRules.insert(place)
      let rule = subject.rules[place]
      let texts = covers.prefix(CoveredRules.listed).map { "'\(subject.text(of: subject.rules[$0]))'" }
      let more = covers.count - texts.count
      let priority = covers.map { subject.rules[$0].priority }.min() ?? 0
      report.add(
        LintFinding(
          severity: .warning, code: .coveredRule, table: rule.table, subject: subject.text(of: rule),
          problem: "\(covers.count) rules together take every frame that this rule could take: "
            + texts.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""),
          advice: "Delete it, or give it a priority above \(priority), the lowest of theirs"), place: place)
    }
  }
}

extension CubeCover.Cube {
  /// The frames of a match, over the words of `words`.
  init(_ match: FlowMatch, words: UInt64) {
    self.init(masks: [], values: [])
    var rest = words
    while rest != 0 {
      let (mask, value) = match[word: rest.trailingZeroBitCount]
      masks.append(mask)
      values.append(value)
      rest &= rest - 1
    }
  }
}
