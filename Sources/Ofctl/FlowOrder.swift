import Flow
import Match

/// The order that `--sort` and `--rsort` ask for.
enum FlowOrder {
  /// Stable: flows that no key tells apart stay in the switch's order. A flow that does not say anything of a
  /// field comes behind those that do, in either direction; bits that it leaves open count as 0.
  static func sorted(_ flows: [FlowStatistics], by keys: [OfctlOptions.SortKey]) -> [FlowStatistics] {
    guard !keys.isEmpty else { return flows }
    // What the keys do not tell apart is in the order in which frames meet it.
    let keys = keys + [OfctlOptions.SortKey(field: nil, isDescending: true)]
    return flows.enumerated().sorted { a, b in
      for key in keys {
        if let order = precedes(a.element, b.element, by: key) { return order }
      }
      return a.offset < b.offset
    }.map(\.element)
  }

  /// `nil` when the key does not tell the two apart.
  private static func precedes(
    _ a: FlowStatistics, _ b: FlowStatistics, by key: OfctlOptions.SortKey
  ) -> Bool? {
    guard let field = key.field else {
      guard a.priority != b.priority else { return nil }
      return (a.priority < b.priority) != key.isDescending
    }
    let first = value(of: field, in: a.match)
    let second = value(of: field, in: b.match)
    switch (first, second) {
    case (nil, nil): return nil
    case (_?, nil): return true
    case (nil, _?): return false
    case (let first?, let second?): return first == second ? nil : (first < second) != key.isDescending
    }
  }

  private static func value(of field: Field, in match: FlowMatch) -> UInt128? {
    guard field.value(in: match.mask) != 0, field.prerequisite.isMet(by: match) else { return nil }
    return field.value(in: match.key)
  }
}
