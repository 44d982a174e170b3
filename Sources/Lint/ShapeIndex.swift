/// Rules of one shape, found by the bits that they have in common with another shape.
///
/// Rules with the same hash are chained, the one of the highest priority first.
struct ShapeIndex {
  /// The bits that both shapes look at: word by word, where they are in the values of each.
  struct Common: Hashable {
    struct Word: Hashable {
      var own: Int
      var other: Int
      var bits: UInt64
    }
    let words: [Word]

    /// - Parameters:
    ///   - own: the shape that is indexed.
    ///   - other: the one whose rules ask.
    init(of own: TableRules.Shape, _ other: TableRules.Shape) {
      var words: [Word] = []
      var rest = own.wordSet & other.wordSet
      while rest != 0 {
        let below: UInt64 = (1 << UInt64(rest.trailingZeroBitCount)) - 1
        let (a, b) = ((own.wordSet & below).nonzeroBitCount, (other.wordSet & below).nonzeroBitCount)
        let bits = own.bits[a] & other.bits[b]
        if bits != 0 { words.append(Word(own: a, other: b, bits: bits)) }
        rest &= rest - 1
      }
      self.words = words
    }

    /// The hash of these bits of a rule of the shape that is indexed.
    @inline(__always)
    func hash(own rule: Int, of shape: TableRules.Shape, from start: UInt64 = 0) -> UInt64 {
      var hash = ShapeIndex.mix(ShapeIndex.seed, start)
      for word in words {
        hash = ShapeIndex.mix(hash, shape.values[rule * shape.width + word.own] & word.bits)
      }
      return hash
    }

    /// The same of a rule of the one that asks.
    @inline(__always)
    func hash(other rule: Int, of shape: TableRules.Shape, from start: UInt64 = 0) -> UInt64 {
      var hash = ShapeIndex.mix(ShapeIndex.seed, start)
      for word in words {
        hash = ShapeIndex.mix(hash, shape.values[rule * shape.width + word.other] & word.bits)
      }
      return hash
    }
  }

  private let shape: TableRules.Shape
  private let common: Common
  private var heads: [Int32]
  private var next: [Int32]

  init(_ shape: TableRules.Shape, common: Common) {
    self.shape = shape
    self.common = common
    var size = 1
    while size < shape.count { size *= 2 }
    heads = Array(repeating: -1, count: size)
    next = Array(repeating: -1, count: shape.count)
    for rule in 0..<shape.count {
      let slot = Int(truncatingIfNeeded: common.hash(own: rule, of: shape)) & (size - 1)
      next[rule] = heads[slot]
      heads[slot] = Int32(truncatingIfNeeded: rule)
    }
  }

  /// The first of the indexed rules that agree with rule `rule` of `other` in the common bits, by descending
  /// priority; `nil` when there is none. `budget` pays for each look.
  func first(
    agreeingWith rule: Int, of other: TableRules.Shape, _ budget: inout WorkBudget
  ) -> Int? {
    let slot = Int(truncatingIfNeeded: common.hash(other: rule, of: other)) & (heads.count - 1)
    return agreeing(heads[slot], rule, other, &budget)
  }

  /// The one behind `found`.
  func next(
    after found: Int, agreeingWith rule: Int, of other: TableRules.Shape, _ budget: inout WorkBudget
  ) -> Int? {
    agreeing(next[found], rule, other, &budget)
  }

  private func agreeing(
    _ start: Int32, _ rule: Int, _ other: TableRules.Shape, _ budget: inout WorkBudget
  ) -> Int? {
    var index = Int(start)
    let base = rule * other.width
    while index >= 0, budget.spend() {
      let own = index * shape.width
      var difference: UInt64 = 0
      for word in common.words {
        difference |= (shape.values[own + word.own] ^ other.values[base + word.other]) & word.bits
      }
      if difference == 0 { return index }
      index = Int(next[index])
    }
    return nil
  }

  /// Unknown outside the process, so that nobody can choose rules that collide.
  fileprivate static let seed = UInt64.random(in: 1...UInt64.max)

  @inline(__always)
  fileprivate static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
    let product = (state ^ value).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return (product.high ^ product.low) &+ 0x2545_f491_4f6c_dd1d
  }
}
