import Match

/// Finds the best of many rules for a key: tuple space search.
///
/// # Theory
/// Rules with the same mask form a subtable, a hash table of their values, so a rule set of `m` masks takes
/// at most `m` probes however many rules there are. Subtables are kept in descending order of their highest
/// priority, and a search ends at the first one that cannot hold a better rule than the one found. Of rules
/// with the same priority that both match, the older one wins.
///
/// The mask without a bit is a subtable as well: the catch-all rule costs one probe that always hits.
///
/// # Memory
/// One array of subtables, owned by this value, replaced when it grows and freed by `deinit`; indices are below
/// `subtableCount`, which is at most its capacity.
@safe public struct FlowClassifier: ~Copyable {
  private var subtables: UnsafeMutablePointer<Subtable>
  private var capacity = 4
  /// Masks in use.
  public private(set) var subtableCount = 0
  /// Rules.
  public private(set) var count = 0
  /// Those of them that are parts of conjunctive matches.
  private var softCount = 0

  public init() { unsafe subtables = .allocate(capacity: 4) }

  deinit {
    unsafe subtables.deinitialize(count: subtableCount)
    unsafe subtables.deallocate()
  }

  /// The best rule that matches `key`.
  public func lookup(_ key: KeyReference) -> Rule? {
    guard softCount == 0 else { return lookupAmongSoftRules(key) }
    return search(key) { _ in }
  }

  /// The same, and adds to `bits` those of the key that the answer depends on: every key with the same values
  /// there has the same answer.
  public func lookup(_ key: KeyReference, noting bits: KeyReference) -> Rule? {
    guard softCount > 0 else { return search(key) { $0.noteMask(in: bits) } }
    for i in 0..<subtableCount { unsafe subtables[i].noteMask(in: bits) }
    return lookupAmongSoftRules(key)
  }

  /// - Parameter onProbe: called for each subtable that is asked.
  @inline(__always)
  private func search(_ key: KeyReference, _ onProbe: (borrowing Subtable) -> Void) -> Rule? {
    var best: Rule?
    for i in 0..<subtableCount {
      if let best, unsafe subtables[i].maximumPriority < best.priority { break }
      unsafe onProbe(subtables[i])
      unsafe subtables[i].search(key, better: &best)
    }
    return best
  }

  /// Whether some rules are parts of conjunctive matches.
  public var hasSoftRules: Bool { softCount > 0 }

  /// Calls `body` with the rules of the mask number `index`.
  @inline(__always)
  func withSubtable(_ index: Int, _ body: (borrowing Subtable) -> Void) {
    precondition(index < subtableCount, "a mask behind the last one")
    unsafe body(subtables[index])
  }

  /// How many words the masks of these numbers have in common, from the first one on.
  func commonWords(_ index: Int, _ other: Int) -> Int {
    precondition(max(index, other) < subtableCount, "a mask behind the last one")
    return unsafe subtables[index].commonWords(with: subtables[other])
  }

  /// The rule with exactly this mask, these values and this priority.
  public func find(mask: Mask, words: [UInt64], priority: UInt16) -> Rule? {
    guard let index = index(of: mask) else { return nil }
    return unsafe subtables[index].find(words: words, priority: priority)
  }

  /// The rule with exactly the mask that `bits` has in the words of `wordSet`, with the values of `key` there, and
  /// this priority. Made for workers.
  public func find(_ key: KeyReference, wordSet: UInt64, bits: KeyReference, priority: UInt16) -> Rule? {
    for i in 0..<subtableCount where unsafe subtables[i].hasMask(wordSet, bits) {
      return unsafe subtables[i].find(key, priority: priority)
    }
    return nil
  }

  /// The highest priority of a rule with the mask number `subtable`. These numbers never rise from one mask to
  /// the next.
  func maximumPriority(_ subtable: Int) -> UInt16 {
    precondition(subtable < subtableCount, "a mask behind the last one")
    return unsafe subtables[subtable].maximumPriority
  }

  /// The best rule with the mask number `subtable` that matches `key` and whose priority is at most `limit`.
  func best(_ subtable: Int, _ key: KeyReference, atMost limit: UInt16 = .max) -> Rule? {
    precondition(subtable < subtableCount, "a mask behind the last one")
    return unsafe subtables[subtable].best(key, atMost: limit)
  }

  private func index(of mask: Mask) -> Int? {
    for i in 0..<subtableCount where unsafe subtables[i].mask == mask { return i }
    return nil
  }

  /// Adds `rule`, whose values were made with `mask`.
  /// - Returns: the same mask, as the other rules with it have it, so that it is in memory once.
  @discardableResult
  public mutating func insert(_ rule: Rule, mask: Mask) -> Mask {
    let index = index(of: mask) ?? append(Subtable(mask: mask))
    unsafe subtables[index].insert(rule)
    count += 1
    if rule.isSoft { softCount += 1 }
    let shared = unsafe subtables[index].mask
    moveUp(index)
    return shared
  }

  /// Removes `rule`. Precondition: it was inserted with this mask.
  public mutating func remove(_ rule: Rule, mask: Mask) {
    guard let index = index(of: mask) else { preconditionFailure("a rule's mask has no subtable") }
    unsafe subtables[index].remove(rule)
    count -= 1
    if rule.isSoft { softCount -= 1 }
    if unsafe subtables[index].count == 0 {
      for i in index..<(subtableCount - 1) { swapSubtables(i, i + 1) }
      subtableCount -= 1
      unsafe (subtables + subtableCount).deinitialize(count: 1)
    } else {
      moveDown(index)
    }
  }

  private mutating func append(_ subtable: consuming Subtable) -> Int {
    if subtableCount == capacity {
      let larger = UnsafeMutablePointer<Subtable>.allocate(capacity: capacity * 2)
      unsafe larger.moveInitialize(from: subtables, count: subtableCount)
      unsafe subtables.deallocate()
      unsafe subtables = larger
      capacity *= 2
    }
    unsafe (subtables + subtableCount).initialize(to: subtable)
    subtableCount += 1
    return subtableCount - 1
  }

  private func swapSubtables(_ i: Int, _ j: Int) {
    let spare = unsafe (subtables + i).move()
    unsafe (subtables + i).moveInitialize(from: subtables + j, count: 1)
    unsafe (subtables + j).initialize(to: spare)
  }

  /// Restores the descending order after the subtable's highest priority rose.
  private func moveUp(_ index: Int) {
    var i = index
    while i > 0, unsafe subtables[i - 1].maximumPriority < subtables[i].maximumPriority {
      swapSubtables(i - 1, i)
      i -= 1
    }
  }

  /// Restores the descending order after the subtable's highest priority fell.
  private func moveDown(_ index: Int) {
    var i = index
    while i + 1 < subtableCount, unsafe subtables[i].maximumPriority < subtables[i + 1].maximumPriority {
      swapSubtables(i, i + 1)
      i += 1
    }
  }

  /// Calls `body` with every rule and its mask, in no particular order.
  public func forEach(_ body: (Rule, Mask) -> Void) {
    for i in 0..<subtableCount {
      let mask = unsafe subtables[i].mask
      unsafe subtables[i].forEach { body($0, mask) }
    }
  }
}
