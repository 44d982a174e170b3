import Actions
import Classifier
import Flow
import Match
import TestKit
import Testing

@testable import Pipeline

/// The simple twin: every rule in a list. OpenFlow 1.3.5, sections 5.2 and A.3.4.1, as Open vSwitch reads them.
struct FlowTablesTwin {
  struct Row: Equatable {
    var mod: FlowMod
    var cookie: UInt64
    var created: UInt64
    var modified: UInt64
  }

  struct Refused: Error {}
  var rows: [Row] = []

  private func matches(_ row: Row, _ mod: FlowMod, isStrict: Bool) -> Bool {
    guard mod.table == 255 || row.mod.table == mod.table, (row.cookie ^ mod.cookie) & mod.cookieMask == 0
    else { return false }
    if isStrict {
      guard row.mod.priority == mod.priority, row.mod.match == mod.match else { return false }
    } else {
      let (wanted, key) = (mod.match.mask, mod.match.key)
      guard row.mod.match.mask.masked(by: wanted) == wanted, row.mod.match.key.masked(by: wanted) == key
      else { return false }
    }
    return mod.outPort == .none || row.mod.actions.contains(.output(mod.outPort))
  }

  private mutating func add(_ mod: FlowMod, _ now: UInt64) throws {
    var mod = mod
    if mod.table == 255 { mod.table = 0 }
    guard mod.table < 254 else { throw Refused() }
    let same = rows.firstIndex {
      $0.mod.table == mod.table && $0.mod.priority == mod.priority && $0.mod.match == mod.match
    }
    // A rule does not overlap with the one that it replaces.
    if mod.flags.contains(.checkOverlap), same == nil {
      for row in rows where row.mod.table == mod.table && row.mod.priority == mod.priority {
        let both = mod.match.mask.masked(by: row.mod.match.mask)
        if mod.match.key.masked(by: both) == row.mod.match.key.masked(by: both) { throw Refused() }
      }
    }
    if let same { rows.remove(at: same) }
    rows.append(Row(mod: mod, cookie: mod.newCookie ?? 0, created: now, modified: now))
  }

  private mutating func apply(_ mod: FlowMod, _ now: UInt64) throws {
    let isStrict = mod.command == .modifyStrict || mod.command == .deleteStrict
    switch mod.command {
    case .add: try add(mod, now)
    case .modify, .modifyStrict:
      let meant = rows.indices.filter { matches(rows[$0], mod, isStrict: isStrict) }
      if meant.isEmpty, mod.newCookie != nil, mod.cookieMask == 0 { try add(mod, now) }
      for i in meant {
        rows[i].mod.actions = mod.actions
        rows[i].cookie = mod.newCookie ?? rows[i].cookie
        rows[i].modified = now
      }
    case .delete, .deleteStrict: rows = rows.filter { !matches($0, mod, isStrict: isStrict) }
    }
  }

  /// All or nothing.
  mutating func apply(_ mods: [FlowMod], _ now: UInt64) throws {
    var copy = self
    for mod in mods { try copy.apply(mod, now) }
    self = copy
  }

  /// Nothing was ever used here. A change does not count as use.
  mutating func expire(_ now: UInt64) {
    rows.removeAll {
      $0.mod.hardTimeout != 0 && now >= $0.modified + UInt64($0.mod.hardTimeout) * 1000
        || $0.mod.idleTimeout != 0 && now >= $0.created + UInt64($0.mod.idleTimeout) * 1000
    }
  }
}

@Suite struct FlowTablesTests {
  static let bridge = BridgeIndex(rawValue: 0)

  static func makeState() -> LeftRight {
    let state = LeftRight()
    let fdb = FDB(capacity: 16)
    let counters = TableCounters()
    state.update { $0.addBridge(bridge, fdb: fdb, counters: counters) }
    return state
  }

  /// One of few matches, some of which are within others.
  static func match(_ random: inout SeededGenerator) -> FlowMatch {
    var match = FlowMatch()
    for word in [1, 23] where Bool.random(using: &random) {
      match.set(
        Slot(word, 0, 2), to: .random(in: 0...3, using: &random), mask: .random(in: 0...3, using: &random))
    }
    return match
  }

  static func mod(_ random: inout SeededGenerator) -> FlowMod {
    let commands: [FlowMod.Command] = [.add, .add, .add, .modify, .modifyStrict, .delete, .deleteStrict]
    var mod = FlowMod(command: commands[Int.random(in: 0..<7, using: &random)], match: match(&random))
    mod.table = [0, 0, 1, 2, 255][Int.random(in: 0..<5, using: &random)]
    if Int.random(in: 0..<30, using: &random) == 0 { mod.table = 254 }
    mod.priority = .random(in: 0...2, using: &random)
    if Bool.random(using: &random) { mod.newCookie = .random(in: 0...3, using: &random) }
    if mod.command != .add, Int.random(in: 0..<3, using: &random) == 0 {
      mod.cookieMask = .random(in: 1...3, using: &random)
      mod.cookie = .random(in: 0...3, using: &random) & mod.cookieMask
    }
    if mod.command == .delete || mod.command == .deleteStrict, Int.random(in: 0..<3, using: &random) == 0 {
      mod.outPort = PortNumber(rawValue: .random(in: 1...3, using: &random))
    }
    if Int.random(in: 0..<4, using: &random) == 0 { mod.flags.insert(.checkOverlap) }
    mod.actions = [.output(PortNumber(rawValue: .random(in: 1...3, using: &random)))]
    mod.idleTimeout = [0, 0, 5, 9][Int.random(in: 0..<4, using: &random)]
    mod.hardTimeout = [0, 0, 4, 20][Int.random(in: 0..<4, using: &random)]
    return mod
  }

