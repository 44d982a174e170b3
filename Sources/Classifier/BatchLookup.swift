import CLinux
import Match

/// What one table answered for frames of a batch that were looked up together.
///
/// # Memory
/// Fixed arrays for 32 frames, made by `allocate` and freed by `deallocate`; places are taken modulo 32, numbers of
/// subtables modulo `runCapacity`. The rules are
/// those of the forwarding state that was asked: whoever leaves it forgets them.
@safe public struct BatchAnswers {
  private struct Content {
    /// Of the first words, as many as the mask in hand shares with the next one: what hashing them came to.
    var states = InlineArray<32, UInt64>(repeating: 0)
    var extents = InlineArray<32, LookupExtent>(repeating: LookupExtent())
    /// Where a search in a prefix tree is, and the best rule that it has passed.
    var nodes = InlineArray<32, PrefixNode?>(repeating: nil)
    var entries = InlineArray<32, PrefixNode.Place?>(repeating: nil)
    var passed = InlineArray<32, RankedRule>(repeating: .none)
    var rules = InlineArray<32, Rule?>(repeating: nil)
    /// The frames that there are answers for.
    var frames = FrameSet()
  }

  private let content: UnsafeMutablePointer<Content>
  /// Those of all frames under one mask, then those under the next one.
  private let hashes: UnsafeMutablePointer<UInt32>

  /// How many subtables are probed together.
  static var runCapacity: Int { 8 }

  public static func allocate() -> BatchAnswers { BatchAnswers() }

  private init() {
    unsafe content = .allocate(capacity: 1)
    unsafe content.initialize(to: Content())
    unsafe hashes = .allocate(capacity: Self.runCapacity * KeyBatch.capacity)
    unsafe hashes.initialize(repeating: 0, count: Self.runCapacity * KeyBatch.capacity)
  }

  public func deallocate() {
    unsafe content.deallocate()
    unsafe hashes.deallocate()
  }

  /// The frames that there are answers for.
  public var frames: FrameSet {
    get { unsafe content.pointee.frames }
    nonmutating set { unsafe content.pointee.frames = newValue }
  }

  /// The best rule for the frame at that place.
  @inline(__always)
  public func rule(_ place: Int) -> Rule? { unsafe content.pointee.rules[place & 31] }

  /// What was asked for it.
  @inline(__always)
  public func extent(_ place: Int) -> LookupExtent { unsafe content.pointee.extents[place & 31] }

  fileprivate func begin(_ place: Int) {
    unsafe content.pointee.rules[place & 31] = nil
    unsafe content.pointee.extents[place & 31] = LookupExtent()
  }

  @inline(__always)
  fileprivate func set(_ place: Int, _ rule: Rule?) { unsafe content.pointee.rules[place & 31] = rule }

  /// It is known now that no more is to be asked.
  fileprivate func end(_ place: Int, subtables: Int, trees: Int) {
    unsafe content.pointee.extents[place & 31].subtables = Int32(truncatingIfNeeded: subtables)
    unsafe content.pointee.extents[place & 31].trees = Int32(truncatingIfNeeded: trees)
  }

  func setSteps(_ place: Int, tree: Int, _ steps: Int) {
    unsafe content.pointee.extents[place & 31].steps |= UInt64(steps) << UInt64(8 * tree)
  }

  @inline(__always)
  func node(_ place: Int) -> PrefixNode? { unsafe content.pointee.nodes[place & 31] }

  @inline(__always)
  func setNode(_ place: Int, _ node: PrefixNode?) { unsafe content.pointee.nodes[place & 31] = node }

  /// What a value of the node leads to; asked for now, and looked at when all frames have one.
  @inline(__always)
  func setEntry(_ place: Int, _ entry: PrefixNode.Place) {
    entry.prefetch()
    unsafe content.pointee.entries[place & 31] = entry
  }

  @inline(__always)
  func entry(_ place: Int) -> PrefixNode.Place? { unsafe content.pointee.entries[place & 31] }

  @inline(__always)
  func beginTree(_ place: Int, _ rule: RankedRule) { unsafe content.pointee.passed[place & 31] = rule }

  @inline(__always)
  func pass(_ place: Int, _ rule: RankedRule) {
    if unsafe rule.isBetter(than: content.pointee.passed[place & 31]) {
      unsafe content.pointee.passed[place & 31] = rule
    }
  }

  /// Asks for the best rule that was passed, whose mask has at most so many words.
  @inline(__always)
  func prefetchPassed(_ place: Int, wordCount: Int) {
    unsafe content.pointee.passed[place & 31].rule?.prefetch(wordCount: wordCount)
  }

