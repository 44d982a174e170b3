public import Classifier

/// What a worker knows of a bridge, as a handle of one word: its ports, its tables, its FDB.
///
/// # Memory
/// One block of storage with the arrays it points to, made by `allocate` and freed by `deallocate`, both called
/// by the `ForwardingState` that holds the handle. A worker gets handles only inside `LeftRight.read`, which
/// keeps the state alive. FDB and counters are held by one unbalanced retain each, given back at the end, so
/// that no reference is counted for a frame.
@safe public struct BridgeRecord: @unchecked Sendable {
  /// What a table does with a frame that no rule of it matches.
  public enum Miss: UInt8, BitwiseCopyable, Sendable {
    case drop
    case controller
    /// The next table decides.
    case next = 2
  }

  /// Tables 0 to 253; 254 is reserved and 255 stands for all.
  public static var tableCount: Int { 254 }

  @unsafe private struct Storage: ~Copyable {
    /// OpenFlow port number to port index + 1; 0 for none.
    var numbers: UnsafeMutablePointer<UInt16>
    /// The bridge's ports by ascending number.
    var order: UnsafeMutablePointer<PortIndex>
    var orderCount = 0
    var orderCapacity = 1
    var tables: UnsafeMutablePointer<FlowClassifier?>
    /// Rules of table 0 that come before all others; see `HiddenRules`.
    var hidden: FlowClassifier?
    var misses: UnsafeMutablePointer<Miss>
    var fdb: Unmanaged<FDB>
    var counters: Unmanaged<TableCounters>
    var meters = NumberTable<MeterRecord>()
    var forwardsReservedMulticast = false
    var fragmentHandling = FragmentHandling.normal
    var resubmitLimits = ResubmitLimits()
    var looksAtActionSetOutput = false
    var informsOfInvalidTTL = false
    var groups = NumberTable<GroupRecord>()
    var mirrors: MirrorSet?
  }

  private let storage: UnsafeMutablePointer<Storage>

  static func allocate(fdb: FDB, counters: TableCounters) -> BridgeRecord {
    let numbers = UnsafeMutablePointer<UInt16>.allocate(capacity: 65_536)
    unsafe numbers.initialize(repeating: 0, count: 65_536)
    let tables = UnsafeMutablePointer<FlowClassifier?>.allocate(capacity: tableCount)
    for i in 0..<tableCount { unsafe (tables + i).initialize(to: nil) }
    let misses = UnsafeMutablePointer<Miss>.allocate(capacity: tableCount)
    unsafe misses.initialize(repeating: .drop, count: tableCount)
    let storage = UnsafeMutablePointer<Storage>.allocate(capacity: 1)
    unsafe storage.initialize(
      to: Storage(
        numbers: numbers, order: .allocate(capacity: 1), tables: tables, misses: misses,
        fdb: .passRetained(fdb), counters: .passRetained(counters)))
    return unsafe BridgeRecord(storage: storage)
  }

  private init(storage: UnsafeMutablePointer<Storage>) { unsafe self.storage = storage }

  func deallocate() {
    unsafe storage.pointee.numbers.deallocate()
    unsafe storage.pointee.order.deallocate()
    unsafe storage.pointee.tables.deinitialize(count: Self.tableCount)
    unsafe storage.pointee.tables.deallocate()
    unsafe storage.pointee.misses.deallocate()
    unsafe storage.pointee.fdb.release()
    unsafe storage.pointee.counters.release()
    unsafe storage.deinitialize(count: 1)
    unsafe storage.deallocate()
  }

  // MARK: Workers' side

  /// The port of that number.
  @inline(__always)
  public func port(numbered number: UInt16) -> PortIndex? {
    let entry = unsafe storage.pointee.numbers[Int(number)]
    return entry == 0 ? nil : PortIndex(rawValue: entry - 1)
  }

  var portCount: Int { unsafe storage.pointee.orderCount }

  /// The port at `position` in ascending order of numbers.
  @inline(__always)
  func port(at position: Int) -> PortIndex {
    precondition(position < portCount, "a position behind the last port")
    return unsafe storage.pointee.order[position]
  }

  /// The best rule of `table` for `key`; the table's counters count it in a worker's lane.
  @inline(__always)
  func lookup(table: Int, _ key: KeyReference, lane: Int) -> Rule? {
    guard table < Self.tableCount else { return nil }
    var rule: Rule?
    if table == 0 { rule = hiddenRule(for: key) }
    if rule == nil {
      switch unsafe storage.pointee.tables[table] {
      case .none: break
      case .some(let classifier): rule = classifier.lookup(key)
      }
    }
    unsafe storage.pointee.counters._withUnsafeGuaranteedRef {
      $0.count(table: table, matched: rule != nil, lane: lane)
    }
    return rule
  }

