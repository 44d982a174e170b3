import Match

/// The rules of one table that have one mask: a hash table of their values.
///
/// # Structure
/// Open addressing with linear probing. An entry is one word: the rule's address below, 16 bits of its hash
/// above, 0 when free; x86-64 and AArch64 user addresses have 47 or 48 bits. Rules of the same value and
/// different priorities are neighbours in the same run. Removal moves later entries of the run back, so
/// there are no tombstones and a run is never longer than it must be.
///
/// # Memory
/// Owns its entries and its copy of the mask: freed by `deinit`; entries are replaced as a whole when they grow. The rules belong to the caller.
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
  private var entries: UnsafeMutablePointer<UInt64>
  private let maskWordCount: Int
  /// Whether the rules demand something of the Ethernet header.
  private let needsEthernet: Bool
  private var entryMask: Int
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
    entryMask = 3
    unsafe entries = .allocate(capacity: 4)
    unsafe entries.initialize(repeating: 0, count: 4)
  }

  deinit {
    unsafe entries.deallocate()
    unsafe maskWords.deallocate()
  }

  @inline(__always)
  private func tag(_ hash: UInt32) -> UInt64 { UInt64(hash >> 16) << 48 }

  private static var addressBits: UInt64 { 0xffff_ffff_ffff }

  @inline(__always)
  private func rule(_ entry: UInt64) -> Rule { Rule(bits: entry & Self.addressBits) }

  /// Adds the bits that this subtable's rules look at to `bits`.
  func noteMask(in bits: KeyReference) {
    for i in 0..<maskWordCount {
      let part = unsafe maskWords[i]
      bits[part.word] |= part.bits
    }
  }

  /// The best rule for `key`, better than `best` if there is one: higher priority, or the same and older.
  func search(_ key: KeyReference, better best: inout Rule?) {
    let hash = hash(key)
    let wanted = tag(hash)
    var position = Int(hash) & entryMask
    while true {
      let entry = unsafe entries[position]
      if entry == 0 { return }
      if entry & ~Self.addressBits == wanted {
        let candidate = rule(entry)
        if matches(candidate, key), candidate.isBetter(than: best) { best = candidate }
      }
      position = (position &+ 1) & entryMask
    }
  }

  /// The best rule for `key` whose priority is at most `limit`.
  func best(_ key: KeyReference, atMost limit: UInt16) -> Rule? {
    let hash = hash(key)
    let wanted = tag(hash)
    var best: Rule?
    var position = Int(hash) & entryMask
    while true {
      let entry = unsafe entries[position]
      if entry == 0 { return best }
      if entry & ~Self.addressBits == wanted {
        let candidate = rule(entry)
        if candidate.priority <= limit, matches(candidate, key), candidate.isBetter(than: best) {
          best = candidate
        }
      }
      position = (position &+ 1) & entryMask
    }
  }

  @inline(__always)
  private func hash(_ key: KeyReference) -> UInt32 {
    var state = Mask.seed
    for i in 0..<maskWordCount {
      let part = unsafe maskWords[i]
      state = Mask.mix(state, key[part.word] & part.bits)
    }
    return UInt32(truncatingIfNeeded: state)
  }

  @inline(__always)
  private func matches(_ rule: Rule, _ key: KeyReference) -> Bool {
    var difference: UInt64 = 0
    for i in 0..<maskWordCount {
      let part = unsafe maskWords[i]
      difference |= key[part.word] & part.bits ^ rule.word(i)
    }
    return difference == 0 && (!needsEthernet || key.isEthernet)
  }

  /// The rule with exactly these values and this priority.
  func find(words: [UInt64], priority: UInt16) -> Rule? {
    first(mask.hash(words)) { $0.priority == priority && $0.words == words }
  }

  /// The first rule with that hash that is wanted.
  @inline(__always)
  private func first(_ hash: UInt32, where isWanted: (Rule) -> Bool) -> Rule? {
    let wanted = tag(hash)
    var position = Int(hash) & entryMask
    while true {
      let entry = unsafe entries[position]
      if entry == 0 { return nil }
      if entry & ~Self.addressBits == wanted, isWanted(rule(entry)) { return rule(entry) }
      position = (position &+ 1) & entryMask
    }
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
    if (count + 1) * 3 > (entryMask + 1) * 2 { grow() }
    place(rule)
    count += 1
    priorities[rule.priority, default: 0] += 1
    maximumPriority = max(maximumPriority, rule.priority)
  }

  private mutating func place(_ rule: Rule) {
    var position = Int(rule.hash) & entryMask
    while unsafe entries[position] != 0 { position = (position + 1) & entryMask }
    unsafe entries[position] = rule.bits | tag(rule.hash)
  }

  private mutating func grow() {
    let old = unsafe entries
    let oldCount = entryMask + 1
    entryMask = oldCount * 2 - 1
    unsafe entries = .allocate(capacity: oldCount * 2)
    unsafe entries.initialize(repeating: 0, count: oldCount * 2)
    for i in 0..<oldCount where unsafe old[i] != 0 { unsafe place(rule(old[i])) }
    unsafe old.deallocate()
  }

  /// Precondition: the rule is in the subtable.
  mutating func remove(_ rule: Rule) {
    var hole = Int(rule.hash) & entryMask
    while unsafe entries[hole] & Self.addressBits != rule.bits { hole = (hole + 1) & entryMask }
    var position = hole
    while true {
      position = (position + 1) & entryMask
      let entry = unsafe entries[position]
      if entry == 0 { break }
      let home = Int(self.rule(entry).hash) & entryMask
      // The entry may move back to the hole unless its home lies between the hole and where it is.
      if (position - home) & entryMask >= (position - hole) & entryMask {
        unsafe entries[hole] = entry
        hole = position
      }
    }
    unsafe entries[hole] = 0
    count -= 1
    let left = (priorities[rule.priority] ?? 1) - 1
    priorities[rule.priority] = left == 0 ? nil : left
    if left == 0, rule.priority == maximumPriority { maximumPriority = priorities.keys.max() ?? 0 }
  }

  /// Calls `body` with every rule, in no particular order.
  func forEach(_ body: (Rule) -> Void) {
    for i in 0...entryMask where unsafe entries[i] != 0 { unsafe body(rule(entries[i])) }
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
