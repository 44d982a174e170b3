import Actions
import Flow
import Match

/// Cycles among tables that frames can take: by resubmit, goto, connection tracking and groups, with what actions
/// do to frames on the way. The switch ends such a way at its limits and drops the frame.
///
/// A state is a rule with what is known of the frames that come to it (`FrameCube`); a rule leads to those that may
/// take them in the next table and that no better rule covers. A cycle of states can be gone round for ever. Since
/// states hold every frame that can be there, and maybe others, no cycle is missed, but one may be reported that
/// no frame takes.
enum ResubmitLoops {
  /// States and rules looked at.
  private static var steps: Int { 1_000_000 }
  private static var depth: Int { 512 }

  static func check(_ subject: LintSubject, _ tables: [TableRules], _ report: inout LintReport) {
    let cyclic = TableCycles.tables(of: subject, without: report.deadRules)
    guard !cyclic.isEmpty else { return }
    var search = Search(subject, tables, cyclic, report.deadRules)
    search.run()
    for cycle in search.cycles.values { add(cycle, subject, &report) }
    if search.isIncomplete {
      report.giveUp(
        on: LintFinding.Code.resubmitLoop.rawValue,
        because: "There are too many ways through the tables: the search for loops ended early")
    }
  }

  private static func add(_ places: [Int], _ subject: LintSubject, _ report: inout LintReport) {
    let steps = places.prefix(6).map { place in
      "table \(subject.rules[place].table) '\(subject.text(of: subject.rules[place]))'"
    }
    let rule = subject.rules[places[0]]
    report.add(
      LintFinding(
        severity: .warning, code: .resubmitLoop, table: rule.table, subject: subject.text(of: rule),
        problem: "Frames can go round until a limit drops them: " + steps.joined(separator: " -> ")
          + (places.count > 6 ? " -> ..." : "") + " -> table \(rule.table)",
        advice: "Lead to a later table, or let each round change a field that the rules match"),
      place: places[0])
  }

  private struct State: Hashable {
    var place: Int
    var frames: FlowMatch
  }

  private struct Search {
    private let subject: LintSubject
    private let cyclic: Set<UInt8>
    private let buckets: [UInt32: [Bucket]]
    private let written: FlowKey
    /// Rules that lead on, by table.
    private var leading: [UInt8: [Int]] = [:]
    private var covers: [UInt8: CoverSearch] = [:]
    private var budget = WorkBudget(steps)
    private var done: Set<State> = []
    private var path: [State] = []
    private var onPath: Set<State> = []
    /// Cycles by their tables, as places of rules, from the first one on.
    private(set) var cycles: [[UInt8]: [Int]] = [:]
    private(set) var isIncomplete = false

    init(_ subject: LintSubject, _ tables: [TableRules], _ cyclic: Set<UInt8>, _ dead: Set<Int>) {
      self.subject = subject
      self.cyclic = cyclic
      buckets = Dictionary(subject.groups.map { ($0.group, $0.buckets) }) { first, _ in first }
      written =
        WrittenBits(
          subject.rules.lazy.map(\.actions) + subject.groups.flatMap { $0.buckets.map(\.actions) }
        ).mask
      for table in tables where cyclic.contains(table.table) {
        covers[table.table] = CoverSearch(table, subject.rules)
      }
      for (place, rule) in subject.rules.enumerated()
      where cyclic.contains(rule.table) && !dead.contains(place) {
        guard TableCycles.targets(of: rule, buckets).contains(where: cyclic.contains) else { continue }
        leading[rule.table, default: []].append(place)
      }
    }

    mutating func run() {
      for table in cyclic.sorted() {
        for place in leading[table] ?? [] where !budget.isSpent {
          if let frames = start(subject.rules[place].match) { visit(State(place: place, frames: frames)) }
        }
      }
      isIncomplete = isIncomplete || budget.isSpent
    }

    /// The frames of a rule: registers and metadata that nobody writes are 0. `nil` for none.
    private func start(_ match: FlowMatch) -> FlowMatch? {
      var frames = match
      let words = FlowKey.Word.self
      let registers =
        Array(words.metadata..<words.firstOfFrame) + Array(words.upperRegisters..<words.tunnelID)
      for word in registers {
        let (known, value) = frames[word: word]
        guard value & ~written.words[word] == 0 else { return nil }
        frames.set(Slot(word, 0, 64), to: value, mask: known | ~written.words[word])
      }
      return frames
    }

    private mutating func visit(_ state: State) {
      if onPath.contains(state) { return note(from: state) }
      guard !done.contains(state) else { return }
      guard path.count < ResubmitLoops.depth, budget.spend() else {
        isIncomplete = true
        return
      }
      path.append(state)
      onPath.insert(state)
      var ways = Ways(table: subject.rules[state.place].table, written: written, buckets: buckets)
      ways.follow(subject.rules[state.place].actions, state.frames)
      for way in ways.found where cyclic.contains(way.table) { go(way) }
      path.removeLast()
      onPath.remove(state)
      done.insert(state)
    }

    /// Goes on with every rule that may take frames of `way`.
    private mutating func go(_ way: Ways.Way) {
      for place in leading[way.table] ?? [] {
        guard budget.spend() else { return }
        let rule = subject.rules[place]
        guard rule.match.overlaps(way.frames) else { continue }
        let frames = rule.match.intersection(way.frames)
        guard !isTaken(frames, in: way.table, abovePriority: Int(rule.priority)) else { continue }
        visit(State(place: place, frames: frames))
      }
      // Frames that no rule matches may go on to the next table.
      if subject.continuingTables.contains(way.table), way.table < LintSubject.lastTable,
        !isTaken(way.frames, in: way.table, abovePriority: -1)
      {
        go(Ways.Way(table: way.table + 1, frames: way.frames))
      }
    }

    /// Whether a rule of higher priority takes all of `frames`.
    private mutating func isTaken(
      _ frames: FlowMatch, in table: UInt8, abovePriority priority: Int
    ) -> Bool {
      covers[table]?.cover(of: frames, abovePriority: priority, &budget) != nil
    }

    /// The path leads back to `state`. Of several cycles through the same tables one is kept.
    private mutating func note(from state: State) {
      guard let start = path.firstIndex(of: state) else { return }
      let places = path[start...].map(\.place)
      guard let lowest = places.indices.min(by: { places[$0] < places[$1] }) else { return }
      let turned = Array(places[lowest...] + places[..<lowest])
      let key = turned.map { subject.rules[$0].table }
      if cycles[key] == nil { cycles[key] = turned }
    }
  }
}
