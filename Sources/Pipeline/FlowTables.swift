import Actions
import Classifier
public import Flow
public import Match

/// Why a change of the flow tables was refused. Nothing was changed then.
public enum FlowTablesError: Error, Equatable, Sendable {
  /// `check_overlap` was asked for, and a rule of the same priority matches some of the same frames.
  case overlap(priority: UInt16, match: FlowMatch)
  /// Tables are 0 to 253.
  case badTable(UInt8)
  /// There are `limit` rules.
  case full(limit: Int)
  /// The rule names a meter that does not exist.
  case unknownMeter(UInt32)
  /// An action names a group that does not exist.
  case unknownGroup(UInt32)
}

/// Which change of a list was refused, and why. Nothing was changed then.
public struct FlowModRefused: Error, Equatable, Sendable {
  /// Its place in the list.
  public let place: Int
  public let reason: FlowTablesError

  public init(place: Int, reason: FlowTablesError) {
    self.place = place
    self.reason = reason
  }
}

/// One bridge's flow tables, as the control thread changes and reads them.
///
/// A list of changes is applied to the idle copy of the forwarding state, one by one, each seeing those before
/// it. If one is refused the ones before it are taken back there; nobody has seen them. Otherwise all become
/// visible at once (`LeftRight`). Open vSwitch's rules apply for what a modification keeps.
public final class FlowTables {
  /// Rules that one bridge can hold.
  public static var limit: Int { 16_000_000 }

  /// A rule that is gone, and why; for those who asked to be told.
  public struct Removed: Sendable {
    /// OpenFlow 1.3.5, section A.4.2.
    public enum Reason: UInt8, Sendable {
      case idleTimeout = 0
      case hardTimeout = 1
      case deleted = 2
      /// With the group that the rule sent frames to.
      case groupDeleted = 3
      /// With the meter that the rule measured frames with.
      case meterDeleted = 4
    }
    public var statistics: FlowStatistics
    public var reason: Reason
  }

  /// One step of a transaction, with what is needed to do it again and to take it back.
  enum Change {
    /// Takes over the counters of the rule that it replaces, if any.
    case insert(Rule, FlowEntry, replacing: FlowEntry?)
    /// The reason is that of which whoever asked to be told is told; `nil` for a rule that another one replaces.
    case remove(Rule, FlowEntry, Removed.Reason?)
    case replace(old: Rule, new: Rule, FlowEntry, before: Content, resetsCounts: Bool)
  }

  /// What a modification changes of a rule.
  struct Content {
    var cookie: UInt64
    var actions: [Action]
    var templates: [LearnTemplate]
    var lastChange: UInt64
  }

  let bridge: BridgeIndex
  let state: LeftRight
  private(set) var entries: [FlowEntry?] = []
  private var freeIDs: [UInt32] = []
  /// Counts additions and modifications.
  public private(set) var sequence: UInt64 = 0
  /// Rules that end by themselves.
  var timed: Set<UInt32> = []
  public private(set) var count = 0
  /// The `learn` actions of this bridge.
  public let templates = LearnTemplates()
  /// What rules learn that goes with them.
  private var learners = LearnedCookies()
  /// Whether `Outcome.events` is wanted, which costs a copy of each rule that changes.
  public var isObserved = false

  public init(bridge: BridgeIndex, state: LeftRight) {
    self.bridge = bridge
    self.state = state
    templates.countRules = { [unowned self] key in
      entries.count { $0?.rule.table == key.table && $0?.cookie == key.cookie }
    }
  }

  // MARK: Reading

  /// The rules that `filter` admits, by table, then priority from high to low, then age.
  public func entries(_ filter: FlowFilter) -> [FlowEntry] {
    if let priority = filter.strictPriority {
      let mask = Mask(filter.match)
      let words = filter.match.wordValues
      let tables = filter.table.map { $0...$0 } ?? 0...UInt8(BridgeRecord.tableCount - 1)
      return tables.compactMap { find(table: $0, mask: mask, words: words, priority: priority) }
        .filter(filter.admits)
    }
    return entries.compactMap { $0 }.filter(filter.admits).sorted {
      ($0.rule.table, $1.rule.priority, $0.rule.sequence) < (
        $1.rule.table, $0.rule.priority, $1.rule.sequence
      )
    }
  }

