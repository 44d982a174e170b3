public import Actions
public import Match

/// Something that can be written down as a rule, but has no effect on frames here yet. Rules with it are refused
/// when they are added: none is accepted and then ignored.
public struct UnsupportedEffect: Error, Hashable, Sendable {
  /// OpenFlow's error for it.
  public var code: OpenFlowErrorCode
  /// What has no effect.
  public var subject: String
  /// What the switch lacks; completes "there is ...".
  public var lack: String
}

extension UnsupportedEffect: CustomStringConvertible {
  public var description: String { "\(subject) has no effect yet: there is \(lack)" }
}

/// Whether the switch can give a rule its effect.
public enum UnsupportedEffects {
  /// The first thing in a rule that cannot have its effect; `nil` when all can.
  ///
  /// - Parameters:
  ///   - match: that of the rule; of a packet-out, the match of every frame.
  ///   - actions: a list that `ActionList.validate` accepts.
  public static func first(in match: FlowMatch, _ actions: [Action]) -> UnsupportedEffect? {
    for action in actions {
      if let found = effect(of: action) { return found }
    }
    return nil
  }

  private static func effect(of action: Action) -> UnsupportedEffect? {
    switch action {
    case .meter: UnsupportedEffect(code: .unsupportedInstruction, subject: "meter", lack: "no meter table")
    case .writeActions(let actions): first(in: FlowMatch(), actions)
    // MARK: Stateful
    case .learn: stateful("learn", lack: "no learning of rules")
    case .connectionTrack, .nat: stateful("ct", lack: "no connection tracking")
    case .clearConnection: stateful("ct_clear", lack: "no connection tracking")
    case .clone: stateful("clone", lack: "no copying of a frame's state")
    case .conjunction: stateful("conjunction", lack: "no conjunctive match")
    case .multipath: stateful("multipath", lack: "no choice of links")
    case .bundle: stateful("bundle", lack: "no choice of links")
    case .sample: stateful("sample", lack: "no IPFIX exporter")
    case .finTimeout: stateful("fin_timeout", lack: "no shortening of timeouts")
    case .checkPacketLarger: stateful("check_pkt_larger", lack: "no comparison of lengths")
    default: nil
    }
  }

  private static func stateful(_ subject: String, lack: String) -> UnsupportedEffect {
    UnsupportedEffect(code: .badActionType, subject: subject, lack: lack)
  }
}
