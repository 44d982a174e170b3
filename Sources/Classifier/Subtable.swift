import CLinux
import Match

/// The rules of one table that have one mask: a hash table of their values.
///
/// # Structure
/// Buckets of eight places. The tags of a bucket, 16 bits of each rule's hash, lie together (`TagGroup`), all tags before
/// all rules: a lookup that finds nothing, as most do where there are many masks, reads 16 bytes of what is an eighth
/// of the table and seldom sees a rule. What does not fit into its bucket lies in the next one that is not full, so a
/// search ends at the first bucket with a free place. Removal moves later rules back so that this stays true, and there
/// are no tombstones.
///
/// # Memory
/// Owns its buckets and its copy of the mask: freed by `deinit`; the buckets, one allocation, are replaced as a whole when
/// they grow. The rules belong to the caller.
/// One thread writes while no other reads (`LeftRight`), then any number read.
@safe public struct Subtable: ~Copyable {
  /// Which bits this subtable's rules look at.
  public let mask: Mask
  /// Rules.
  public private(set) var count = 0
  /// The highest priority of its rules; a search that has found a higher one passes it over.
  public private(set) var maximumPriority: UInt16 = 0

  /// The mask again as plain memory, word number and bits in turn, so that a search counts no reference.
  private let maskWords: UnsafeMutablePointer<(word: Int, bits: UInt64)>
  /// The tags of all buckets, then, at `rules`, their rules.
  private var tags: UnsafeMutableRawPointer
  private var rules: UnsafeMutablePointer<UInt64>
  private let maskWordCount: Int
  /// Whether the rules demand something of the Ethernet header.
  private let needsEthernet: Bool
  private var bucketMask = 0
  /// How many rules have each priority, to keep `maximumPriority` right when rules go.
  private var priorities: [UInt16: Int] = [:]

  init(mask: Mask) {
    self.mask = mask
    unsafe maskWords = .allocate(capacity: max(mask.bits.count, 1))
    for (i, part) in zip(mask.words, mask.bits).enumerated() {
      unsafe (maskWords + i).initialize(to: (part.0, part.1))
    }
    maskWordCount = mask.bits.count
    needsEthernet = mask.wordSet & KeyReference.ethernetWords != 0
    unsafe (tags, rules) = Self.allocate(bucketCount: 1)
  }

  deinit {
    unsafe tags.deallocate()
    unsafe maskWords.deallocate()
  }

  private static func allocate(bucketCount: Int) -> (UnsafeMutableRawPointer, UnsafeMutablePointer<UInt64>) {
    let count = bucketCount * TagGroup.count
    let tags = UnsafeMutableRawPointer.allocate(byteCount: count * 10, alignment: 64)
    unsafe tags.initializeMemory(as: UInt16.self, repeating: 0, count: count)
    let rules = unsafe (tags + count * 2).initializeMemory(as: UInt64.self, repeating: 0, count: count)
    return unsafe (tags, rules)
  }

  @inline(__always)
  private static func tag(_ hash: UInt32) -> UInt64 { TagGroup.tag(UInt64(hash >> 16)) }

  @inline(__always)
  private func group(_ bucket: Int) -> TagGroup {
    let words = unsafe (tags + bucket &* 16).assumingMemoryBound(to: UInt64.self)
    return unsafe TagGroup(low: words[0], high: words[1])
  }

  /// The rule at a place that is not free.
  @inline(__always)
  private func rule(_ place: Int) -> Rule { unsafe Rule(bits: rules[place]) }

  private func set(_ place: Int, _ rule: Rule?) {
    let tag = rule.map { UInt16(truncatingIfNeeded: Self.tag($0.hash)) } ?? 0
    unsafe (tags + place * 2).storeBytes(of: tag, as: UInt16.self)
    unsafe rules[place] = rule?.bits ?? 0
  }

  /// Calls `body` with each place whose rule may have that hash, until it says so or there are no more.
  @inline(__always)
  private func search(_ hash: UInt32, until body: (Int) -> Bool) {
    let wanted = Self.tag(hash)
    var bucket = Int(hash) & bucketMask
    while true {
      let group = group(bucket)
      var candidates = group.candidates(wanted)
      while let slot = candidates.next() {
        let place = bucket &* TagGroup.count &+ slot
        // A false candidate may be a free place.
        if unsafe rules[place] != 0, body(place) { return }
      }
      if group.hasFree { return }
      bucket = (bucket &+ 1) & bucketMask
    }
  }