  /// The rule that workers know under `id`.
  public func entry(id: UInt32) -> FlowEntry? { id < entries.count ? entries[Int(id)] : nil }

  func find(table: UInt8, mask: Mask, words: [UInt64], priority: UInt16) -> FlowEntry? {
    guard table < BridgeRecord.tableCount else { return nil }
    return state.stage { idle in
      idle.bridge(bridge)?.find(table: table, mask: mask, words: words, priority: priority)
    }.flatMap { entry(id: $0.id) }
  }

  // MARK: Changing

  /// Changes that were made to the idle copy of the forwarding state and that no worker sees yet.
  public struct Staged {
    var changes: [Change] = []
    /// What observers are to be told.
    var events: [FlowEvent] = []
    /// The place of the change at work in the list that was asked for.
    var place: Int?
  }

  /// What came of changes that hold now.
  public struct Outcome: Sendable {
    /// The rules that are gone and whose owner asked to be told.
    public var removed: [Removed] = []
    /// What happened to each rule, in order; empty unless `isObserved`.
    public var events: [FlowEvent] = []
  }

  /// Applies all of `mods` or none. When it returns, the next frame sees them.
  /// - Parameter now: monotonic milliseconds.
  public func apply(_ mods: [FlowMod], now: UInt64) throws(FlowModRefused) -> Outcome {
    let staged = try stage(mods, now: now)
    state.publish(scope(of: staged)) { repeatOn($0, staged) }
    return finish(staged, now: now)
  }

  /// Makes all of `mods` in the idle copy or none. What is returned is to be published, repeated on the other
  /// copy and finished, or taken back.
  /// - Parameter groupDeletions: the places of those that delete rules because of a group that is deleted.
  public func stage(
    _ mods: [FlowMod], groupDeletions: Set<Int> = [], now: UInt64
  ) throws(FlowModRefused) -> Staged {
    var log = Staged()
    for (place, mod) in mods.enumerated() {
      log.place = place
      do throws(FlowTablesError) {
        let reason: Removed.Reason = groupDeletions.contains(place) ? .groupDeleted : .deleted
        try stage(mod, reason: reason, now: now, log: &log)
      } catch {
        takeBack(log)
        throw FlowModRefused(place: place, reason: error)
      }
    }
    return log
  }

  /// Removes, in the idle copy, the rules that measure frames with one of `meters`. What is returned is to be
  /// published, repeated on the other copy and finished.
  public func stageRemoval(ofRulesMeasuringWith meters: Set<UInt32>, now: UInt64) -> Staged {
    var log = Staged()
    for case let entry? in entries where entry.actions.contains(where: { $0.measures(meters.contains) }) {
      remove(entry, reason: .meterDeleted, now: now, log: &log)
    }
    return log
  }

  /// The rules that staged changes are about, each once, in the order of the first change.
  public func keys(of staged: Staged) -> [RuleKey] {
    var seen: Set<RuleKey> = []
    return staged.changes.compactMap { change in
      let (rule, entry) =
        switch change {
        case .insert(let rule, let entry, _), .remove(let rule, let entry, _): (rule, entry)
        case .replace(_, let rule, let entry, _, _): (rule, entry)
        }
      let key = RuleKey(
        table: rule.table, priority: rule.priority, match: entry.mask.match(rule.words))
      return seen.insert(key).inserted ? key : nil
    }
  }

  /// The rule as it is now, staged changes included.
  public func entry(_ key: RuleKey) -> FlowEntry? {
    entries(FlowFilter(table: key.table, match: key.match, strictPriority: key.priority)).first
  }

  /// Undoes what was staged.
  public func takeBack(_ staged: Staged) {
    for change in staged.changes.reversed() { undo(change) }
  }

