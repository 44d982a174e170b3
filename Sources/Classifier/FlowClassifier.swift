import Match

/// Finds the best of many rules for a key, by what suits the rules.
///
/// # Theory
/// Rules with the same mask form a subtable, a hash table of their values, so a rule set of `m` masks takes
/// at most `m` probes however many rules there are: tuple space search. Subtables are kept in descending order of their
/// highest priority, and a search ends at the first one that cannot hold a better rule than the one found. Of rules
/// with the same priority that both match, the older one wins.
///
/// The mask without a bit is a subtable as well: the catch-all rule costs one probe that always hits.
///
/// Rules whose masks differ only in the length of a prefix of one field, such as routes, lie in a `PrefixTree` when that is
/// fewer steps than there are lengths. It is asked in its place among the subtables. `TableStructure` says when there
/// is one.
///
/// A handful of rules is compared one after the other (`LinearRules`). They lie in subtables as well, by which they are found
/// by match.
///
/// # Memory
/// Owns its subtables, and its trees: an array of room for one of each `PrefixField`, freed by `deinit`; indices are below
/// `treeCount`.
@safe public struct FlowClassifier: ~Copyable {
  /// Those that are asked one after the other.
  var subtables = SubtableList()
  /// By descending priority.
  let trees: UnsafeMutablePointer<PrefixTree>
  var treeCount = 0
  /// All rules if they are few; else none.
  var linear = LinearRules()
  /// Rules.
  public private(set) var count = 0
  /// Those of them that are parts of conjunctive matches.
  private(set) var softCount = 0
  /// Changes of rules since the structure was looked at, and after how many that is done again.
  var changes = 0
  var changesToLook = TableStructure.firstLook

  public init() { unsafe trees = .allocate(capacity: PrefixField.all.count) }

  deinit {
    unsafe trees.deinitialize(count: treeCount)
    unsafe trees.deallocate()
  }

  /// The best rule that matches `key`.
  public func lookup(_ key: KeyReference) -> Rule? {
    guard softCount == 0 else { return lookupAmongSoftRules(key) }
    return search(key, noting: nil)
  }

  /// The same, and adds to `bits` those of the key that the answer depends on: every key with the same values
  /// there has the same answer.
  public func lookup(_ key: KeyReference, noting bits: KeyReference) -> Rule? {
    guard softCount > 0 else { return search(key, noting: bits) }
    for i in 0..<subtables.count { subtables[i].noteMask(in: bits) }
    return lookupAmongSoftRules(key)
  }

  @inline(__always)
  private func search(_ key: KeyReference, noting bits: KeyReference?) -> Rule? {
    if linear.count > 0 {
      let answer = linear.search(key)
      if let bits { linear.note(answer.extent, in: bits) }
      return answer.rule
    }
    var best: Rule?
    var nextTree = 0
    for i in 0..<subtables.count {
      if nextTree < treeCount { ask(&nextTree, before: i, key, &best, noting: bits) }
      if let best, subtables[i].maximumPriority < best.priority { return best }
      if let bits { subtables[i].noteMask(in: bits) }
      subtables[i].search(key, better: &best)
    }
    if nextTree < treeCount { ask(&nextTree, before: subtables.count, key, &best, noting: bits) }
    return best
  }

  /// Asks the trees, from number `next` on, whose turn it is before subtable number `index`.
  @inline(never)
  private func ask(
    _ next: inout Int, before index: Int, _ key: KeyReference, _ best: inout Rule?, noting bits: KeyReference?
  ) {
    while next < treeCount, unsafe trees[next].rank <= index {
      if let best, unsafe trees[next].maximumPriority < best.priority { return }
      let steps = unsafe trees[next].search(key, better: &best)
      if let bits { unsafe trees[next].note(steps, in: bits) }
      next += 1
    }
  }

  /// Whether some rules are parts of conjunctive matches.
  public var hasSoftRules: Bool { softCount > 0 }

