public import Actions
public import Classifier
public import Flow
public import Match
public import Pipeline
import Sys

/// One bridge: its ports, its rules, its forwarding database. Used on the control thread.
public final class Bridge {
  public let name: String
  public let index: BridgeIndex
  public var datapathID: UInt64
  /// By ascending number.
  public private(set) var ports: [BridgePort] = []
  private var portsByName: [String: BridgePort] = [:]
  public private(set) var fdb: FDB
  let counters: TableCounters
  unowned let owner: Switch
  let flowTables: FlowTables
  public internal(set) var groups = GroupTable()
  /// What workers know of each group.
  var groupRecords: [UInt32: GroupRecord] = [:]
  public internal(set) var meters = MeterTable()
  /// Frames that wait for controllers to send them on.
  var paused = PausedFrames()
  let hiddenRules: HiddenRules
  let mirrors: BridgeMirrors
  /// The rule NORMAL that the bridge gave itself. A rule like it that somebody else made is another one.
  private weak var normalRule: FlowEntry?

  /// Whether frames whose TTL ends are sent to the controllers.
  public var informsOfInvalidTTL = false {
    didSet {
      let value = informsOfInvalidTTL
      if value != oldValue { owner.state.update { $0.bridge(index)?.setInformsOfInvalidTTL(value) } }
    }
  }

  /// Told of rules that are gone and whose owner asked to be told, and, while `isObserved`, of what happens to
  /// every rule.
  public var onFlowsChanged: (FlowTables.Outcome) -> Void = { _ in }
  /// Whether every change of a rule is reported.
  public var isObserved: Bool {
    get { flowTables.isObserved }
    set { flowTables.isObserved = newValue }
  }

  init(name: String, index: BridgeIndex, datapathID: UInt64, settings: BridgeSettings, owner: Switch) {
    self.name = name
    self.index = index
    self.datapathID = datapathID
    self.settings = settings
    self.owner = owner
    fdb = FDB(capacity: settings.macTableSize)
    counters = TableCounters(lanes: owner.workers.count)
    flowTables = FlowTables(bridge: index, state: owner.state)
    hiddenRules = HiddenRules(bridge: index, state: owner.state)
    mirrors = BridgeMirrors(bridge: index, state: owner.state)
    let (fdb, counters) = (fdb, counters)
    owner.state.update { $0.addBridge(index, fdb: fdb, counters: counters) }
    publishSettings()
    followMirrors()
    addOrRemoveNormalRule()
  }

  // MARK: Settings

  public var settings: BridgeSettings {
    didSet {
      guard settings != oldValue else { return }
      if settings.macTableSize != oldValue.macTableSize { resizeFDB() }
      publishSettings()
      if settings.mirrors != oldValue.mirrors { followMirrors() }
    }
  }

  private func publishSettings() {
    owner.state.update { state in
      guard let record = state.bridge(index) else { return }
      record.setForwardsReservedMulticast(settings.forwardsReservedMulticast)
      record.setFragmentHandling(settings.fragments)
      record.setResubmitLimits(settings.resubmitLimits)
      for table in 0..<UInt8(BridgeRecord.tableCount) {
        record.setMiss(settings.tableMisses[table] ?? .drop, table: table)
      }
    }
  }

  /// A new FDB of the wanted size, with what fits of the old one: entered by age, for that is the order in which
  /// entries expire and are evicted.
  private func resizeFDB() {
    let larger = FDB(capacity: settings.macTableSize)
    for entry in fdb.all.sorted(by: { $0.lastUsed < $1.lastUsed }) {
      if entry.isStatic {
        _ = larger.addStatic(mac: entry.mac, vlan: entry.vlan, port: entry.port)
      } else {
        larger.learn(mac: entry.mac, vlan: entry.vlan, port: entry.port, second: entry.lastUsed)
      }
    }
    fdb = larger
    owner.state.update { $0.bridge(index)?.setFDB(larger) }
  }

  /// Gives a standalone bridge that has no rule and no controller the rule NORMAL, and takes it from others.
  /// Rules that somebody made stay as they are.
  public func addOrRemoveNormalRule() {
    guard let change = normalRuleChange(under: settings) else { return }
    // Neither a deletion nor a first rule of table 0 is ever refused.
    _ = try? flowTables.apply([change], now: Self.now)
    guard change.command == .add else { return }
    normalRule = flowTables.entries(FlowFilter(table: 0, strictPriority: 0)).first
  }