  /// The best rule that was passed is an answer.
  @inline(__always)
  func endTree(_ place: Int) {
    guard let rule = unsafe content.pointee.passed[place & 31].rule else { return }
    if unsafe rule.isBetter(than: content.pointee.rules[place & 31]) {
      unsafe content.pointee.rules[place & 31] = rule
    }
  }

  @inline(__always)
  func setHash(_ place: Int, _ number: Int, _ hash: UInt32) {
    unsafe hashes[(number & (Self.runCapacity - 1)) &* KeyBatch.capacity &+ (place & 31)] = hash
  }

  @inline(__always)
  fileprivate func state(_ place: Int) -> UInt64 { unsafe content.pointee.states[place & 31] }

  @inline(__always)
  fileprivate func setState(_ place: Int, _ state: UInt64) {
    unsafe content.pointee.states[place & 31] = state
  }

  @inline(__always)
  func hash(_ place: Int, _ number: Int = 0) -> UInt32 {
    unsafe hashes[(number & (Self.runCapacity - 1)) &* KeyBatch.capacity &+ (place & 31)]
  }

  @inline(__always)
  fileprivate func search(_ subtable: borrowing Subtable, _ key: KeyReference, _ place: Int, _ number: Int) {
    unsafe subtable.search(key, hash(place, number), better: &content.pointee.rules[place & 31])
  }
}

/// Lookups for many frames at a time.
///
/// # Theory
/// A large table does not fit into the processor's caches, and each step of a search in it, bucket, place, rule, waits
/// for memory and cannot begin before the last one ended. Steps of different frames can: here each step is done for
/// all frames, and asks for the memory of the next one, so that 32 waits take little longer than one. The answers are
/// those of `FlowClassifier.lookup`.
///
/// Each frame has its rule under one of several masks, so a mask alone has few frames whose waits could be one. Those
/// whose best rules have the same priority are asked in any case, whatever the others say: they take their steps
/// together.
///
/// Masks of one table tend to begin alike, with a type and a protocol. The words that a mask has in common with the next
/// one are hashed once for both.
extension FlowClassifier {
  /// Looks up the frames at the places in `frames`. Tables with soft rules have no answers here.
  public func lookup(_ keys: KeyBatch, of frames: FrameSet, into answers: BatchAnswers) {
    guard !hasSoftRules else { return answers.frames = FrameSet() }
    answers.frames = frames
    frames.forEach { answers.begin($0) }
    guard linear.count == 0 else { return compare(keys, frames, answers) }
    var open = frames
    var nextTree = 0
    // Of the words that are hashed already.
    var shared = 0
    var index = 0
    while index < subtableCount {
      if nextTree < treeCount { askTrees(keys, &open, answers, &nextTree, before: index) }
      close(&open, answers, below: maximumPriority(index), index, nextTree)
      if open.isEmpty { return }
      let end = endOfRun(from: index)
      probe(keys, open, answers, index..<end, shared: &shared)
      index = end
    }
    if nextTree < treeCount { askTrees(keys, &open, answers, &nextTree, before: subtableCount) }
    open.forEach { answers.end($0, subtables: subtableCount, trees: nextTree) }
  }

  /// Looks up the frames among a handful of rules.
  @inline(__always)
  private func compare(_ keys: KeyBatch, _ frames: FrameSet, _ answers: BatchAnswers) {
    frames.forEach { place in
      let answer = linear.search(keys[place])
      answers.set(place, answer.rule)
      answers.end(place, subtables: answer.extent, trees: 0)
    }
  }

  /// The end of those from `start` on that have the same highest priority and are probed together. No tree comes between
  /// them: its place is before all that have its highest priority.
  @inline(__always)
  private func endOfRun(from start: Int) -> Int {
    let priority = maximumPriority(start)
    let limit = min(subtableCount, start &+ BatchAnswers.runCapacity)
    var end = start &+ 1
    while end < limit, maximumPriority(end) == priority { end &+= 1 }
    return end
  }