  /// The rule with exactly this mask, these values and this priority.
  public func find(mask: Mask, words: [UInt64], priority: UInt16) -> Rule? {
    if let i = subtables.index(of: mask) { return subtables[i].find(words: words, priority: priority) }
    for tree in 0..<treeCount {
      if let i = unsafe trees[tree].members.index(of: mask) {
        return unsafe trees[tree].members[i].find(words: words, priority: priority)
      }
    }
    return nil
  }

  /// The rule with exactly the mask that `bits` has in the words of `wordSet`, with the values of `key` there, and
  /// this priority. Made for workers.
  public func find(_ key: KeyReference, wordSet: UInt64, bits: KeyReference, priority: UInt16) -> Rule? {
    if let i = subtables.index(ofWords: wordSet, bits) { return subtables[i].find(key, priority: priority) }
    for tree in 0..<treeCount {
      if let i = unsafe trees[tree].members.index(ofWords: wordSet, bits) {
        return unsafe trees[tree].members[i].find(key, priority: priority)
      }
    }
    return nil
  }

  /// Adds `rule`, whose values were made with `mask`.
  /// - Returns: the same mask, as the other rules with it have it, so that it is in memory once.
  @discardableResult
  public mutating func insert(_ rule: Rule, mask: Mask) -> Mask {
    count += 1
    if rule.isSoft {
      softCount += 1
      giveUpTrees()
    }
    let shared = enter(rule, mask)
    changes += 1
    if changes >= changesToLook { look() }
    linearize()
    return shared
  }

  private mutating func enter(_ rule: Rule, _ mask: Mask) -> Mask {
    for tree in 0..<treeCount {
      guard let member = unsafe trees[tree].members.index(of: mask) else { continue }
      let shared = unsafe trees[tree].members[member].mask
      unsafe trees[tree].insert(rule, into: member)
      rankTrees()
      return shared
    }
    if let index = subtables.index(of: mask) {
      let shared = subtables[index].mask
      subtables[index].insert(rule)
      subtables.moveUp(index)
      rankTrees()
      return shared
    }
    var subtable = Subtable(mask: mask)
    subtable.insert(rule)
    place(subtable)
    return mask
  }

  /// Removes `rule`. Precondition: it was inserted with this mask.
  public mutating func remove(_ rule: Rule, mask: Mask) {
    count -= 1
    if rule.isSoft { softCount -= 1 }
    leave(rule, mask)
    changes += 1
    if changes >= changesToLook { look() }
    linearize()
  }

  private mutating func leave(_ rule: Rule, _ mask: Mask) {
    for tree in 0..<treeCount {
      guard let member = unsafe trees[tree].members.index(of: mask) else { continue }
      unsafe trees[tree].remove(rule, from: member)
      if unsafe trees[tree].members.count == 0 { giveUpTree(tree) }
      return rankTrees()
    }
    guard let index = subtables.index(of: mask) else { preconditionFailure("a rule's mask has no subtable") }
    subtables[index].remove(rule)
    if subtables[index].count == 0 { _ = subtables.remove(at: index) } else { subtables.moveDown(index) }
    rankTrees()
  }

  /// Calls `body` with every rule and its mask, in no particular order.
  public func forEach(_ body: (Rule, Mask) -> Void) {
    subtables.forEach(body)
    for tree in 0..<treeCount { unsafe trees[tree].members.forEach(body) }
  }
}

/// What lookups in tables with soft rules, which have no trees, ask for.
extension FlowClassifier {
  /// Masks in use.
  var subtableCount: Int { subtables.count }

  /// That of the rule of the highest one.
  var highestPriority: UInt16 {
    let first = subtables.count > 0 ? subtables[0].maximumPriority : 0
    return treeCount > 0 ? unsafe max(first, trees[0].maximumPriority) : first
  }

  /// The highest priority of a rule with the mask number `subtable`. These numbers never rise from one mask to
  /// the next.
  func maximumPriority(_ subtable: Int) -> UInt16 { subtables[subtable].maximumPriority }

  /// The best rule with the mask number `subtable` that matches `key` and whose priority is at most `limit`.
  func best(_ subtable: Int, _ key: KeyReference, atMost limit: UInt16 = .max) -> Rule? {
    subtables[subtable].best(key, atMost: limit)
  }
}