  /// What `addOrRemoveNormalRule` does under these settings; `nil` for nothing.
  func normalRuleChange(under settings: BridgeSettings) -> FlowMod? {
    if settings.failMode == .standalone, !settings.hasController {
      return flowTables.count == 0 ? Self.normal : nil
    }
    let first = flowTables.entries(FlowFilter(table: 0, strictPriority: 0)).first
    guard let first, first === normalRule, first.actions == [.output(.normal)] else { return nil }
    return FlowMod(command: .deleteStrict, priority: 0)
  }

  private static var normal: FlowMod {
    var mod = FlowMod(command: .add, priority: 0)
    mod.actions = [.output(.normal)]
    return mod
  }

  /// Whether the bridge switches like a plain one, whatever its tables say, because its controllers are lost.
  /// The tables stay as they are.
  public private(set) var isStandingAlone = false

  /// Makes `rules`, all of them additions, come before those of the flow tables.
  /// - Parameter standsAlone: whether the rule NORMAL comes between the two.
  public func setHiddenRules(_ rules: [FlowMod], standsAlone: Bool) {
    isStandingAlone = standsAlone
    hiddenRules.set(standsAlone ? rules + [Self.normal] : rules)
  }

  // MARK: Ports

  public func port(named name: String) -> BridgePort? { portsByName[name] }
  public func port(_ number: PortNumber) -> BridgePort? {
    let place = place(of: number)
    return place < ports.count && ports[place].number == number ? ports[place] : nil
  }