  /// A lookup in `table`, to be counted again.
  func lookup(table: Int, matched: Bool, lane: Int) -> TableLookup {
    unsafe storage.pointee.counters._withUnsafeGuaranteedRef {
      $0.lookup(table: table, matched: matched, lane: lane)
    }
  }

  /// The same rule for a key that is only tried out: nothing is counted, and `bits` gets those of the key that
  /// the answer depends on.
  func tryLookup(table: Int, _ key: KeyReference, noting bits: KeyReference) -> Rule? {
    guard table < Self.tableCount else { return nil }
    if table == 0 {
      switch unsafe storage.pointee.hidden {
      case .none: break
      case .some(let classifier):
        if let rule = classifier.lookup(key, noting: bits) { return rule }
      }
    }
    switch unsafe storage.pointee.tables[table] {
    case .none: return nil
    case .some(let classifier): return classifier.lookup(key, noting: bits)
    }
  }

  @inline(__always)
  private func hiddenRule(for key: KeyReference) -> Rule? {
    switch unsafe storage.pointee.hidden {
    case .none: nil
    case .some(let classifier): classifier.lookup(key)
    }
  }

  /// Whether there are rules that come before all others.
  var hasHiddenRules: Bool {
    switch unsafe storage.pointee.hidden {
    case .none: false
    case .some: true
    }
  }

  /// Whether some rules of `table` are parts of conjunctive matches.
  func hasSoftRules(_ table: Int) -> Bool {
    guard table < Self.tableCount else { return false }
    return switch unsafe storage.pointee.tables[table] {
    case .none: false
    case .some(let classifier): classifier.hasSoftRules
    }
  }

  /// Calls `body` with the rules of the first table, if it has any.
  func withFirstTable(_ body: (borrowing FlowClassifier) -> Void) {
    switch unsafe storage.pointee.tables[0] {
    case .none: return
    case .some(let classifier): body(classifier)
    }
  }

  func miss(table: Int) -> Miss { table < Self.tableCount ? unsafe storage.pointee.misses[table] : .drop }

  /// Whether NORMAL forwards frames to 01:80:c2:00:00:0x.
  var forwardsReservedMulticast: Bool { unsafe storage.pointee.forwardsReservedMulticast }

  /// How far frames that come in here may go.
  var resubmitLimits: ResubmitLimits { unsafe storage.pointee.resubmitLimits }

  /// Whether a rule has ever matched or read `actset_output`.
  var looksAtActionSetOutput: Bool { unsafe storage.pointee.looksAtActionSetOutput }

  /// Whether a controller has asked for frames whose TTL ends.
  var informsOfInvalidTTL: Bool { unsafe storage.pointee.informsOfInvalidTTL }

  /// The group of that number.
  func group(_ number: UInt32) -> GroupRecord? { unsafe storage.pointee.groups.value(number) }

  /// `nil` without mirrors.
  var mirrors: MirrorSet? { unsafe storage.pointee.mirrors }

  var fragmentHandling: FragmentHandling { unsafe storage.pointee.fragmentHandling }

  /// Where `mac` is known to be.
  @inline(__always)
  func destination(of mac: UInt64, vlan: UInt16) -> PortIndex? {
    unsafe storage.pointee.fdb._withUnsafeGuaranteedRef { $0.lookup(mac: mac, vlan: vlan) }
  }

  /// The part of the FDB where `mac` lies.
  func place(of mac: UInt64, vlan: UInt16) -> FDBPlace {
    unsafe storage.pointee.fdb._withUnsafeGuaranteedRef { $0.place(of: mac, vlan: vlan) }
  }

  @inline(__always)
  public func learn(
    mac: UInt64, vlan: UInt16, port: PortIndex, second: UInt32, announces: Bool, onTrunk: Bool
  ) {
    unsafe storage.pointee.fdb._withUnsafeGuaranteedRef {
      $0.learn(mac: mac, vlan: vlan, port: port, second: second, announces: announces, onTrunk: onTrunk)
    }
  }

  /// The meter of that number.
  public func meter(_ number: UInt32) -> MeterRecord? { unsafe storage.pointee.meters.value(number) }

  /// The rule of `table` that `plan` would learn, as far as its match goes, with the match's values in `values`.
  func find(table: Int, _ values: KeyReference, _ plan: LearnPlan) -> Rule? {
    guard table < Self.tableCount else { return nil }
    return unsafe storage.pointee.tables[table]?
      .find(values, wordSet: plan.wordSet, bits: plan.mask, priority: plan.priority)
  }

  // MARK: Control thread's side

  /// Makes what `outcome` says true of the bridge's meters.
  public func change(_ outcome: MeterTable.Outcome) {
    for number in outcome.deleted { unsafe storage.pointee.meters.remove(number) }
    if let (number, record) = outcome.added { unsafe storage.pointee.meters.set(record, for: number) }
  }