  /// A rule in words that can be sorted.
  static func text(_ table: UInt8, _ priority: UInt16, _ match: FlowMatch, _ rest: String) -> String {
    let words = (0..<FlowKey.wordCount).map { "\(match.key.words[$0])/\(match.mask.words[$0])" }
    return "\(table) \(priority) \(words.joined(separator: " ")) \(rest)"
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func agreesWithTheTwin(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let state = Self.makeState()
    let subject = FlowTables(bridge: Self.bridge, state: state)
    var twin = FlowTablesTwin()
    var now: UInt64 = 1_000_000
    for step in 0..<150 {
      now += UInt64.random(in: 0...2000, using: &random)
      let mods = (0..<Int.random(in: 1...4, using: &random)).map { _ in Self.mod(&random) }
      var (isDone, shouldBeDone) = (true, true)
      do { _ = try subject.apply(mods, now: now) } catch { isDone = false }
      do { try twin.apply(mods, now) } catch { shouldBeDone = false }
      if isDone != shouldBeDone { Issue.record("step \(step), seed \(seed): done \(isDone)") }
      if step % 5 == 0 {
        _ = subject.expire(now: now)
        twin.expire(now)
      }
      let found = subject.entries(FlowFilter()).map {
        Self.text(
          $0.rule.table, $0.rule.priority, $0.match, "\($0.cookie) \($0.actions) \($0.created) \($0.modified)"
        )
      }
      let wanted = twin.rows.map {
        Self.text(
          $0.mod.table, $0.mod.priority, $0.mod.match,
          "\($0.cookie) \($0.mod.actions) \($0.created) \($0.modified)")
      }
      if found.sorted() != wanted.sorted() {
        Issue.record("step \(step), seed \(seed): rules differ")
        return
      }
      if subject.count != twin.rows.count { Issue.record("step \(step), seed \(seed): counts differ") }
      compareBothSides(state, subject, "step \(step), seed \(seed)")
    }
  }

  /// What workers see is what the control thread lists, on either side.
  private func compareBothSides(_ state: LeftRight, _ subject: FlowTables, _ place: String) {
    let reader = state.makeReader()
    let rules = subject.entries(FlowFilter())
    func areThere(_ side: ForwardingState) -> Bool {
      guard let record = side.bridge(Self.bridge) else { return false }
      return rules.allSatisfy {
        record.find(
          table: $0.rule.table, mask: $0.mask, words: $0.rule.words, priority: $0.rule.priority) == $0.rule
      }
    }
    if !state.read(as: reader, areThere) { Issue.record("\(place): workers lack a rule") }
    if !state.stage({ areThere($0) }) { Issue.record("\(place): the idle side lacks a rule") }
  }

  private func rule(_ actions: [Action], flags: FlowMod.Flags = []) -> FlowMod {
    var mod = FlowMod(command: .add)
    mod.actions = actions
    mod.flags = flags
    return mod
  }

  /// A rule that replaces another, or changes it, goes on counting, unless told not to.
  @Test(arguments: [FlowMod.Command.add, .modify, .modifyStrict], [true, false])
  func countersGoOnUnlessReset(command: FlowMod.Command, resets: Bool) throws {
    let subject = FlowTables(bridge: Self.bridge, state: Self.makeState())
    _ = try subject.apply([rule([.output(PortNumber(rawValue: 1))])], now: 0)
    subject.entries(FlowFilter()).first?.rule.count(bytes: 100, now: 5)
    var mod = rule([.output(PortNumber(rawValue: 2))], flags: resets ? .resetCounts : [])
    mod.command = command
    _ = try subject.apply([mod], now: 10)
    let entry = try #require(subject.entries(FlowFilter()).first)
    #expect(entry.packets == (resets ? 0 : 1))
    #expect(entry.bytes == (resets ? 0 : 100))
  }

  /// Who only hears of the events knows all rules.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func eventsTellEverything(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let subject = FlowTables(bridge: Self.bridge, state: Self.makeState())
    subject.isObserved = true
    var heard: [String: String] = [:]
    var now: UInt64 = 1_000_000
    for step in 0..<150 {
      now += UInt64.random(in: 0...2000, using: &random)
      let mods = (0..<Int.random(in: 1...4, using: &random)).map { _ in Self.mod(&random) }
      let outcome = step % 7 == 6 ? subject.expire(now: now) : subject.applyEach(mods, now: now).outcome
      for event in outcome.events {
        let rule = event.rule
        let name = Self.text(rule.table, rule.priority, rule.match, "")
        switch event.kind {
        case .added: heard[name] = "\(rule.cookie) \(rule.actions)"
        case .modified:
          #expect(heard[name] != nil && heard[name] != "\(rule.cookie) \(rule.actions)")
          heard[name] = "\(rule.cookie) \(rule.actions)"
        case .removed: #expect(heard.removeValue(forKey: name) == "\(rule.cookie) \(rule.actions)")
        }
        #expect((event.place == nil) == (step % 7 == 6))
      }
      let rules = subject.entries(FlowFilter()).map {
        (Self.text($0.rule.table, $0.rule.priority, $0.match, ""), "\($0.cookie) \($0.actions)")
      }
      #expect(heard == Dictionary(uniqueKeysWithValues: rules), "step \(step), seed \(seed)")
    }
  }
}
