/// Why a frame goes to a controller. OpenFlow 1.0 section 5.4.1 and 1.5.1 section 7.4.1, `OFPR_*`.
public enum PacketInReason: UInt8, Hashable, CaseIterable, BitwiseCopyable, Sendable {
  case noMatch = 0
  case action = 1
  case invalidTTL = 2
  case actionSet = 3
  case group = 4
  case packetOut = 5

  /// The word for it in texts.
  public var name: String {
    switch self {
    case .noMatch: "no_match"
    case .action: "action"
    case .invalidTTL: "invalid_ttl"
    case .actionSet: "action_set"
    case .group: "group"
    case .packetOut: "packet_out"
    }
  }
}
