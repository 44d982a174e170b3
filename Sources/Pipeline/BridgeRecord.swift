public import Classifier
public import Match

/// What a worker knows of a bridge: its ports, its tables, its forwarding database.
///
/// # Memory
/// Owns its arrays, freed by `deinit`. The FDB and the counters are kept alive by a strong reference here;
/// workers use them through `withExtendedLifetime`-free borrows, so no reference is counted for a frame.
@safe public struct BridgeRecord: ~Copyable {
  /// What a table does with a frame that no rule of it matches.
  public enum Miss: UInt8, Sendable {
    case drop
    case controller
    /// The next table decides.
    case next
  }

  /// OpenFlow port number to port index + 1; 0 for none.
  private let numbers: UnsafeMutablePointer<UInt16>
  /// The bridge's ports by ascending number.
  private var order: UnsafeMutablePointer<PortIndex>
  private var orderCount = 0
  private let tables: UnsafeMutablePointer<FlowClassifier?>
  private let misses: UnsafeMutablePointer<Miss>
  let fdb: FDB
  let counters: TableCounters
  /// Whether NORMAL forwards frames to 01:80:c2:00:00:0x.
  public var forwardsReservedMulticast = false

  /// Tables 0 to 253; 254 is reserved and 255 stands for all.
  static var tableCount: Int { 254 }

  init(fdb: FDB, counters: TableCounters) {
    self.fdb = fdb
    self.counters = counters
    unsafe numbers = .allocate(capacity: 65_536)
    unsafe numbers.initialize(repeating: 0, count: 65_536)
    unsafe order = .allocate(capacity: 1)
    unsafe tables = .allocate(capacity: Self.tableCount)
    for i in 0..<Self.tableCount { unsafe (tables + i).initialize(to: nil) }
    unsafe misses = .allocate(capacity: Self.tableCount)
    unsafe misses.initialize(repeating: .drop, count: Self.tableCount)
  }

  deinit {
    unsafe numbers.deallocate()
    unsafe order.deallocate()
    unsafe tables.deinitialize(count: Self.tableCount)
    unsafe tables.deallocate()
    unsafe misses.deallocate()
  }

  // MARK: Workers' side

  /// The port of that number.
  @inline(__always)
  func port(numbered number: UInt16) -> PortIndex? {
    let entry = unsafe numbers[Int(number)]
    return entry == 0 ? nil : PortIndex(rawValue: entry - 1)
  }

  var portCount: Int { orderCount }

  /// The port at `position` in ascending order of numbers.
  @inline(__always)
  func port(at position: Int) -> PortIndex {
    precondition(position < orderCount, "a position behind the last port")
    return unsafe order[position]
  }

  /// The best rule of `table` for `key`.
  @inline(__always)
  func lookup(table: Int, _ key: KeyReference) -> Rule? {
    guard table < Self.tableCount else { return nil }
    switch unsafe tables[table] {
    case .none: return nil
    case .some(let classifier): return classifier.lookup(key)
    }
  }

  func miss(table: Int) -> Miss { table < Self.tableCount ? unsafe misses[table] : .drop }

  // MARK: Control thread's side

  /// Makes `ports`, ascending by number, the bridge's ports.
  public mutating func setPorts(_ ports: [(number: UInt16, index: PortIndex)]) {
    unsafe numbers.update(repeating: 0, count: 65_536)
    unsafe order.deallocate()
    unsafe order = .allocate(capacity: max(ports.count, 1))
    for (position, port) in ports.enumerated() {
      unsafe numbers[Int(port.number)] = port.index.rawValue + 1
      unsafe (order + position).initialize(to: port.index)
    }
    orderCount = ports.count
  }

  public mutating func setMiss(_ miss: Miss, table: UInt8) {
    precondition(table < Self.tableCount, "a table out of range")
    unsafe misses[Int(table)] = miss
  }

  public mutating func insert(_ rule: Rule, mask: Mask) {
    precondition(rule.table < Self.tableCount, "a table out of range")
    if unsafe tables[Int(rule.table)] == nil { unsafe tables[Int(rule.table)] = FlowClassifier() }
    unsafe tables[Int(rule.table)]?.insert(rule, mask: mask)
  }

  public mutating func remove(_ rule: Rule, mask: Mask) {
    unsafe tables[Int(rule.table)]?.remove(rule, mask: mask)
  }

  /// The rule of `table` with exactly this match and priority.
  func find(table: UInt8, mask: Mask, words: [UInt64], priority: UInt16) -> Rule? {
    unsafe tables[Int(table)]?.find(mask: mask, words: words, priority: priority)
  }
}
