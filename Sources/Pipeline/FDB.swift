import Synchronization

/// One bridge's forwarding database: which MAC address was last seen on which port, per VLAN.
///
/// # Structure
/// Entries lie in an array of fixed size; an open-addressing index finds them by (MAC, VLAN). Each port's
/// learned entries form a list in the order of their last use, so that eviction is fair: a full table loses
/// the oldest entry of the port that has the most, so a port that floods addresses soon evicts only its own.
///
/// # Threads
/// Any thread may call anything. `lookup` and the usual `learn` (known address, same port, same second) take no
/// lock: they read index and entries through atomics, and an entry that changes underneath reads as absent,
/// which costs one flooded frame. All changes are made under `lock`.
///
/// # Memory
/// Two allocations made by `init`, freed by `deinit`; index values are below the array's count by
/// construction.
@safe public final class FDB: @unchecked Sendable {
  /// How many entries fit.
  public let capacity: Int

  /// The first two words are also read as atomics.
  private struct Entry {
    /// MAC 48 | VLAN 16; 0 when free. MAC 0 is never learned.
    var key: UInt64
    /// port 16 | flags 16 | second of last use 32
    var value: UInt64
    var older: UInt32
    var newer: UInt32
    /// Second until which a reflected gratuitous ARP does not move the entry.
    var lockedUntil: UInt32
  }

  /// No entry, in lists and in the index.
  private static let none = UInt32.max

  private struct List {
    var oldest = FDB.none
    var newest = FDB.none
    var count = 0
  }

  private struct Guarded {
    var lists: [List] = []
    var free: [UInt32]
    var statistics = FDBStatistics()
  }

  private let entries: UnsafeMutablePointer<Entry>
  private let places: FDBPlaces
  private let index: UnsafeMutablePointer<UInt32>
  private let indexMask: Int
  private let seed = UInt64.random(in: 1...UInt64.max)
  private let lock: Mutex<Guarded>

  public init(capacity: Int) {
    self.capacity = capacity
    var size = 16
    while size < capacity * 2 { size *= 2 }
    indexMask = size - 1
    unsafe entries = .allocate(capacity: capacity)
    unsafe entries.initialize(
      repeating: Entry(key: 0, value: 0, older: Self.none, newer: Self.none, lockedUntil: 0),
      count: capacity)
    unsafe index = .allocate(capacity: size)
    unsafe index.initialize(repeating: Self.none, count: size)
    places = .allocate()
    lock = Mutex(Guarded(free: (0..<UInt32(capacity)).reversed()))
  }

  deinit {
    unsafe entries.deallocate()
    unsafe index.deallocate()
    places.deallocate()
  }

  // MARK: Atomic access

