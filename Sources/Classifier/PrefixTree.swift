import Match

/// Finds the best of many rules that differ in how long a prefix of one field they demand: routes.
///
/// # Theory
/// A tuple space search asks one hash table for each length. Here a search goes down a tree, byte by byte of the field,
/// for at most as many steps as the longest prefix has bytes: a multibit trie (Srinivasan, Varghese, "Fast address lookups
/// using controlled prefix expansion", 1999), whose nodes have runs instead of a place for each value. A prefix that
/// ends within a byte is written to all values of it that it covers, and each of them knows the best rule of this
/// byte; the search takes the best of those that it passes. "Best" is by priority and age as everywhere, so priorities need
/// not follow the lengths.
///
/// What the rules demand of other fields, their rest, is the same bits for all, with any values: each combination of
/// values has a tree of its own, its root is found as a rule with this mask is. Where a rest has a single rule, as where
/// rests are connections, there is no node: the root has its prefix, which is compared at once.
///
/// An answer depends on the rest and on the bytes that were looked at, up to the first that leads nowhere.
///
/// The rules also lie in subtables, one for each length, as everywhere: by these they are found by match, and so is what is the best for
/// a value when the best rule goes. A change touches one node, or one for each byte when nodes come or go, however many
/// rules there are.
///
/// # Memory
/// Owns its nodes, roots and subtables, freed by `deinit`. The roots are pseudo-rules, whose program is a
/// `Root`. One thread writes while no other reads (`LeftRight`), then any number read.
@safe struct PrefixTree: ~Copyable {
  struct Root: BitwiseCopyable {
    var node: PrefixNode?
    /// The best rule without any bit of the field.
    var whole = RankedRule.none
    /// The only one with some, while there has been no other: then there is no node.
    var lone = RankedRule.none
    /// What it demands of the field, and of how many bits.
    var prefix = PrefixValue()
    var length: Int32 = 0
    var ruleCount: Int32 = 0

    /// Whether a key with that value in the field is one for the lone rule, and how many bytes of it were looked at.
    @inline(__always)
    func matchLone(_ value: PrefixValue) -> (isMatch: Bool, steps: Int) {
      let common = value.commonBits(with: prefix)
      return common >= Int(length) ? (true, (Int(length) &+ 7) >> 3) : (false, common >> 3 &+ 1)
    }
  }

  let field: PrefixField
  /// What the masks have besides the field.
  let rest: Mask
  /// The rules by mask.
  private(set) var members = SubtableList()
  /// How many bits of the field each member's mask has.
  private var lengths: [Int] = []
  /// The highest priority of its rules.
  private(set) var maximumPriority: UInt16 = 0
  /// Before which of the classifier's subtables it is asked.
  var rank = 0
  private(set) var ruleCount = 0
  private(set) var roots: Subtable
  /// A key with the values of the rule in hand.
  private let scratch = KeyReference.allocate()

  init(field: PrefixField, rest: Mask) {
    self.field = field
    self.rest = rest
    roots = Subtable(mask: rest)
  }

  deinit {
    roots.forEach { entry in
      let root = unsafe Self.root(of: entry)
      unsafe Self.free(root.pointee.node)
      entry.deallocate()
    }
    scratch.deallocate()
  }

  private static func free(_ node: PrefixNode?) {
    guard let node else { return }
    // A child has its own run.
    node.forEachRun { _, entry in free(entry.child) }
    node.deallocate()
  }

  @inline(__always)
  private static func root(of entry: Rule) -> UnsafeMutablePointer<Root> {
    unsafe UnsafeMutableRawPointer(mutating: entry.program).assumingMemoryBound(to: Root.self)
  }

  // MARK: Workers' side

  /// What the rules with this key's rest are under.
  @inline(__always)
  func root(for key: KeyReference, _ hash: UInt32) -> UnsafeMutablePointer<Root>? {
    var found: Rule?
    roots.search(key, hash, better: &found)
    guard let found else { return nil }
    return unsafe Self.root(of: found)
  }

