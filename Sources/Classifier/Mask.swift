public import Match

/// The bits that rules of one shape look at, as a list of the key's words that have any.
public struct Mask: Hashable, Sendable {
  /// Which words, ascending.
  public let words: [UInt8]
  /// The bits of each.
  public let bits: [UInt64]

  public init(_ mask: FlowKey) {
    var words: [UInt8] = []
    var bits: [UInt64] = []
    for i in 0..<FlowKey.wordCount where mask.words[i] != 0 {
      words.append(UInt8(i))
      bits.append(mask.words[i])
    }
    self.words = words
    self.bits = bits
  }

  /// What of `key` the mask sees, in the order of its words.
  public func values(of key: FlowKey) -> [UInt64] {
    words.indices.map { key.words[Int(words[$0])] & bits[$0] }
  }

  /// The match that a rule with these values has.
  public func match(_ values: [UInt64]) -> FlowMatch {
    var key = FlowKey()
    var mask = FlowKey()
    for i in words.indices {
      key.words[Int(words[i])] = values[i]
      mask.words[Int(words[i])] = bits[i]
    }
    return FlowMatch(key: key, mask: mask)
  }

  /// The hash of values in the order of the mask's words.
  public func hash(_ values: [UInt64]) -> UInt32 {
    var state = Self.seed
    for value in values { state = Self.mix(state, value) }
    return UInt32(truncatingIfNeeded: state)
  }

  /// Unknown outside the process, so that nobody can choose addresses whose rules collide.
  static let seed = UInt64.random(in: 1...UInt64.max)

  @inline(__always)
  static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
    let product = (state ^ value).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return (product.high ^ product.low) &+ 0x2545_f491_4f6c_dd1d
  }
}
