public import Classifier

/// One step of a translation as a trace shows it.
///
/// Events come in the order in which things happen. `bridge`, `table`, `miss`, `actionSet` and `bucket` open a
/// node that ends with the matching `end`; whatever comes between happened there.
public enum TraceEvent: BitwiseCopyable, Sendable {
  /// The frame entered a bridge by that port.
  case bridge(BridgeIndex, ingress: PortIndex)
  /// A table had a rule for the frame. `isNext`: another rule said goto, or the table before had none.
  case table(UInt8, TracedRule, isNext: Bool)
  /// A table had no rule for it.
  case miss(UInt8, BridgeRecord.Miss, isNext: Bool)
  /// The action set that rules collected is carried out.
  case actionSet
  /// A group sends the frame through one of its buckets.
  case bucket(UInt32)
  /// The op at that place of the current rule's program is carried out; for `TracedRule.actions` that of the
  /// packet-out.
  case op(UInt32)
  /// An op that no rule at hand has: of the action set, or of a bucket.
  case looseOp(RuleOp)
  /// What was found out on the way.
  case remark(TraceRemark)
  /// The ops at these places of the current rule's program, the last one not included, wait until a controller sends
  /// the frame on.
  case putAside(from: UInt32, to: UInt32)
  /// The frame is not sent somewhere for that reason.
  case reason(DropReason)
  /// The innermost open node is left.
  case end
}

/// Which rule took part, without a handle that could outlive it: the number under which the control thread
/// knows it, and its place in the order of all changes, by which another rule with that number is told apart.
public struct TracedRule: BitwiseCopyable, Hashable, Sendable {
  public var id: UInt32
  public var sequence: UInt64

  public init(_ rule: Rule) {
    id = rule.id
    sequence = rule.sequence
  }

  /// Whether it is one of those that the switch makes for itself; see `HiddenRules`.
  public var isHidden: Bool { id == .max }
}

/// What a step found out.
public enum TraceRemark: BitwiseCopyable, Sendable {
  /// NORMAL knows no port for the destination.
  case floodsUnknown
  /// NORMAL floods a group address.
  case floodsGroup
  /// NORMAL knows the port.
  case forwardsTo(PortIndex)
  /// `output:FIELD` says this port.
  case outputNumber(UInt16)
  /// A group chose that bucket.
  case usesBucket(UInt32)
  /// `sample` names a port that the bridge does not have.
  case unknownSamplingPort(UInt16)
  /// The frame waits until a controller sends it on.
  case paused
  /// The mirror of that number gets a copy.
  case mirrors(UInt8)
  /// No mirror gets a copy of what came in or left by that port, which does not carry its VLAN.
  case mirrorsNothing(PortIndex)
  /// The frame is only tried out, so nothing is learned.
  case learnsNothing
}