  /// The best rule for `key`, better than `best` if there is one.
  /// - Returns: how many bytes of the field were looked at.
  func search(_ key: KeyReference, better best: inout Rule?) -> Int {
    guard let root = unsafe root(for: key, roots.hash(key)) else { return 0 }
    var answer = unsafe root.pointee.whole
    var next = unsafe root.pointee.node
    var steps = 0
    if unsafe root.pointee.lone != .none {
      let lone = unsafe root.pointee.matchLone(field.value(of: key))
      if lone.isMatch, unsafe root.pointee.lone.isBetter(than: answer) { answer = unsafe root.pointee.lone }
      steps = lone.steps
    }
    while let node = next {
      let place = node.place(field.byte(steps, of: key))
      if place.best.isBetter(than: answer) { answer = place.best }
      next = place.child
      next?.prefetch()
      steps &+= 1
    }
    if let rule = answer.rule, rule.isBetter(than: best) { best = rule }
    return steps
  }

  /// Adds to `bits` those that an answer depends on for which so many bytes were looked at. Of long fields it is an even
  /// number of bytes: a flow cache has room for few masks.
  func note(_ steps: Int, in bits: KeyReference) {
    roots.noteMask(in: bits)
    field.note((field.bits > 64 ? (steps + 1) & ~1 : steps) * 8, in: bits)
  }

  // MARK: Control thread's side

  /// How many bits of the field rules with this mask demand; `nil` when they do not belong here.
  func length(of mask: Mask) -> Int? {
    guard let parts = field.split(mask), parts.rest == rest else { return nil }
    return parts.length
  }

  /// How many steps a search takes at most.
  var depth: Int { Self.depth(lengths) }

  /// The root is one, and so is each byte.
  static func depth(_ lengths: [Int]) -> Int { ((lengths.max() ?? 0) + 7) / 8 + 1 }

  /// Takes over the rules of one mask.
  mutating func add(_ subtable: consuming Subtable, length: Int) {
    subtable.forEach { rule in
      hold(rule, subtable)
      enter(rule, length)
    }
    maximumPriority = max(maximumPriority, subtable.maximumPriority)
    _ = members.append(subtable)
    lengths.append(length)
  }

  /// Gives its rules back, those of one mask at a time. None is found here from then on.
  mutating func giveUpMember() -> Subtable? {
    guard members.count > 0 else { return nil }
    lengths.removeLast()
    return members.remove(at: members.count - 1)
  }

  mutating func insert(_ rule: Rule, into index: Int) {
    members[index].insert(rule)
    hold(rule, members[index])
    enter(rule, lengths[index])
    maximumPriority = max(maximumPriority, rule.priority)
  }

  mutating func remove(_ rule: Rule, from index: Int) {
    members[index].remove(rule)
    hold(rule, members[index])
    leave(rule, lengths[index])
    if members[index].count == 0 {
      _ = members.remove(at: index)
      lengths.remove(at: index)
    }
    guard rule.priority == maximumPriority else { return }
    maximumPriority = 0
    for i in 0..<members.count { maximumPriority = max(maximumPriority, members[i].maximumPriority) }
  }

  /// Brings the rule's values into `scratch`.
  private func hold(_ rule: Rule, _ subtable: borrowing Subtable) {
    for word in 0..<FlowKey.wordCount where scratch[word] != 0 { scratch[word] = 0 }
    subtable.copyValues(of: rule, to: scratch)
  }

  /// The pseudo-rule of the root for the values in `scratch`.
  private func rootEntry() -> Rule? { roots.find(values: scratch) }

  private mutating func makeRoot() -> Rule {
    let words = rest.values(of: scratch)
    let entry = Rule.allocate(
      table: 0, priority: 0, sequence: 0, words: words, hash: rest.hash(words), program: [Root()], now: 0,
      id: 0,
      // Values and root of up to three words lie in two cache lines.
      alignment: 64
    )
    roots.insert(entry)
    return entry
  }

  /// In which byte a prefix ends, and for which values of it.
  private func span(_ length: Int) -> (step: Int, values: Range<Int>) {
    let step = (length - 1) / 8
    let first = field.byte(step, of: scratch)
    return (step, first..<(first + 1 << (8 * (step + 1) - length)))
  }

