/// What a rule demands of a frame: the bits of a mask must be as in a key.
///
/// Of a key's words most matches look at a few, so only those are kept: which they are, as the bits of one number,
/// and for each its mask and its value.
public struct FlowMatch: Hashable, Sendable {
  /// The words whose mask is not 0: bit `i` for word `i` of a key.
  public private(set) var wordSet: UInt64 = 0
  /// Mask and value of each of these words in turn, ascending. Invariant: no value has a bit outside its mask.
  private var pairs: [UInt64] = []
  /// What is demanded of `tun_metadata0` to `tun_metadata63`, ascending by index: these are too long for a key.
  public private(set) var tunnelMetadata: [TunnelMetadataMatch] = []

  /// The match of every frame.
  public init() {}

  /// A match of `key` in the bits of `mask`.
  public init(key: FlowKey, mask: FlowKey) {
    for i in 0..<FlowKey.wordCount where mask.words[i] != 0 {
      wordSet |= 1 << UInt64(i)
      pairs.append(mask.words[i])
      pairs.append(key.words[i] & mask.words[i])
    }
  }

  /// A match of `values` in the bits of `masks`, one each for every word of `wordSet`, ascending.
  public init(wordSet: UInt64, masks: [UInt64], values: [UInt64]) {
    self.wordSet = wordSet
    pairs.reserveCapacity(masks.count * 2)
    for (mask, value) in zip(masks, values) {
      pairs.append(mask)
      pairs.append(value & mask)
    }
  }

  /// Whether this is the match of every frame.
  public var isEmpty: Bool { wordSet == 0 && tunnelMetadata.isEmpty }

  /// The values of all words.
  public var key: FlowKey {
    var key = FlowKey()
    forEachWord { key.words[$0] = $2 }
    return key
  }

  /// The masks of all words.
  public var mask: FlowKey {
    var mask = FlowKey()
    forEachWord { word, bits, _ in mask.words[word] = bits }
    return mask
  }

  /// Masks of the words of `wordSet`, ascending.
  public var wordMasks: [UInt64] { stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] } }
  /// Values of the words of `wordSet`, ascending.
  public var wordValues: [UInt64] { stride(from: 1, to: pairs.count, by: 2).map { pairs[$0] } }

  /// What is demanded at `slot`, right-justified; bits that are not demanded are 0.
  public func value(at slot: Slot) -> UInt64 {
    (self[word: slot.word].value & slot.mask) >> UInt64(slot.shift)
  }

  /// Which bits are demanded at `slot`, right-justified.
  public func mask(at slot: Slot) -> UInt64 {
    (self[word: slot.word].mask & slot.mask) >> UInt64(slot.shift)
  }

  /// Mask and value of one word.
  public subscript(word word: Int) -> (mask: UInt64, value: UInt64) {
    guard wordSet >> UInt64(word) & 1 != 0 else { return (0, 0) }
    let place = place(of: word)
    return (pairs[place], pairs[place + 1])
  }

  /// Demands `value` in the bits of `mask` at `slot`, both right-justified; replaces what was demanded there.
  public mutating func set(_ slot: Slot, to value: UInt64, mask bits: UInt64 = ~0) {
    let new = (bits << UInt64(slot.shift)) & slot.mask
    let newValue = (value << UInt64(slot.shift)) & new
    let place = place(of: slot.word)
    let bit: UInt64 = 1 << UInt64(slot.word)
    if wordSet & bit == 0 {
      guard new != 0 else { return }
      if pairs.isEmpty { pairs.reserveCapacity(8) }
      pairs.insert(newValue, at: place)
      pairs.insert(new, at: place)
      wordSet |= bit
    } else {
      pairs[place] = pairs[place] & ~slot.mask | new
      pairs[place + 1] = pairs[place + 1] & ~slot.mask | newValue
      if pairs[place] == 0 {
        pairs.removeSubrange(place...(place + 1))
        wordSet &= ~bit
      }
    }
  }

  /// Demands what `option` says; replaces what was demanded of the same field.
  public mutating func demand(_ option: TunnelMetadataMatch) {
    tunnelMetadata.removeAll { $0.index == option.index }
    let place = tunnelMetadata.firstIndex { $0.index > option.index } ?? tunnelMetadata.count
    tunnelMetadata.insert(option, at: place)
  }

  /// Whether a frame with `frame` as its key is one of those meant, as far as a key says.
  public func matches(_ frame: FlowKey) -> Bool {
    var difference: UInt64 = 0
    forEachWord { difference |= frame.words[$0] & $1 ^ $2 }
    return difference == 0
  }

  /// Whether every frame that this match takes is taken by `other`.
  public func isWithin(_ other: FlowMatch) -> Bool {
    guard other.wordSet & ~wordSet == 0 else { return false }
    var isWithin = true
    other.forEachWord { word, bits, value in
      let own = self[word: word]
      if own.mask & bits != bits || own.value & bits != value { isWithin = false }
    }
    return isWithin
      && other.tunnelMetadata.allSatisfy { wanted in tunnelMetadata.contains { $0.isWithin(wanted) } }
  }

  /// Whether some frame could match both.
  public func overlaps(_ other: FlowMatch) -> Bool {
    var overlaps = true
    other.forEachWord { word, bits, value in
      let own = self[word: word]
      if (own.value ^ value) & own.mask & bits != 0 { overlaps = false }
    }
    return overlaps
      && other.tunnelMetadata.allSatisfy { each in tunnelMetadata.allSatisfy { $0.overlaps(each) } }
  }

  /// Calls `body` with number, mask and value of each word of `wordSet`.
  private func forEachWord(_ body: (Int, UInt64, UInt64) -> Void) {
    var rest = wordSet
    var place = 0
    while rest != 0 {
      body(rest.trailingZeroBitCount, pairs[place], pairs[place + 1])
      rest &= rest - 1
      place += 2
    }
  }

  /// Where mask and value of `word` are in `pairs`, or are to be inserted.
  private func place(of word: Int) -> Int {
    2 * (wordSet & ((1 << UInt64(word)) - 1)).nonzeroBitCount
  }
}