  /// Adds the bits that this subtable's rules look at to `bits`.
  func noteMask(in bits: KeyReference) {
    for i in 0..<maskWordCount {
      let part = unsafe maskWords[i]
      bits[part.word] |= part.bits
    }
  }

  /// The best rule for `key`, better than `best` if there is one: higher priority, or the same and older.
  @inline(__always)
  func search(_ key: KeyReference, better best: inout Rule?) { search(key, hash(key), better: &best) }

  /// The same for a key that has that hash.
  func search(_ key: KeyReference, _ hash: UInt32, better best: inout Rule?) {
    search(hash) { place in
      let candidate = rule(place)
      if matches(candidate, key), candidate.isBetter(than: best) { best = candidate }
      return false
    }
  }

  /// The best rule for `key` whose priority is at most `limit`.
  func best(_ key: KeyReference, atMost limit: UInt16) -> Rule? {
    var best: Rule?
    search(hash(key)) { place in
      let candidate = rule(place)
      if candidate.priority <= limit, matches(candidate, key), candidate.isBetter(than: best) {
        best = candidate
      }
      return false
    }
    return best
  }

  // MARK: For several keys

  /// Asks for the memory that a search for `hash` begins with.
  @inline(__always)
  func prefetchTags(_ hash: UInt32) { unsafe clinux_prefetch(tags + (Int(hash) & bucketMask) &* 16) }

  /// Whether a search for `hash` has to look at rules, or at another bucket. If so, it is to be asked for the place of
  /// the first of them.
  @inline(__always)
  func prefetchPlace(_ hash: UInt32) -> Bool {
    let bucket = Int(hash) & bucketMask
    let group = group(bucket)
    var candidates = group.candidates(Self.tag(hash))
    guard let slot = candidates.next() else { return !group.hasFree }
    unsafe clinux_prefetch(rules + (bucket &* TagGroup.count &+ slot))
    return true
  }

  /// Asks for the first rule that a search for `hash` looks at.
  @inline(__always)
  func prefetchRule(_ hash: UInt32) {
    let bucket = Int(hash) & bucketMask
    var candidates = group(bucket).candidates(Self.tag(hash))
    guard let slot = candidates.next() else { return }
    let place = bucket &* TagGroup.count &+ slot
    if unsafe rules[place] != 0 { rule(place).prefetch(wordCount: maskWordCount) }
  }

  @inline(__always)
  func hash(_ key: KeyReference) -> UInt32 {
    UInt32(truncatingIfNeeded: hash(key, Mask.seed, from: 0, to: wordCount))
  }

  /// Goes on hashing with the words of the mask from `start` up to, but not including `end`.
  @inline(__always)
  func hash(_ key: KeyReference, _ state: UInt64, from start: Int, to end: Int) -> UInt64 {
    var state = state
    var i = start
    while i < end {
      let part = unsafe maskWords[i]
      state = Mask.mix(state, key[part.word] & part.bits)
      i &+= 1
    }
    return state
  }

  /// How many words the mask has.
  @inline(__always) var wordCount: Int { maskWordCount }

  /// How many words it has in common with `other` from the first one on.
  func commonWords(with other: borrowing Subtable) -> Int {
    var count = 0
    while count < min(maskWordCount, other.maskWordCount), unsafe maskWords[count] == other.maskWords[count] {
      count += 1
    }
    return count
  }

  /// Whether its tags stay in the first-level cache.
  @inline(__always) var isSmall: Bool { bucketMask < 64 }

  @inline(__always)
  private func matches(_ rule: Rule, _ key: KeyReference) -> Bool {
    demands(rule, key) && (!needsEthernet || key.isEthernet)
  }

  /// Whether what a rule demands of the key's words is there.
  @inline(__always)
  private func demands(_ rule: Rule, _ key: KeyReference) -> Bool {
    var difference: UInt64 = 0
    for i in 0..<maskWordCount {
      let part = unsafe maskWords[i]
      difference |= key[part.word] & part.bits ^ rule.word(i)
    }
    return difference == 0
  }

  /// Writes what one of its rules demands into `key`.
  func copyValues(of rule: Rule, to key: KeyReference) {
    for i in 0..<maskWordCount { unsafe key[maskWords[i].word] = rule.word(i) }
  }

