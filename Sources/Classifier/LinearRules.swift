import Match

/// A handful of rules, the best first, each compared with a key word by word until one matches.
///
/// # Theory
/// A hash table takes as long for one rule as for a million: hashing, a bucket's tags, the rule. Comparing a rule's few words
/// takes a fraction of that, needs no memory but its own, and ends at the first that matches, as no later one is better.
///
/// An answer depends on the masks of all rules up to the one found and of those with its priority, which are asked
/// anyway in other structures: so it makes no more kinds of flows than these.
///
/// # Memory
/// Two arrays, made anew when the rules change and freed by `deinit`; indices are below `count`, and those of parts below the
/// last rule's `end`. The rules belong to the caller. One thread writes while no other reads (`LeftRight`), then any number
/// read.
@safe struct LinearRules: ~Copyable {
  /// How many rules are faster compared than looked up. Measured: docs/performance.md.
  static var limit: Int { 8 }

  /// What a rule demands of one word.
  private struct Part: BitwiseCopyable {
    var word: Int
    var bits: UInt64
    var value: UInt64
  }
  private struct Entry: BitwiseCopyable {
    var rule: Rule
    /// Of its parts; they begin where those of the rule before end.
    var end: Int
    /// How many rules, from the first on, have its priority or a higher one.
    var extent: Int
    /// Whether it demands something of the Ethernet header.
    var needsEthernet: Bool
  }

  private var entries: UnsafeMutablePointer<Entry>?
  private var parts: UnsafeMutablePointer<Part>?
  /// 0 when the rules are not to be looked for here.
  private(set) var count = 0

  deinit {
    unsafe entries?.deallocate()
    unsafe parts?.deallocate()
  }

  // MARK: Workers' side

  /// The best rule for `key`, and how many rules, from the first on, the answer depends on.
  @inline(__always)
  func search(_ key: KeyReference) -> (rule: Rule?, extent: Int) {
    guard let entries = unsafe entries, let parts = unsafe parts else { return (nil, 0) }
    var part = 0
    for i in 0..<count {
      let entry = unsafe entries + i
      let end = unsafe entry.pointee.end
      var difference: UInt64 = 0
      while part < end {
        unsafe difference |= key[parts[part].word] & parts[part].bits ^ parts[part].value
        part &+= 1
      }
      if difference == 0, unsafe !entry.pointee.needsEthernet || key.isEthernet {
        return unsafe (entry.pointee.rule, entry.pointee.extent)
      }
    }
    return (nil, count)
  }

  /// Adds to `bits` those of the key that the first rules, so many, look at.
  func note(_ extent: Int, in bits: KeyReference) {
    guard extent > 0, extent <= count, let entries = unsafe entries, let parts = unsafe parts else { return }
    for i in 0..<(unsafe entries[extent - 1].end) { unsafe bits[parts[i].word] |= parts[i].bits }
  }

  // MARK: Control thread's side

  mutating func removeAll() {
    unsafe entries?.deallocate()
    unsafe parts?.deallocate()
    unsafe entries = nil
    unsafe parts = nil
    count = 0
  }

  /// Holds these rules, none of them soft, and no others. Precondition: at most `limit`.
  mutating func set(_ rules: [(rule: Rule, mask: Mask)]) {
    precondition(rules.count <= Self.limit, "more rules than are compared one by one")
    removeAll()
    let ranked = rules.sorted { $0.rule.isBetter(than: $1.rule) }
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: max(ranked.count, 1))
    let parts = UnsafeMutablePointer<Part>.allocate(
      capacity: max(ranked.reduce(0) { $0 + $1.mask.bits.count }, 1))
    var end = 0
    for (i, (rule, mask)) in ranked.enumerated() {
      for part in mask.parts(rule.words) {
        unsafe (parts + end).initialize(to: Part(word: part.word, bits: part.mask, value: part.value))
        end += 1
      }
      let extent = ranked.prefix { $0.rule.priority >= rule.priority }.count
      unsafe (entries + i).initialize(
        to: Entry(
          rule: rule, end: end, extent: extent,
          needsEthernet: mask.wordSet & KeyReference.ethernetWords != 0))
    }
    unsafe self.entries = unsafe entries
    unsafe self.parts = unsafe parts
    count = ranked.count
  }
}
