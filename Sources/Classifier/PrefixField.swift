import Match

/// A field by whose prefixes rules are routed: an IP address, source or destination.
struct PrefixField: BitwiseCopyable, Equatable {
  /// The first word of the key that it lies in.
  let word: Int
  /// How many bits of that word come before it.
  let start: Int
  /// A multiple of 8.
  let bits: Int

  static var all: [PrefixField] {
    [
      PrefixField(word: FlowKey.Word.ipv4, start: 32, bits: 32),
      PrefixField(word: FlowKey.Word.ipv4, start: 0, bits: 32),
      PrefixField(word: FlowKey.Word.ipv6Destination, start: 0, bits: 128),
      PrefixField(word: FlowKey.Word.ipv6Source, start: 0, bits: 128),
    ]
  }

  /// As rules name it. ARP's addresses lie in the same bits as those of IPv4.
  var name: String {
    switch (word, start) {
    case (FlowKey.Word.ipv4, 0): "nw_src"
    case (FlowKey.Word.ipv4, _): "nw_dst"
    case (FlowKey.Word.ipv6Source, _): "ipv6_src"
    default: "ipv6_dst"
    }
  }

  /// Where a byte of the field lies.
  @inline(__always)
  private func place(_ number: Int) -> (word: Int, shift: UInt64) {
    let bit = start &+ number &* 8
    return (word &+ (bit >> 6), UInt64(truncatingIfNeeded: 56 &- (bit & 63)))
  }

  /// The byte of that number, from 0 on.
  @inline(__always)
  func byte(_ number: Int, of key: KeyReference) -> Int {
    let (word, shift) = place(number)
    return Int(truncatingIfNeeded: key[word] &>> shift) & 0xff
  }

  func setByte(_ number: Int, of key: KeyReference, to value: Int) {
    let (word, shift) = place(number)
    key[word] = key[word] & ~(0xff << shift) | UInt64(value) << shift
  }

  /// What a key has there.
  @inline(__always)
  func value(of key: KeyReference) -> PrefixValue {
    PrefixValue(high: key[word] << UInt64(start), low: bits > 64 ? key[word &+ 1] : 0)
  }

  func setValue(of key: KeyReference, to value: PrefixValue) {
    for number in 0..<bits / 8 { setByte(number, of: key, to: value.byte(number)) }
  }

  /// Adds its first bits, so many, to `bits`.
  func note(_ count: Int, in bits: KeyReference) {
    forEachWord(upTo: count) { word, mask in bits[word] |= mask }
  }

  /// Calls `body` with each word that has some of the first bits, and which of its bits those are.
  private func forEachWord(upTo count: Int, _ body: (Int, UInt64) -> Void) {
    var (word, before, left) = (word, start, count)
    while left > 0 {
      let here = min(left, 64 - before)
      body(word, (here == 64 ? ~0 : 1 << UInt64(here) - 1) << UInt64(64 - before - here))
      left -= here
      word += 1
      before = 0
    }
  }

  /// What a mask has besides this field, and how many of the field's first bits it has. `nil` when it has others of them.
  func split(_ mask: Mask) -> (rest: Mask, length: Int)? {
    var rest = KeyWords(mask)
    var length = 0
    forEachWord(upTo: bits) { word, own in
      length += (rest.bits[word] & own).nonzeroBitCount
    }
    var isPrefix = true
    forEachWord(upTo: length) { word, own in
      if rest.bits[word] & own != own { isPrefix = false }
    }
    guard isPrefix else { return nil }
    forEachWord(upTo: bits) { word, own in rest.bits[word] &= ~own }
    return (rest.mask, length)
  }
}

/// What a field has, from its first bit on. Behind its last one it may be anything.
struct PrefixValue: BitwiseCopyable {
  var high: UInt64 = 0
  var low: UInt64 = 0

  func byte(_ number: Int) -> Int {
    Int(truncatingIfNeeded: (number < 8 ? high : low) >> UInt64(56 - 8 * (number & 7))) & 0xff
  }

  /// In how many bits, from the first one on, both are alike.
  @inline(__always)
  func commonBits(with other: PrefixValue) -> Int {
    let first = high ^ other.high
    return first != 0 ? first.leadingZeroBitCount : 64 &+ (low ^ other.low).leadingZeroBitCount
  }
}

/// The bits of a mask by number of their word.
private struct KeyWords {
  var bits: [UInt64]

  init(_ mask: Mask) { bits = (0..<FlowKey.wordCount).map { mask.bits(ofWord: $0) } }

  var mask: Mask {
    var set: UInt64 = 0
    for (word, bits) in bits.enumerated() where bits != 0 { set |= 1 << UInt64(word) }
    return Mask(wordSet: set, bits: bits.filter { $0 != 0 })
  }
}
