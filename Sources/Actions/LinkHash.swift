import Match

/// What `multipath` and `bundle` hash to choose one of several links: `NX_HASH_FIELDS_*`.
public enum LinkHash: UInt16, CaseIterable, Hashable, BitwiseCopyable, Sendable {
  case ethernetSource = 0
  case symmetricL4 = 1
  case symmetricL3L4 = 2
  case symmetricL3L4UDP = 3
  case networkSource = 4
  case networkDestination = 5
  case symmetricL3 = 6
}

extension LinkHash: NamedChoice {
  static let kind = "hash"

  var name: String {
    switch self {
    case .ethernetSource: "eth_src"
    case .symmetricL4: "symmetric_l4"
    case .symmetricL3L4: "symmetric_l3l4"
    case .symmetricL3L4UDP: "symmetric_l3l4+udp"
    case .networkSource: "nw_src"
    case .networkDestination: "nw_dst"
    case .symmetricL3: "symmetric_l3"
    }
  }
}

/// One of a few values that have names in texts.
protocol NamedChoice: CaseIterable {
  /// What the values are, for errors.
  static var kind: String { get }
  var name: String { get }
}

extension NamedChoice {
  /// The value that `word` names; `word` may have letters of any case.
  static func parse(_ word: ActionCall.Piece) throws(FlowSyntaxError) -> Self {
    let lowered = word.text.lowercased()
    if let choice = allCases.first(where: { $0.name == lowered }) { return choice }
    let nearest = nearestName(to: word.text, among: allCases.map(\.name))
    throw FlowSyntaxError(
      .unknown(kind: kind, name: String(word.text), nearest: nearest), at: word.offset)
  }
}