  /// Looks in several subtables for better rules for the frames in `frames`.
  /// - Parameter shared: how many words have been hashed, of those that each mask has in common with the next one.
  @inline(__always)
  private func probe(
    _ keys: KeyBatch, _ frames: FrameSet, _ answers: BatchAnswers, _ run: Range<Int>, shared: inout Int
  ) {
    var candidates = InlineArray<8, FrameSet>(repeating: FrameSet())
    for index in run {
      let next = index + 1 < subtableCount ? subtables[index].commonWords(with: subtables[index + 1]) : 0
      let number = index - run.lowerBound
      candidates[number] = subtables[index]
        .begin(keys, frames, answers, number, from: next < shared ? 0 : shared, saving: next)
      shared = next
    }
    for index in run where !subtables[index].isSmall {
      let number = index - run.lowerBound
      candidates[number] = subtables[index].candidates(frames, answers, number)
    }
    for index in run {
      let number = index - run.lowerBound
      candidates[number].forEach { subtables[index].prefetchRule(answers.hash($0, number)) }
    }
    for index in run {
      let number = index - run.lowerBound
      candidates[number].forEach { answers.search(subtables[index], keys[$0], $0, number) }
    }
  }

  /// Takes those of the frames in `open` out that have a rule of a higher priority than `priority`.
  @inline(__always)
  private func close(
    _ open: inout FrameSet, _ answers: BatchAnswers, below priority: UInt16, _ index: Int, _ tree: Int
  ) {
    // Of rules of the highest priority there may always be an older one.
    guard priority < highestPriority else { return }
    let rest = open
    rest.forEach { place in
      guard let rule = answers.rule(place), priority < rule.priority else { return }
      answers.end(place, subtables: index, trees: tree)
      open.remove(place)
    }
  }

  /// Asks the trees, from number `next` on, whose turn it is before subtable number `index`.
  @inline(never)
  private func askTrees(
    _ keys: KeyBatch, _ open: inout FrameSet, _ answers: BatchAnswers, _ next: inout Int, before index: Int
  ) {
    while next < treeCount, unsafe trees[next].rank <= index {
      unsafe close(&open, answers, below: trees[next].maximumPriority, index, next)
      if !open.isEmpty { unsafe trees[next].search(keys, open, answers, number: next) }
      next += 1
    }
  }

  /// Adds to `bits` those of the key that an answer depends on for which that was asked.
  public func note(_ extent: LookupExtent, in bits: KeyReference) {
    guard linear.count == 0 else { return linear.note(Int(extent.subtables), in: bits) }
    for i in 0..<min(Int(extent.subtables), subtableCount) { subtables[i].noteMask(in: bits) }
    for i in 0..<min(Int(extent.trees), treeCount) { unsafe trees[i].note(extent.steps(i), in: bits) }
  }
}

/// What a lookup has asked before it had its answer: how many subtables and trees of the table, from the first ones on, and
/// how many steps in each tree; of a handful of rules, how many of these, in the place of subtables.
public struct LookupExtent: BitwiseCopyable {
  fileprivate var subtables: Int32 = 0
  fileprivate var trees: Int32 = 0
  /// 8 bits for each tree, the lowest for the first.
  fileprivate var steps: UInt64 = 0

  fileprivate func steps(_ tree: Int) -> Int { Int(steps >> UInt64(8 * tree) & 0xff) }
}

extension Subtable {
  /// Hashes the keys of the frames in `frames`, and asks for the tags.
  /// - Parameters:
  ///   - number: its own among those that are probed together.
  ///   - start: how many words have been hashed.
  ///   - saved: how many words the next mask has in common with this one; at least `start`.
  /// - Returns: the frames for which there is more to look at, if it is small; else `candidates` says it.
  @inline(__always)
  fileprivate func begin(
    _ keys: KeyBatch, _ frames: FrameSet, _ answers: BatchAnswers, _ number: Int, from start: Int,
    saving saved: Int
  ) -> FrameSet {
    var candidates = FrameSet()
    let isSmall = isSmall
    frames.forEach { place in
      let hash = hash(keys[place], place, answers, from: start, saving: saved)
      answers.setHash(place, number, hash)
      if !isSmall {
        prefetchTags(hash)
      } else if prefetchPlace(hash) {
        candidates.insert(place)
      }
    }
    return candidates
  }

  /// The frames for which there is more to look at than tags; what comes next is asked for.
  @inline(__always)
  func candidates(_ frames: FrameSet, _ answers: BatchAnswers, _ number: Int = 0) -> FrameSet {
    var candidates = FrameSet()
    frames.forEach { if prefetchPlace(answers.hash($0, number)) { candidates.insert($0) } }
    return candidates
  }

  @inline(__always)
  private func hash(
    _ key: KeyReference, _ place: Int, _ answers: BatchAnswers, from start: Int, saving saved: Int
  ) -> UInt32 {
    var state = start == 0 ? Mask.seed : answers.state(place)
    if saved > start {
      state = hash(key, state, from: start, to: saved)
      answers.setState(place, state)
    }
    state = hash(key, state, from: max(start, saved), to: wordCount)
    return UInt32(truncatingIfNeeded: state)
  }
}