  /// How many ports have smaller numbers.
  private func place(of number: PortNumber) -> Int {
    var range = 0..<ports.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = ports[middle].number < number ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// A new port without a device. It costs the same however many there are.
  public func addPort(
    named name: String, number: PortNumber, mac: UInt64, settings: PortSettings = PortSettings()
  ) throws(SwitchError) -> BridgePort {
    guard port(named: name) == nil else { throw .portExists(name, bridge: self.name) }
    if let other = port(number) { throw .portNumberTaken(number.rawValue, by: other.name) }
    let port = BridgePort(
      name: name, number: number, mac: mac, index: try owner.takePortIndex(), settings: settings, bridge: self
    )
    let place = place(of: number)
    ports.insert(port, at: place)
    portsByName[name] = port
    owner.state.update { $0.bridge(index)?.addPort(number.rawValue, port.index, at: place) }
    followMirrors()
    return port
  }

  /// Removes a port. When it returns all workers have let go of it.
  public func remove(_ port: BridgePort) {
    guard self.port(port.number) === port else { return }
    let place = place(of: port.number)
    ports.remove(at: place)
    portsByName[port.name] = nil
    owner.state.update { $0.bridge(index)?.removePort(port.number.rawValue, at: place) }
    followMirrors()
    // The port's index may be given to another port, which is nobody's peer.
    if port.isPatch {
      for other in owner.bridges.flatMap(\.ports) where other.isConnected(to: port) { other.connect(to: nil) }
    }
    port.close()
    fdb.removeAll(on: port.index)
  }

  /// Finds the mirrors' ports among those that there are. Nothing is known to be behind a port that takes copies.
  private func followMirrors() {
    for port in mirrors.follow(settings.mirrors, ports: ports) { fdb.removeAll(on: port.index) }
  }

  // MARK: Rules

  static var now: UInt64 { MonotonicClock.nanoseconds / 1_000_000 }

  /// Applies all changes or none; they hold for the next frame when it returns.
  public func apply(_ changes: [FlowMod]) throws(RulesRefused) {
    try owner.apply([(bridge: self, mods: changes)])
  }

  /// Applies each change that can be; they hold for the next frame, all at once, when it returns.
  /// - Returns: the places in `changes` of those that were refused, ascending, and why.
  public func applyEach(_ changes: [FlowMod]) -> [(index: Int, error: FlowTablesError)] {
    var missing: [(index: Int, error: FlowTablesError)] = []
    var places: [Int] = []
    for (index, mod) in changes.enumerated() {
      if let error = missingTarget(of: mod, groups: groups) {
        missing.append((index, error))
      } else {
        places.append(index)
      }
    }
    let isWhole = missing.isEmpty
    let mods = isWhole ? changes : places.map { changes[$0] }
    let (outcome, refused) = flowTables.applyEach(mods, now: Self.now)
    report(outcome, places: places)
    if isWhole { return refused }
    return (missing + refused.map { (places[$0.index], $0.error) }).sorted { $0.index < $1.index }
  }

  /// - Parameter places: those in the list that was asked for, by those in the list of changes of rules.
  func report(_ outcome: FlowTables.Outcome, places: [Int]) {
    var outcome = outcome
    for index in outcome.events.indices {
      outcome.events[index].place = outcome.events[index].place.map { places[$0] }
    }
    report(outcome)
  }

  func report(_ outcome: FlowTables.Outcome) {
    if !outcome.removed.isEmpty || !outcome.events.isEmpty { onFlowsChanged(outcome) }
  }

  /// The rules that `filter` admits, by table, then priority from high to low, then age.
  public func flows(matching filter: FlowFilter = FlowFilter()) -> [FlowStatistics] {
    let now = Self.now
    return flowTables.entries(filter).map { $0.statistics(now: now) }
  }

  /// Counts additions and modifications of rules.
  public var ruleSequence: UInt64 { flowTables.sequence }

  /// The rules that were added or modified after that change, and whether they are new.
  public func flows(changedSince sequence: UInt64) -> [(rule: FlowStatistics, isNew: Bool)] {
    let now = Self.now
    return flowTables.entries(FlowFilter()).filter { $0.isModified(since: sequence) }
      .map { ($0.statistics(now: now), $0.isNew(since: sequence)) }
  }

  /// How many rules send frames to each group.
  public var rulesByGroup: [UInt32: Int] {
    flowTables.entries(FlowFilter()).reduce(into: [:]) { counts, entry in
      for group in entry.actions.groups { counts[group, default: 0] += 1 }
    }
  }

  public func aggregate(matching filter: FlowFilter) -> (packets: UInt64, bytes: UInt64, flows: Int) {
    flowTables.entries(filter).reduce(into: (0, 0, 0)) {
      $0.0 &+= $1.packets
      $0.1 &+= $1.bytes
      $0.2 += 1
    }
  }

  /// The rule that a packet-in names.
  public func flow(id: UInt32) -> FlowEntry? { flowTables.entry(id: id) }

  /// Rules, lookups and matches of each table that has any.
  public var tables: [TableStatistics] {
    var active: [UInt8: Int] = [:]
    for entry in flowTables.entries(FlowFilter()) { active[entry.rule.table, default: 0] += 1 }
    // Both copies are alike, and the idle one is read while workers read the other.
    let structures = owner.state.stage { state in
      active.keys.reduce(into: [:]) { $0[$1] = state.bridge(index)?.structure(of: $1) }
    }
    return (0..<UInt8(BridgeRecord.tableCount)).map {
      TableStatistics(
        table: $0, active: active[$0] ?? 0, lookups: counters.lookups(table: $0),
        matches: counters.matches(table: $0), structure: structures[$0] ?? TableStructure())
    }
  }

  /// Learns rules that a frame asked for.
  func learn(_ requests: [LearnRequest]) { report(flowTables.learn(requests, now: Self.now)) }

  /// To be called about once a second: rules and addresses whose time is up go.
  public func expire() {
    let now = Self.now
    owner.shortenTimeouts()
    paused.expire(now: now)
    report(flowTables.expire(now: now))
    fdb.expire(at: UInt32(truncatingIfNeeded: now / 1000), after: settings.macAgingSeconds)
  }

  // MARK: Frames of our own

  /// Applies `actions` to `frame` as if it had come in by `inPort`: a packet-out.
  public func send(_ frame: [UInt8], inPort: PortNumber, actions: [Action]) {
    var templates: [any RuleTemplate] = []
    let program = RuleCompiler.compile(actions, with: flowTables.templates, keeping: &templates)
    let rule = Rule.allocate(
      table: 0, priority: 0, sequence: 0, words: [], hash: 0, program: program, now: 0, id: .max)
    defer { withExtendedLifetime(templates) { rule.deallocate() } }
    owner.workers.inject(frame, actions: rule, bridge: index, inPort: inPort)
  }

  func close() {
    var everything = FlowMod(command: .delete, table: 255)
    everything.actions = []
    _ = try? flowTables.apply([everything], now: Self.now)
    hiddenRules.set([])
    owner.state.update { $0.removeBridge(index) }
    mirrors.close()
    for meter in meters.all { meter.record.deallocate() }
    for record in groupRecords.values { record.deallocate() }
  }
}

/// One table's counters.
public struct TableStatistics: Equatable, Sendable {
  public var table: UInt8
  public var active: Int
  public var lookups: UInt64
  public var matches: UInt64
  /// How rules are found.
  public var structure: TableStructure
}
