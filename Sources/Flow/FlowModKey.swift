import Match

/// What a rule's text may say apart from its match.
enum FlowModKey: UInt32, CaseIterable {
  case table, priority, cookie, cookieMask
  case idleTimeout, hardTimeout, importance
  case sendFlowRemoved, checkOverlap, resetCounts, noPacketCounts, noByteCounts
  case outPort, actions
  /// What dumps have and rules do not: read, so that a dump can be fed back.
  case ignored

  static func named(_ text: borrowing Span<UInt8>) -> FlowModKey? {
    ShortName(text).flatMap { bySpelling[$0] }
  }

  /// Every word, for suggestions.
  static let names: [String] = spellings.map(\.0)

  /// The word for it, in messages.
  var spelling: String {
    if self == .cookieMask { return "a cookie with a mask" }
    return Self.spellings.first { $0.1 == self }?.0 ?? ""
  }

  /// The flag that the key sets, if it is one.
  var flag: FlowMod.Flags? {
    switch self {
    case .sendFlowRemoved: .sendFlowRemoved
    case .checkOverlap: .checkOverlap
    case .resetCounts: .resetCounts
    case .noPacketCounts: .noPacketCounts
    case .noByteCounts: .noByteCounts
    default: nil
    }
  }

  /// Why the key may not stand in a command, or `nil` when it may.
  func refusal(in command: FlowMod.Command) -> String? {
    switch self {
    case .table, .cookie, .ignored: nil
    case .cookieMask: command == .add ? "in an add" : nil
    case .priority: command == .delete ? "in a delete that is not strict" : nil
    case .outPort: command.isDelete ? nil : "except in a delete"
    case .importance: command == .add ? nil : "except in an add"
    case .idleTimeout, .hardTimeout, .actions, .sendFlowRemoved, .checkOverlap, .resetCounts, .noPacketCounts,
      .noByteCounts:
      command.isDelete ? "in a delete" : nil
    }
  }

  private static let spellings: [(String, FlowModKey)] = [
    ("table", .table), ("priority", .priority), ("cookie", .cookie), ("idle_timeout", .idleTimeout),
    ("hard_timeout", .hardTimeout), ("importance", .importance), ("send_flow_rem", .sendFlowRemoved),
    ("check_overlap", .checkOverlap), ("reset_counts", .resetCounts), ("no_packet_counts", .noPacketCounts),
    ("no_byte_counts", .noByteCounts), ("out_port", .outPort), ("actions", .actions), ("action", .actions),
    ("duration", .ignored), ("n_packets", .ignored), ("n_bytes", .ignored), ("idle_age", .ignored),
    ("hard_age", .ignored),
  ]

  private static let bySpelling: [ShortName: FlowModKey] = {
    var result: [ShortName: FlowModKey] = [:]
    for (spelling, key) in spellings {
      guard let name = ShortName(spelling) else { preconditionFailure("\(spelling): a name too long") }
      result[name] = key
    }
    return result
  }()
}
