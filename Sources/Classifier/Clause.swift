/// One clause of a conjunctive match that a rule fulfils: `conjunction(id,k/n)`.
///
/// It is one word, 16 unused | `id` 32 | `count` 8 | `number` 8, so that the order of words puts the clauses of one
/// conjunction beside each other.
@frozen public struct Clause: BitwiseCopyable, Sendable, Hashable {
  let word: UInt64

  /// - Parameters:
  ///   - id: what `conj_id` is when all clauses are fulfilled.
  ///   - number: 0 to `count` - 1.
  ///   - count: how many clauses there are, 2 to 64.
  public init(id: UInt32, number: UInt8, of count: UInt8) {
    word = UInt64(id) << 16 | UInt64(count) << 8 | UInt64(number)
  }

  init(word: UInt64) { self.word = word }

  var number: UInt64 { word & 0xff }
  var conjunction: Conjunction { Conjunction(word: word >> 8) }
}

/// A conjunctive match: its id and how many clauses it has.
struct Conjunction: Comparable, BitwiseCopyable {
  let word: UInt64

  var id: UInt32 { UInt32(truncatingIfNeeded: word >> 8) }
  var clauseCount: Int { Int(word & 0xff) }
  /// Bit `i` for clause number `i`.
  var allClauses: UInt64 { ~0 >> UInt64(64 - min(max(clauseCount, 1), 64)) }

  static func < (a: Self, b: Self) -> Bool { a.word < b.word }
}