  /// Applies each of `mods` that can be, one after the other; when it returns, the next frame sees them, all at
  /// once.
  /// - Returns: what came of them, and the places in `mods` of those that were refused, ascending, and why.
  public func applyEach(
    _ mods: [FlowMod], now: UInt64
  ) -> (outcome: Outcome, refused: [(index: Int, error: FlowTablesError)]) {
    var log = Staged()
    var refused: [(index: Int, error: FlowTablesError)] = []
    for (index, mod) in mods.enumerated() {
      log.place = index
      do throws(FlowTablesError) {
        try stage(mod, now: now, log: &log)
      } catch {
        refused.append((index, error))
      }
    }
    state.publish(scope(of: log)) { repeatOn($0, log) }
    return (finish(log, now: now), refused)
  }

  /// Removes rules whose time is up.
  public func expire(now: UInt64) -> Outcome {
    var outcome = Outcome()
    for reason in [Removed.Reason.hardTimeout, .idleTimeout] {
      var log = Staged()
      for id in timed {
        guard let entry = entry(id: id) else { continue }
        let timeout = reason == .hardTimeout ? entry.hardTimeout : entry.idleTimeout
        let start = reason == .hardTimeout ? entry.modified : entry.rule.lastUsed
        if timeout != 0, now >= start + UInt64(timeout) * 1000 {
          remove(entry, reason: reason, now: now, log: &log)
        }
      }
      guard !log.changes.isEmpty else { continue }
      removeOrphans(now: now, log: &log)
      state.publish(scope(of: log)) { repeatOn($0, log) }
      let part = finish(log, now: now)
      outcome.removed += part.removed
      outcome.events += part.events
    }
    return outcome
  }

  /// Stages one change, the whole of it or, when it throws, nothing.
  ///
  /// - Parameter annex: that of rules that are learned.
  func stage(
    _ mod: FlowMod, reason: Removed.Reason = .deleted, annex: Rule.Annex? = nil, now: UInt64,
    log: inout Staged
  ) throws(FlowTablesError) {
    switch mod.command {
    case .add: try add(mod, annex: annex, now: now, log: &log)
    case .modify, .modifyStrict:
      let meant = selected(by: mod, isStrict: mod.command == .modifyStrict)
      if meant.isEmpty, mod.newCookie != nil, mod.cookieMask == 0 {
        try add(mod, annex: annex, now: now, log: &log)
      }
      for entry in meant { modify(entry, mod, annex: annex, now: now, log: &log) }
    case .delete, .deleteStrict:
      for entry in selected(by: mod, isStrict: mod.command == .deleteStrict) {
        remove(entry, reason: reason, now: now, log: &log)
      }
    }
    removeOrphans(now: now, log: &log)
  }

  /// Removes what was learned by actions that are gone and take what they learned with them.
  private func removeOrphans(now: UInt64, log: inout Staged) {
    while let orphans = learners.takeOrphans() {
      let learned = entries.filter { $0?.rule.table == orphans.table && $0?.cookie == orphans.cookie }
      for case let entry? in learned { remove(entry, reason: .deleted, now: now, log: &log) }
    }
  }

  private func selected(by mod: FlowMod, isStrict: Bool) -> [FlowEntry] {
    entries(
      FlowFilter(
        table: mod.table == 255 ? nil : mod.table, match: mod.match, cookie: mod.cookie,
        cookieMask: mod.cookieMask, outPort: mod.outPort, outGroup: mod.outGroup,
        strictPriority: isStrict ? mod.priority : nil))
  }

