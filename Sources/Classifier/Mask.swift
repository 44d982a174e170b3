public import Match

/// The bits that rules of one shape look at: which of a key's words have any, and which bits of each.
public struct Mask: Hashable, Sendable {
  /// Bit `i` for word `i` of a key.
  public let wordSet: UInt64
  /// The bits of each of these words, ascending.
  public let bits: [UInt64]

  /// The mask of `match`.
  public init(_ match: FlowMatch) {
    wordSet = match.wordSet
    bits = match.wordMasks
  }

  init(wordSet: UInt64, bits: [UInt64]) {
    self.wordSet = wordSet
    self.bits = bits
  }

  /// The bits of the word of that number.
  public func bits(ofWord word: Int) -> UInt64 {
    guard wordSet >> UInt64(word) & 1 != 0 else { return 0 }
    return bits[(wordSet & ((1 << UInt64(word)) - 1)).nonzeroBitCount]
  }

  /// Numbers of the words, ascending.
  var words: [Int] { (0..<FlowKey.wordCount).filter { wordSet >> UInt64($0) & 1 != 0 } }

  /// What a rule with these values demands of each word: number, bits, values of these bits.
  public func parts(_ values: [UInt64]) -> [(word: Int, mask: UInt64, value: UInt64)] {
    zip(zip(words, bits), values).map { ($0.0, $0.1, $1) }
  }

  /// The match that a rule with these values has.
  public func match(_ values: [UInt64]) -> FlowMatch {
    FlowMatch(wordSet: wordSet, masks: bits, values: values)
  }

  /// What `key` has in the mask's words.
  func values(of key: KeyReference) -> [UInt64] { zip(words, bits).map { key[$0] & $1 } }

  /// The hash of values in the order of the mask's words.
  public func hash(_ values: [UInt64]) -> UInt32 {
    var state = Self.seed
    for value in values { state = Self.mix(state, value) }
    return UInt32(truncatingIfNeeded: state)
  }

  /// Unknown outside the process, so that nobody can choose addresses whose rules collide.
  public static let seed = UInt64.random(in: 1...UInt64.max)

  @inlinable @inline(__always)
  public static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
    let product = (state ^ value).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return (product.high ^ product.low) &+ 0x2545_f491_4f6c_dd1d
  }
}