  /// Writes a rule, whose values are in `scratch`, into the nodes.
  private mutating func enter(_ rule: Rule, _ length: Int) {
    let root = unsafe Self.root(of: rootEntry() ?? makeRoot())
    ruleCount += 1
    unsafe root.pointee.ruleCount += 1
    let ranked = RankedRule(rule)
    guard length > 0 else {
      if unsafe ranked.isBetter(than: root.pointee.whole) { unsafe root.pointee.whole = ranked }
      return
    }
    if unsafe root.pointee.node == nil {
      if unsafe root.pointee.lone == .none {
        unsafe root.pointee.lone = ranked
        unsafe root.pointee.prefix = field.value(of: scratch)
        unsafe root.pointee.length = Int32(length)
        return
      }
      unsafe enterLone(of: &root.pointee)
    }
    let (step, values) = span(length)
    unsafe enter(ranked, &root.pointee.node, at: 0, step, values)
  }

  /// Writes a lone rule into nodes, as it is to have company.
  private func enterLone(of root: inout Root) {
    let value = field.value(of: scratch)
    field.setValue(of: scratch, to: root.prefix)
    let (step, values) = span(Int(root.length))
    enter(root.lone, &root.node, at: 0, step, values)
    root.lone = .none
    field.setValue(of: scratch, to: value)
  }

  private func enter(
    _ rule: RankedRule, _ place: inout PrefixNode?, at step: Int, _ last: Int, _ values: Range<Int>
  ) {
    let node = place ?? .allocate()
    place = node
    let value = field.byte(step, of: scratch)
    if step < last, node.place(value).child != nil {
      return unsafe enter(rule, &node.place(value).entry.pointee.child, at: step + 1, last, values)
    }
    place =
      if step < last {
        node.changing(value..<value + 1) { _, entry in
          enter(rule, &entry.child, at: step + 1, last, values)
        }
      } else {
        node.changing(values) { _, entry in if rule.isBetter(than: entry.best) { entry.best = rule } }
      }
  }

  /// Takes it out of them.
  private mutating func leave(_ rule: Rule, _ length: Int) {
    guard let entry = rootEntry() else { preconditionFailure("a rule's prefix has no root") }
    let root = unsafe Self.root(of: entry)
    ruleCount -= 1
    unsafe root.pointee.ruleCount -= 1
    if length == 0 {
      unsafe root.pointee.whole = best(0...0)
    } else if unsafe root.pointee.lone == RankedRule(rule) {
      unsafe root.pointee.lone = .none
    } else {
      let (step, values) = span(length)
      unsafe leave(RankedRule(rule), &root.pointee.node, at: 0, step, values)
    }
    guard unsafe root.pointee.ruleCount == 0 else { return }
    roots.remove(entry)
    entry.deallocate()
  }

  private func leave(
    _ rule: RankedRule, _ place: inout PrefixNode?, at step: Int, _ last: Int, _ values: Range<Int>
  ) {
    guard let node = place else { return }
    let value = field.byte(step, of: scratch)
    if step < last {
      unsafe leave(rule, &node.place(value).entry.pointee.child, at: step + 1, last, values)
      if node.place(value).child != nil { return }
    }
    // What leads nowhere any more has no run of its own.
    let changed = node.changing(step < last ? value..<value + 1 : values) { value, entry in
      guard step == last, entry.best == rule else { return }
      field.setByte(step, of: scratch, to: value)
      entry.best = best((8 * step + 1)...(8 * step + 8))
    }
    place = changed
    guard changed.isEmpty else { return }
    changed.deallocate()
    place = nil
  }

  /// The best rule for `scratch` among those with prefixes of such lengths.
  private func best(_ wanted: ClosedRange<Int>) -> RankedRule {
    var best = RankedRule.none
    for (index, length) in lengths.enumerated() where wanted.contains(length) {
      if let rule = members[index].best(scratch, atMost: .max) {
        let ranked = RankedRule(rule)
        if ranked.isBetter(than: best) { best = ranked }
      }
    }
    return best
  }
}