  private func add(
    _ mod: FlowMod, annex: Rule.Annex?, now: UInt64, log: inout Staged
  ) throws(FlowTablesError) {
    let table = mod.table == 255 ? 0 : mod.table
    guard table < BridgeRecord.tableCount else { throw .badTable(table) }
    let mask = Mask(mod.match)
    let words = mod.match.wordValues
    let existing = find(table: table, mask: mask, words: words, priority: mod.priority)
    // The rule that this one replaces does not overlap with it.
    if existing == nil, mod.flags.contains(.checkOverlap) { try checkOverlap(mod, table: table) }
    guard count < Self.limit || existing != nil else { throw .full(limit: Self.limit) }
    // Before the other one goes, so that nobody is an orphan in between.
    learners.add(mod.actions)
    if let existing { takeOut(existing, reason: nil, log: &log) }

    let id = freeIDs.popLast() ?? UInt32(entries.count)
    if id == entries.count { entries.append(nil) }
    var kept: [LearnTemplate] = []
    let rule = makeRule(
      id: id, table: table, priority: mod.priority, words: words, mask: mask, actions: mod, annex: annex,
      keeping: &kept, now: now)
    let entry = FlowEntry(mod, rule: rule, mask: mask, now: now)
    entry.templates = kept
    entries[Int(id)] = entry
    count += 1
    templates.cookies.add(entry.cookie, table: table)
    if entry.idleTimeout != 0 || entry.hardTimeout != 0 { timed.insert(id) }
    insertIdle(rule, entry)
    log.changes.append(.insert(rule, entry, replacing: mod.flags.contains(.resetCounts) ? nil : existing))
    note(.added, entry, before: existing?.actions, now: now, in: &log)
  }

  private func checkOverlap(_ mod: FlowMod, table: UInt8) throws(FlowTablesError) {
    for case let entry? in entries
    where entry.rule.table == table && entry.rule.priority == mod.priority
      && entry.match.overlaps(mod.match)
    {
      throw .overlap(priority: mod.priority, match: entry.match)
    }
  }

  private func modify(
    _ entry: FlowEntry, _ mod: FlowMod, annex: Rule.Annex?, now: UInt64, log: inout Staged
  ) {
    let before = Content(
      cookie: entry.cookie, actions: entry.actions, templates: entry.templates, lastChange: entry.modified)
    let old = entry.rule
    var kept: [LearnTemplate] = []
    let rule = makeRule(
      id: old.id, table: old.table, priority: old.priority, words: old.words, mask: entry.mask, actions: mod,
      annex: annex, keeping: &kept, now: old.lastUsed)
    removeIdle(old, entry)
    insertIdle(rule, entry)
    entry.rule = rule
    entry.actions = mod.actions
    entry.templates = kept
    entry.lastChange = now
    if let cookie = mod.newCookie, cookie != entry.cookie {
      templates.cookies.remove(entry.cookie, table: rule.table)
      templates.cookies.add(cookie, table: rule.table)
      entry.cookie = cookie
    }
    learners.add(mod.actions)
    learners.remove(before.actions)
    log.changes.append(
      .replace(
        old: old, new: rule, entry, before: before, resetsCounts: mod.flags.contains(.resetCounts)))
    if isObserved, before.actions != entry.actions || before.cookie != entry.cookie {
      note(.modified, entry, before: before.actions, now: now, in: &log)
    }
  }

  private func remove(_ entry: FlowEntry, reason: Removed.Reason, now: UInt64, log: inout Staged) {
    note(.removed(reason), entry, before: nil, now: now, in: &log)
    takeOut(entry, reason: reason, log: &log)
  }

  private func note(
    _ kind: FlowEvent.Kind, _ entry: FlowEntry, before: [Action]?, now: UInt64, in log: inout Staged
  ) {
    guard isObserved else { return }
    log.events.append(
      FlowEvent(
        kind: kind, rule: entry.statistics(now: now), actionsBefore: before, added: entry.added,
        place: log.place))
  }

  private func takeOut(_ entry: FlowEntry, reason: Removed.Reason?, log: inout Staged) {
    entries[Int(entry.rule.id)] = nil
    timed.remove(entry.rule.id)
    count -= 1
    templates.cookies.remove(entry.cookie, table: entry.rule.table)
    learners.remove(entry.actions)
    removeIdle(entry.rule, entry)
    log.changes.append(.remove(entry.rule, entry, reason))
  }