  /// Makes the port at `index` the one of that number, which no other has.
  /// - Parameter place: how many have smaller numbers.
  public func addPort(_ number: UInt16, _ index: PortIndex, at place: Int) {
    precondition(place >= 0 && place <= portCount, "a place behind the last port")
    let (count, capacity) = unsafe (storage.pointee.orderCount, storage.pointee.orderCapacity)
    if count == capacity {
      let larger = UnsafeMutablePointer<PortIndex>.allocate(capacity: capacity * 2)
      unsafe larger.initialize(from: storage.pointee.order, count: count)
      unsafe storage.pointee.order.deallocate()
      unsafe storage.pointee.order = larger
      unsafe storage.pointee.orderCapacity = capacity * 2
    }
    let order = unsafe storage.pointee.order
    unsafe (order + place + 1).update(from: order + place, count: count - place)
    unsafe order[place] = index
    unsafe storage.pointee.orderCount = count + 1
    unsafe storage.pointee.numbers[Int(number)] = index.rawValue + 1
  }

  /// Takes out the port of that number.
  /// - Parameter place: how many have smaller numbers.
  public func removePort(_ number: UInt16, at place: Int) {
    precondition(place >= 0 && place < portCount, "a place behind the last port")
    let order = unsafe storage.pointee.order
    unsafe (order + place).update(from: order + place + 1, count: storage.pointee.orderCount - place - 1)
    unsafe storage.pointee.orderCount -= 1
    unsafe storage.pointee.numbers[Int(number)] = 0
  }

  public func setForwardsReservedMulticast(_ value: Bool) {
    unsafe storage.pointee.forwardsReservedMulticast = value
  }

  public func setInformsOfInvalidTTL(_ value: Bool) { unsafe storage.pointee.informsOfInvalidTTL = value }

  public func setResubmitLimits(_ limits: ResubmitLimits) {
    unsafe storage.pointee.resubmitLimits = limits
  }

  /// Makes `record` the group of that number, `nil` for none.
  public func setGroup(_ number: UInt32, to record: GroupRecord?) {
    if let record {
      unsafe storage.pointee.groups.set(record, for: number)
    } else {
      unsafe storage.pointee.groups.remove(number)
    }
  }

  public func setMirrors(_ mirrors: MirrorSet?) { unsafe storage.pointee.mirrors = mirrors }

  public func setFragmentHandling(_ value: FragmentHandling) {
    unsafe storage.pointee.fragmentHandling = value
  }

  /// Replaces the FDB, when its size is changed.
  public func setFDB(_ fdb: FDB) {
    unsafe storage.pointee.fdb.release()
    unsafe storage.pointee.fdb = .passRetained(fdb)
  }

  public func setMiss(_ miss: Miss, table: UInt8) {
    precondition(table < Self.tableCount, "a table out of range")
    unsafe storage.pointee.misses[Int(table)] = miss
  }

  /// Adds `rule`, whose values were made with `mask`; returns the mask as other rules have it.
  @discardableResult
  public func insert(_ rule: Rule, mask: Mask) -> Mask {
    precondition(rule.table < Self.tableCount, "a table out of range")
    if unsafe storage.pointee.tables[Int(rule.table)] == nil {
      unsafe storage.pointee.tables[Int(rule.table)] = FlowClassifier()
    }
    if rule.looksAtActionSetOutput(mask) { unsafe storage.pointee.looksAtActionSetOutput = true }
    return unsafe storage.pointee.tables[Int(rule.table)]?.insert(rule, mask: mask) ?? mask
  }

  public func remove(_ rule: Rule, mask: Mask) {
    unsafe storage.pointee.tables[Int(rule.table)]?.remove(rule, mask: mask)
  }

  /// What the rules of `table` lie in; `nil` when it never had any.
  public func structure(of table: UInt8) -> TableStructure? {
    guard table < Self.tableCount else { return nil }
    return switch unsafe storage.pointee.tables[Int(table)] {
    case .none: nil
    case .some(let classifier): classifier.structure
    }
  }

  /// Makes `rules` the hidden ones.
  func setHidden(_ rules: [(rule: Rule, mask: Mask)]) {
    unsafe storage.pointee.hidden = nil
    guard !rules.isEmpty else { return }
    var classifier = FlowClassifier()
    for (rule, mask) in rules { classifier.insert(rule, mask: mask) }
    unsafe storage.pointee.hidden = consume classifier
  }

  /// The rule of `table` with exactly this match and priority.
  func find(table: UInt8, mask: Mask, words: [UInt64], priority: UInt16) -> Rule? {
    unsafe storage.pointee.tables[Int(table)]?.find(mask: mask, words: words, priority: priority)
  }
}