  /// The rule with exactly these values and this priority.
  func find(words: [UInt64], priority: UInt16) -> Rule? {
    first(mask.hash(words)) { $0.priority == priority && $0.words == words }
  }

  /// The first rule that demands just the values of `key`, matching or not.
  func find(values key: KeyReference) -> Rule? { first(hash(key)) { demands($0, key) } }

  /// The first rule with that hash that is wanted.
  @inline(__always)
  private func first(_ hash: UInt32, where isWanted: (Rule) -> Bool) -> Rule? {
    var found: Rule?
    search(hash) { place in
      let candidate = rule(place)
      guard isWanted(candidate) else { return false }
      found = candidate
      return true
    }
    return found
  }

  /// Whether its mask is what `bits` has in the words of `wordSet`.
  func hasMask(_ wordSet: UInt64, _ bits: KeyReference) -> Bool {
    guard mask.wordSet == wordSet else { return false }
    for i in 0..<maskWordCount {
      let part = unsafe maskWords[i]
      if bits[part.word] != part.bits { return false }
    }
    return true
  }

  /// The rule with the values of `key` and this priority.
  func find(_ key: KeyReference, priority: UInt16) -> Rule? {
    first(hash(key)) { $0.priority == priority && matches($0, key) }
  }

  mutating func insert(_ rule: Rule) {
    if (count + 1) * 8 > (bucketMask + 1) * TagGroup.count * 5 { grow() }
    place(rule)
    count += 1
    priorities[rule.priority, default: 0] += 1
    maximumPriority = max(maximumPriority, rule.priority)
  }

  private func place(_ rule: Rule) {
    var bucket = Int(rule.hash) & bucketMask
    while true {
      if let slot = group(bucket).firstFree { return set(bucket * TagGroup.count + slot, rule) }
      bucket = (bucket + 1) & bucketMask
    }
  }

  private mutating func grow() {
    let (oldTags, oldRules) = unsafe (tags, rules)
    let oldCount = (bucketMask + 1) * TagGroup.count
    bucketMask = (bucketMask + 1) * 2 - 1
    unsafe (tags, rules) = Self.allocate(bucketCount: bucketMask + 1)
    for i in 0..<oldCount where unsafe oldRules[i] != 0 { unsafe place(Rule(bits: oldRules[i])) }
    unsafe oldTags.deallocate()
  }

  /// Precondition: the rule is in the subtable.
  mutating func remove(_ rule: Rule) {
    var hole = 0
    search(rule.hash) { place in
      hole = place
      return self.rule(place) == rule
    }
    closeUp(hole)
    count -= 1
    let left = (priorities[rule.priority] ?? 1) - 1
    priorities[rule.priority] = left == 0 ? nil : left
    if left == 0, rule.priority == maximumPriority { maximumPriority = priorities.keys.max() ?? 0 }
  }

  /// Empties a place. As long as the bucket with the hole was full, a rule behind it may have passed it by: the first
  /// such rule moves into the hole and leaves one itself.
  private func closeUp(_ place: Int) {
    var hole = place
    var wasFull = !group(hole / TagGroup.count).hasFree
    set(hole, nil)
    var bucket = hole / TagGroup.count
    while wasFull {
      bucket = (bucket + 1) & bucketMask
      let isFull = !group(bucket).hasFree
      let distance = (bucket - hole / TagGroup.count) & bucketMask
      for slot in 0..<TagGroup.count {
        let place = bucket * TagGroup.count + slot
        guard unsafe rules[place] != 0 else { continue }
        let passed = rule(place)
        guard (bucket - Int(passed.hash)) & bucketMask >= distance else { continue }
        set(hole, passed)
        set(place, nil)
        hole = place
        break
      }
      wasFull = isFull
    }
  }

  /// Calls `body` with every rule, in no particular order.
  func forEach(_ body: (Rule) -> Void) {
    for i in 0..<(bucketMask + 1) * TagGroup.count where unsafe rules[i] != 0 { body(rule(i)) }
  }
}

extension Rule {
  /// Whether this rule wins over `other`: by priority, then by age, so that overlaps of the same priority
  /// have one defined outcome.
  @inline(__always)
  func isBetter(than other: Rule?) -> Bool {
    guard let other else { return true }
    if priority != other.priority { return priority > other.priority }
    return sequence < other.sequence
  }
}
