/// check_pkt_larger. Open vSwitch decides when the frame is sent: it goes both ways through the rest of the list.
extension KnownDisagreement {
  static let ofLengths: [KnownDisagreement] = [
    KnownDisagreement(
      reason:
        "rules behind check_pkt_larger count a frame that goes their way; in Open vSwitch those of both ways do",
      explains: { disagreement, subject in
        guard case .counter(let name, let real, let ours) = disagreement, real.count == 1,
          subject.rulesBehindComparison.contains(name)
        else { return false }
        let own = ours.first ?? .init(packets: 0, bytes: 0)
        return real[0].packets > own.packets && real[0].bytes >= own.bytes
      }),
    KnownDisagreement(
      reason: """
        what check_pkt_larger and the actions behind it do to a frame lasts when the list returns to the one that resubmitted \
        to it; Open vSwitch forgets it
        """,
      without: { $0.withoutComparisonsInReturningLists }),
  ]
}

extension Case {
  private static let comparison = "check_pkt_larger"

  /// Names of the counters of rules that are behind a comparison.
  fileprivate var rulesBehindComparison: Set<String> {
    var tables: Set<Int> = []
    var waiting = rules.filter { $0.text.contains(Self.comparison) }.flatMap(\.targets)
    while let table = waiting.popLast() {
      guard tables.insert(table).inserted else { continue }
      waiting += rules.filter { $0.table == table }.flatMap(\.targets)
    }
    return Set(rules.indices.filter { tables.contains(rules[$0].table) }.map { "rule \($0 + 1)" })
  }

  /// The case without comparisons, and what is behind them, in lists that another one may resubmit to.
  fileprivate var withoutComparisonsInReturningLists: Case {
    var result = self
    for place in rules.indices where rules[place].table > 0 {
      if let start = rules[place].actions.firstIndex(where: { $0.contains(Self.comparison) }) {
        result.rules[place].actions.removeSubrange(start...)
      }
    }
    return result
  }
}

extension Case.Line {
  fileprivate var table: Int {
    match.firstMatch(of: #/table=([0-9]+)/#).flatMap { Int($0.output.1) } ?? 0
  }

  /// Tables that its actions lead to.
  fileprivate var targets: [Int] {
    text.matches(of: #/resubmit\([0-9]*,([0-9]+)\)|goto_table:([0-9]+)/#).compactMap {
      ($0.output.1 ?? $0.output.2).flatMap { Int($0) }
    }
  }
}