  private func makeRule(
    id: UInt32, table: UInt8, priority: UInt16, words: [UInt64], mask: Mask, actions: FlowMod,
    annex: Rule.Annex?, keeping kept: inout [LearnTemplate], now: UInt64
  ) -> Rule {
    sequence += 1
    return Rule.allocate(
      table: table, priority: priority, sequence: sequence, words: words, hash: mask.hash(words),
      program: RuleCompiler.compile(actions.actions, with: templates, keeping: &kept),
      annex: annex ?? .clauses(RuleCompiler.clauses(actions.actions)), now: now, id: id)
  }

  private func insertIdle(_ rule: Rule, _ entry: FlowEntry) {
    // One mask for all rules that have it.
    if let shared = state.stage({ idle in idle.bridge(bridge)?.insert(rule, mask: entry.mask) }) {
      entry.mask = shared
    }
  }

  private func removeIdle(_ rule: Rule, _ entry: FlowEntry) {
    state.stage { idle in idle.bridge(bridge)?.remove(rule, mask: entry.mask) }
  }

  /// Takes a staged change back.
  private func undo(_ change: Change) {
    switch change {
    case .insert(let rule, let entry, _):
      removeIdle(rule, entry)
      entries[Int(rule.id)] = nil
      timed.remove(rule.id)
      count -= 1
      templates.cookies.remove(entry.cookie, table: rule.table)
      learners.remove(entry.actions, isUndone: true)
      freeIDs.append(rule.id)
      rule.deallocate()
    case .remove(let rule, let entry, _):
      entries[Int(rule.id)] = entry
      if entry.idleTimeout != 0 || entry.hardTimeout != 0 { timed.insert(rule.id) }
      count += 1
      templates.cookies.add(entry.cookie, table: rule.table)
      learners.add(entry.actions)
      insertIdle(rule, entry)
    case .replace(let old, let new, let entry, let before, _):
      removeIdle(new, entry)
      insertIdle(old, entry)
      new.deallocate()
      learners.add(before.actions)
      learners.remove(entry.actions, isUndone: true)
      templates.cookies.remove(entry.cookie, table: old.table)
      templates.cookies.add(before.cookie, table: old.table)
      entry.rule = old
      entry.actions = before.actions
      entry.templates = before.templates
      entry.cookie = before.cookie
      entry.lastChange = before.lastChange
    }
  }

  /// Makes staged changes in the other copy, too.
  public func repeatOn(_ other: ForwardingState, _ staged: Staged) {
    guard let record = other.bridge(bridge) else { return }
    for change in staged.changes {
      switch change {
      case .insert(let rule, let entry, _): record.insert(rule, mask: entry.mask)
      case .remove(let rule, let entry, _): record.remove(rule, mask: entry.mask)
      case .replace(let old, let new, let entry, _, _):
        record.remove(old, mask: entry.mask)
        record.insert(new, mask: entry.mask)
      }
    }
  }

  /// Frees what no worker can see any more, once staged changes are in both copies.
  public func finish(_ staged: Staged, now: UInt64) -> Outcome {
    var removed: [Removed] = []
    for change in staged.changes {
      switch change {
      case .insert(_, let entry, let replaced):
        if let replaced {
          entry.earlierPackets = replaced.earlierPackets
          entry.earlierBytes = replaced.earlierBytes
        }
      case .remove(let rule, let entry, let reason):
        if let reason, entry.flags.contains(.sendFlowRemoved) {
          removed.append(Removed(statistics: entry.statistics(now: now), reason: reason))
        }
        retire(rule, of: entry)
        freeIDs.append(rule.id)
        rule.deallocate()
      case .replace(let old, _, let entry, _, let resetsCounts):
        retire(old, of: entry)
        if resetsCounts {
          entry.earlierPackets = 0
          entry.earlierBytes = 0
        }
        old.deallocate()
      }
    }
    return Outcome(removed: removed, events: staged.events)
  }

  /// Keeps what a rule had counted.
  private func retire(_ rule: Rule, of entry: FlowEntry) {
    entry.earlierPackets &+= rule.packets
    entry.earlierBytes &+= rule.bytes
  }
}
