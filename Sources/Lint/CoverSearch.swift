import Flow
import Match

/// Finds rules that take every frame of a match: one look for each shape of the table.
struct CoverSearch {
  private let shapes: [TableRules.Shape]
  private let rules: [FlowStatistics]
  /// By shape and by values, the place of the rule of the highest priority; made when it is first asked for.
  private var best: [[[UInt64]: Int]?]

  init(_ table: TableRules, _ rules: [FlowStatistics]) {
    shapes = table.shapes
    self.rules = rules
    best = Array(repeating: nil, count: table.shapes.count)
  }

  /// The place of a rule of a higher priority, -1 for any, that takes every frame of `match` and does not go by itself.
  mutating func cover(
    of match: FlowMatch, abovePriority priority: Int, _ budget: inout WorkBudget
  ) -> Int? {
    for (index, shape) in shapes.enumerated() {
      guard budget.spend() else { return nil }
      guard let highest = shape.priorities.last, Int(highest) > priority,
        let values = shape.values(of: match)
      else { continue }
      if best[index] == nil {
        _ = budget.spend(shape.count)
        best[index] = Self.best(of: shape, rules)
      }
      if let place = best[index]?[values], Int(rules[place].priority) > priority { return place }
    }
    return nil
  }

  private static func best(of shape: TableRules.Shape, _ rules: [FlowStatistics]) -> [[UInt64]: Int] {
    var best: [[UInt64]: Int] = [:]
    // By ascending priority: the highest one stays.
    for rule in 0..<shape.count where !rules[shape.places[rule]].isTimed {
      best[Array(shape.values[rule * shape.width..<(rule + 1) * shape.width])] = shape.places[rule]
    }
    return best
  }
}

extension TableRules.Shape {
  /// What `match` demands of the shape's bits; `nil` when it does not demand all of them.
  fileprivate func values(of match: FlowMatch) -> [UInt64]? {
    guard wordSet & ~match.wordSet == 0 else { return nil }
    var result: [UInt64] = []
    var rest = wordSet
    while rest != 0 {
      let (mask, value) = match[word: rest.trailingZeroBitCount]
      let wanted = bits[result.count]
      guard wanted & ~mask == 0 else { return nil }
      result.append(value & wanted)
      rest &= rest - 1
    }
    return result
  }
}

extension FlowMatch {
  /// The frames of both; the two must overlap.
  func intersection(_ other: FlowMatch) -> FlowMatch {
    var (mask, key) = (mask, key)
    let (otherMask, otherKey) = (other.mask, other.key)
    for i in 0..<FlowKey.wordCount {
      mask.words[i] |= otherMask.words[i]
      key.words[i] |= otherKey.words[i]
    }
    return FlowMatch(key: key, mask: mask)
  }
}
