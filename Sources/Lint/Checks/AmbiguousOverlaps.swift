import Actions
import Flow
import Match

/// Rules of one priority that take some of the same frames and do different things: which of them takes such a
/// frame, OpenFlow leaves open. OpenFlow 1.3.5 section 5.3.
///
/// Two are no trouble where a rule of higher priority takes all frames that both could. Clauses of conjunctions may
/// overlap. Of each rule one other is named.
enum AmbiguousOverlaps {
  /// Looks into hash tables: about a second.
  private static var steps: Int { 8_000_000 }
  /// How many such looks it is worth to see what two shapes have in common.
  private static var pairSteps: Int { 8 }
  /// Others of which it is asked whether a rule of higher priority settles it.
  private static var others: Int { 64 }

  static func check(_ subject: LintSubject, _ tables: [TableRules], _ report: inout LintReport) {
    var search = Search(subject: subject, dead: report.deadRules, only: nil, budget: WorkBudget(steps))
    for table in tables where !search.budget.isSpent { search.look(at: table) }
    for (place, other) in search.partners { add(place, other, subject, &report) }
    if search.budget.isSpent || search.isIncomplete {
      report.giveUp(
        on: LintFinding.Code.ambiguousOverlap.rawValue,
        because: "Too many rules of one priority overlap: the search for ambiguous ones ended early")
    }
  }

  /// Of each of the rules at `places` that overlaps so with another one, the place of that.
  static func partners(of places: Set<Int>, _ subject: LintSubject, _ tables: [TableRules]) -> [Int: Int] {
    var search = Search(subject: subject, dead: [], only: places, budget: WorkBudget(steps))
    for table in tables where !search.budget.isSpent { search.look(at: table) }
    return search.partners
  }

  private struct Search {
    let subject: LintSubject
    let dead: Set<Int>
    /// The rules of which others are looked for; `nil` for all, of which each pair is looked at once.
    let only: Set<Int>?
    var budget: WorkBudget
    /// By the place of a rule, that of another one.
    var partners: [Int: Int] = [:]
    var isIncomplete = false
    /// Lists of actions by number, so that they are compared once.
    var actions: [Int] = []

    init(subject: LintSubject, dead: Set<Int>, only: Set<Int>?, budget: WorkBudget) {
      self.subject = subject
      self.dead = dead
      self.only = only
      self.budget = budget
      var numbers: [[Action]: Int] = [:]
      actions = subject.rules.map { rule in
        let number = numbers[rule.actions] ?? numbers.count
        numbers[rule.actions] = number
        return number
      }
    }

    mutating func look(at table: TableRules) {
      var covers = CoverSearch(table, subject.rules)
      for (i, shape) in table.shapes.enumerated() {
        var indexes: [ShapeIndex.Common: PriorityIndex] = [:]
        for (j, asker) in table.shapes.enumerated() where only == nil ? j < i : j != i {
          guard budget.spend() else { return }
          guard let low = shape.priorities.first, let high = shape.priorities.last,
            let first = asker.priorities.first, let last = asker.priorities.last, low <= last, first <= high
          else { continue }
          _ = budget.spend(AmbiguousOverlaps.pairSteps)
          let common = ShapeIndex.Common(of: shape, asker)
          if indexes[common] == nil {
            _ = budget.spend(shape.count)
            indexes[common] = PriorityIndex(shape, common, actions)
          }
          guard let index = indexes[common] else { continue }
          for rule in 0..<asker.count where budget.spend() {
            look(at: rule, of: asker, shape, index, &covers)
          }
        }
      }
    }

    private mutating func look(
      at rule: Int, of asker: TableRules.Shape, _ shape: TableRules.Shape, _ index: PriorityIndex,
      _ covers: inout CoverSearch
    ) {
      let place = asker.places[rule]
      guard partners[place] == nil, !dead.contains(place), only?.contains(place) ?? true else { return }
      var asked = 0
      index.forEach(agreeingWith: rule, of: asker, doingOtherThan: actions[place]) { other in
        let partner = shape.places[other]
        guard budget.spend() else { return false }
        guard actions[partner] != actions[place], !dead.contains(partner),
          subject.rules[place].priority == subject.rules[partner].priority,
          subject.rules[place].match.overlaps(subject.rules[partner].match)
        else { return true }
        asked += 1
        guard asked <= AmbiguousOverlaps.others else {
          isIncomplete = true
          return false
        }
        let rule = subject.rules[place]
        let both = rule.match.intersection(subject.rules[partner].match)
        // A rule of higher priority may take every frame that both could take.
        if covers.cover(of: both, abovePriority: Int(rule.priority), &budget) != nil { return true }
        if only == nil {
          partners[max(place, partner)] = min(place, partner)
        } else {
          partners[place] = partner
        }
        return false
      }
    }
  }

  private static func add(_ place: Int, _ other: Int, _ subject: LintSubject, _ report: inout LintReport) {
    let (rule, partner) = (subject.rules[place], subject.rules[other])
    report.add(
      LintFinding(
        severity: .warning, code: .ambiguousOverlap, table: rule.table, subject: subject.text(of: rule),
        problem:
          "'\(subject.text(of: partner))' has the same priority, takes some of the same frames and does "
          + "something else; which of the two takes them, OpenFlow leaves open",
        advice: "Give the one that is to win a higher priority than \(rule.priority)"), place: place)
  }
}