  private func slot(_ position: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
    unsafe UnsafeMutableRawPointer(index + position).assumingMemoryBound(to: Atomic<UInt32>.self)
  }
  private func key(_ entry: UInt32) -> UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe UnsafeMutableRawPointer(entries + Int(entry)).assumingMemoryBound(to: Atomic<UInt64>.self)
  }
  private func value(_ entry: UInt32) -> UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe (UnsafeMutableRawPointer(entries + Int(entry)) + 8).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  private static let isStatic: UInt64 = 1 << 32
  private static func pack(port: PortIndex, isStatic: Bool, second: UInt32) -> UInt64 {
    UInt64(port.rawValue) << 48 | (isStatic ? Self.isStatic : 0) | UInt64(second)
  }
  private static func port(_ value: UInt64) -> PortIndex {
    PortIndex(rawValue: UInt16(truncatingIfNeeded: value >> 48))
  }

  private func home(_ key: UInt64) -> Int {
    let product = (key ^ seed).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return Int(truncatingIfNeeded: product.high ^ product.low) & indexMask
  }

  /// The entry of `wanted`, and its position in the index.
  private func find(_ wanted: UInt64) -> (entry: UInt32, position: Int)? {
    var position = home(wanted)
    for _ in 0...indexMask {
      let entry = unsafe slot(position).pointee.load(ordering: .acquiring)
      if entry == Self.none { return nil }
      if unsafe key(entry).pointee.load(ordering: .acquiring) == wanted { return (entry, position) }
      position = (position + 1) & indexMask
    }
    return nil
  }

  private static func key(mac: UInt64, vlan: UInt16) -> UInt64 { mac << 16 | UInt64(vlan) }

  // MARK: The workers' side

  /// The port on which `mac` is known in `vlan`.
  public func lookup(mac: UInt64, vlan: UInt16) -> PortIndex? {
    let wanted = Self.key(mac: mac, vlan: vlan)
    guard let found = find(wanted) else { return nil }
    let value = unsafe value(found.entry).pointee.load(ordering: .acquiring)
    // Unless the entry still has the key, the value may be another address's.
    guard unsafe key(found.entry).pointee.load(ordering: .relaxed) == wanted else { return nil }
    return Self.port(value)
  }

  /// By which it can be told later whether `mac` is still where it is now in `vlan`. To be taken before the lookup.
  @inline(__always)
  func place(of mac: UInt64, vlan: UInt16) -> FDBPlace {
    places.place(home(Self.key(mac: mac, vlan: vlan)))
  }

  /// Notes that `mac` was seen in `vlan` on `port` at `second`.
  ///
  /// Static entries do not change. A gratuitous ARP (`announces`) locks the entry for 5 seconds: one that
  /// comes in on a trunk within that time is taken for a reflection by another switch and does not move it.
  public func learn(
    mac: UInt64, vlan: UInt16, port: PortIndex, second: UInt32, announces: Bool = false, onTrunk: Bool = false
  ) {
    let wanted = Self.key(mac: mac, vlan: vlan)
    if let found = find(wanted), !announces {
      let value = unsafe value(found.entry).pointee.load(ordering: .relaxed)
      if value & Self.isStatic != 0 { return }
      if value == Self.pack(port: port, isStatic: false, second: second) { return }
    }
    lock.withLock { state in
      guard let entry = find(wanted)?.entry else {
        guard let entry = insert(wanted, port: port, isStatic: false, second: second, state: &state) else {
          return
        }
        state.statistics.learned += 1
        if announces { unsafe entries[Int(entry)].lockedUntil = second &+ 5 }
        return
      }
      let value = unsafe value(entry).pointee.load(ordering: .relaxed)
      if value & Self.isStatic != 0 { return }
      let old = Self.port(value)
      if old != port {
        if announces, onTrunk, unsafe second < entries[Int(entry)].lockedUntil { return }
        state.statistics.moved += 1
      }
      unlink(entry, from: old, state: &state)
      unsafe self.value(entry).pointee.store(
        Self.pack(port: port, isStatic: false, second: second), ordering: .releasing)
      if old != port { places.change(home(wanted)) }
      link(entry, to: port, state: &state)
      if announces { unsafe entries[Int(entry)].lockedUntil = second &+ 5 }
    }
  }

  // MARK: The control thread's side

  /// Adds an entry that neither learning nor aging changes. `false` when the table holds only static ones.
  public func addStatic(mac: UInt64, vlan: UInt16, port: PortIndex) -> Bool {
    let wanted = Self.key(mac: mac, vlan: vlan)
    return lock.withLock { state in
      if let found = find(wanted) { remove(found, state: &state) }
      return insert(wanted, port: port, isStatic: true, second: 0, state: &state) != nil
    }
  }

  /// Removes one entry, static or not. `false` when there is none.
  public func remove(mac: UInt64, vlan: UInt16) -> Bool {
    lock.withLock { state in
      guard let found = find(Self.key(mac: mac, vlan: vlan)) else { return false }
      remove(found, state: &state)
      return true
    }
  }

  /// Removes learned entries: those for which `isMeant` says so.
  public func flush(where isMeant: (FDBEntry) -> Bool = { _ in true }) {
    lock.withLock { state in
      for entry in contents() where !entry.isStatic && isMeant(entry) { removeKnown(entry, state: &state) }
    }
  }

  /// Removes every entry of a port that goes away, static ones included.
  public func removeAll(on port: PortIndex) {
    lock.withLock { state in
      for entry in contents() where entry.port == port { removeKnown(entry, state: &state) }
    }
  }

  /// Removes learned entries that were last used more than `age` seconds before `second`.
  public func expire(at second: UInt32, after age: Int) {
    lock.withLock { state in
      for port in state.lists.indices {
        while true {
          let oldest = state.lists[port].oldest
          guard oldest != Self.none else { break }
          let value = unsafe value(oldest).pointee.load(ordering: .relaxed)
          guard Int(second) - Int(UInt32(truncatingIfNeeded: value)) > age else { break }
          if let found = find(unsafe entries[Int(oldest)].key) { remove(found, state: &state) }
          state.statistics.expired += 1
        }
      }
    }
  }

  /// All entries, in no particular order.
  public var all: [FDBEntry] { lock.withLock { _ in contents() } }

  /// Counters since the start or the last `clearStatistics`.
  public var statistics: FDBStatistics { lock.withLock { $0.statistics } }
  public func clearStatistics() { lock.withLock { $0.statistics = FDBStatistics() } }

  // MARK: Under the lock

  private func contents() -> [FDBEntry] {
    var result: [FDBEntry] = []
    for i in 0..<capacity {
      let key = unsafe entries[i].key
      guard key != 0 else { continue }
      let value = unsafe value(UInt32(i)).pointee.load(ordering: .relaxed)
      result.append(
        FDBEntry(
          mac: key >> 16, vlan: UInt16(truncatingIfNeeded: key), port: Self.port(value),
          isStatic: value & Self.isStatic != 0, lastUsed: UInt32(truncatingIfNeeded: value)))
    }
    return result
  }

  private func removeKnown(_ entry: FDBEntry, state: inout Guarded) {
    if let found = find(Self.key(mac: entry.mac, vlan: entry.vlan)) { remove(found, state: &state) }
  }

  private func insert(
    _ wanted: UInt64, port: PortIndex, isStatic: Bool, second: UInt32, state: inout Guarded
  ) -> UInt32? {
    if state.free.isEmpty { evict(state: &state) }
    guard let entry = state.free.popLast() else { return nil }
    unsafe value(entry).pointee.store(
      Self.pack(port: port, isStatic: isStatic, second: second), ordering: .releasing)
    unsafe key(entry).pointee.store(wanted, ordering: .releasing)
    var position = home(wanted)
    while unsafe slot(position).pointee.load(ordering: .relaxed) != Self.none {
      position = (position + 1) & indexMask
    }
    unsafe slot(position).pointee.store(entry, ordering: .releasing)
    places.change(home(wanted))
    if !isStatic { link(entry, to: port, state: &state) }
    return entry
  }

  /// Makes room: the oldest entry of the port with the most goes.
  private func evict(state: inout Guarded) {
    guard let port = state.lists.indices.max(by: { state.lists[$0].count < state.lists[$1].count }) else {
      return
    }
    let oldest = state.lists[port].oldest
    guard oldest != Self.none, let found = find(unsafe entries[Int(oldest)].key) else { return }
    remove(found, state: &state)
    state.statistics.evicted += 1
  }

  private func remove(_ found: (entry: UInt32, position: Int), state: inout Guarded) {
    let value = unsafe value(found.entry).pointee.load(ordering: .relaxed)
    if value & Self.isStatic == 0 { unlink(found.entry, from: Self.port(value), state: &state) }
    let key = unsafe entries[Int(found.entry)].key
    unsafe self.key(found.entry).pointee.store(0, ordering: .releasing)
    places.change(home(key))
    unsafe entries[Int(found.entry)].lockedUntil = 0
    state.free.append(found.entry)
    // Later entries of the run move back, so that no search ends at the hole.
    var hole = found.position
    var position = hole
    while true {
      position = (position + 1) & indexMask
      let entry = unsafe slot(position).pointee.load(ordering: .relaxed)
      if entry == Self.none { break }
      let home = home(unsafe entries[Int(entry)].key)
      if (position - home) & indexMask >= (position - hole) & indexMask {
        unsafe slot(hole).pointee.store(entry, ordering: .releasing)
        hole = position
      }
    }
    unsafe slot(hole).pointee.store(Self.none, ordering: .releasing)
  }

  private func link(_ entry: UInt32, to port: PortIndex, state: inout Guarded) {
    while state.lists.count <= port.value { state.lists.append(List()) }
    let newest = state.lists[port.value].newest
    unsafe entries[Int(entry)].older = newest
    unsafe entries[Int(entry)].newer = Self.none
    if newest == Self.none {
      state.lists[port.value].oldest = entry
    } else {
      unsafe entries[Int(newest)].newer = entry
    }
    state.lists[port.value].newest = entry
    state.lists[port.value].count += 1
  }

  private func unlink(_ entry: UInt32, from port: PortIndex, state: inout Guarded) {
    let older = unsafe entries[Int(entry)].older
    let newer = unsafe entries[Int(entry)].newer
    if older == Self.none {
      state.lists[port.value].oldest = newer
    } else {
      unsafe entries[Int(older)].newer = newer
    }
    if newer == Self.none {
      state.lists[port.value].newest = older
    } else {
      unsafe entries[Int(newer)].older = older
    }
    state.lists[port.value].count -= 1
  }
}

/// One entry of a forwarding database.
public struct FDBEntry: Equatable, Sendable {
  public var mac: UInt64
  public var vlan: UInt16
  public var port: PortIndex
  public var isStatic: Bool
  /// Second of the last frame with this source; 0 for static entries.
  public var lastUsed: UInt32

  public init(mac: UInt64, vlan: UInt16, port: PortIndex, isStatic: Bool, lastUsed: UInt32) {
    self.mac = mac
    self.vlan = vlan
    self.port = port
    self.isStatic = isStatic
    self.lastUsed = lastUsed
  }
}

/// What happened to a forwarding database.
public struct FDBStatistics: Equatable, Sendable {
  public var learned = 0
  public var expired = 0
  public var evicted = 0
  public var moved = 0
  public init() {}
}
