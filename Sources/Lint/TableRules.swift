import Actions
import Flow
import Match

/// The rules of one table by shape.
struct TableRules {
  let table: UInt8
  /// Rules that take every frame that has the bits of their match and that no better rule takes.
  let shapes: [Shape]
  /// Rules that decide by more than that: clauses of conjunctions, which alone take no frame, and what demands
  /// tunnel options, which are not in a key. They can be covered, but cover nothing.
  let others: [Shape]

  /// Rules that look at the same bits. A class, as pairs of them are looked at by the million.
  final class Shape {
    /// Bit `i` for word `i` of a key.
    let wordSet: UInt64
    /// The bits of each of these words, ascending.
    let bits: [UInt64]
    /// Places in the subject, by ascending priority; of one priority, the older rule last.
    fileprivate(set) var places: [Int] = []
    fileprivate(set) var priorities: [UInt16] = []
    /// Those of each rule in turn, one for each word.
    fileprivate(set) var values: [UInt64] = []

    fileprivate init(wordSet: UInt64, bits: [UInt64]) {
      self.wordSet = wordSet
      self.bits = bits
    }

    var count: Int { places.count }
    var width: Int { bits.count }

    /// The bits of word `word` of a key.
    func bits(ofWord word: Int) -> UInt64 {
      guard wordSet >> UInt64(word) & 1 != 0 else { return 0 }
      return bits[(wordSet & ((1 << UInt64(word)) - 1)).nonzeroBitCount]
    }

    /// Whether all its bits are among those of `other`.
    func isWithin(_ other: Shape) -> Bool {
      guard wordSet & ~other.wordSet == 0 else { return false }
      var rest = wordSet
      var place = 0
      while rest != 0 {
        if bits[place] & ~other.bits(ofWord: rest.trailingZeroBitCount) != 0 { return false }
        rest &= rest - 1
        place += 1
      }
      return true
    }

    /// How many of its bits `other` does not look at.
    func bitCount(without other: Shape) -> Int {
      var rest = wordSet
      var place = 0
      var count = 0
      while rest != 0 {
        count += (bits[place] & ~other.bits(ofWord: rest.trailingZeroBitCount)).nonzeroBitCount
        rest &= rest - 1
        place += 1
      }
      return count
    }
  }

  /// By table.
  static func tables(of rules: [FlowStatistics]) -> [TableRules] {
    var byTable: [UInt8: [Int]] = [:]
    for (place, rule) in rules.enumerated() { byTable[rule.table, default: []].append(place) }
    return byTable.sorted { $0.key < $1.key }.map { table, places in
      let ascending = places.sorted { (rules[$0].priority, $1) < (rules[$1].priority, $0) }
      return TableRules(
        table: table, shapes: shapes(of: ascending.filter { rules[$0].isPlain }, in: rules),
        others: shapes(of: ascending.filter { !rules[$0].isPlain }, in: rules))
    }
  }

  private struct Key: Hashable {
    var wordSet: UInt64
    var bits: [UInt64]
  }

  private static func shapes(of places: [Int], in rules: [FlowStatistics]) -> [Shape] {
    var indexes: [Key: Int] = [:]
    var shapes: [Shape] = []
    for place in places {
      let match = rules[place].match
      let key = Key(wordSet: match.wordSet, bits: match.wordMasks)
      let index = indexes[key] ?? shapes.count
      if index == shapes.count {
        indexes[key] = index
        shapes.append(Shape(wordSet: key.wordSet, bits: key.bits))
      }
      shapes[index].places.append(place)
      shapes[index].priorities.append(rules[place].priority)
      shapes[index].values += match.wordValues
    }
    return shapes
  }
}

extension FlowStatistics {
  /// Whether the rule takes every frame that has the bits of its match and that no better rule takes.
  var isPlain: Bool { !isClause && match.tunnelMetadata.isEmpty }

  /// Whether the rule is a clause of conjunctions.
  var isClause: Bool {
    actions.contains { if case .conjunction = $0 { true } else { false } }
  }

  /// Whether the rule goes by itself.
  var isTimed: Bool { idleTimeout != 0 || hardTimeout != 0 }
}
