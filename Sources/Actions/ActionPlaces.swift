import Match

/// Which actions may stand in which lists. Instructions stand only in that of a rule.
extension Action {
  /// Why the action may not stand in `list`; `nil` when it may.
  func refusal(in list: ActionContext.List) -> ActionError.Reason? {
    if list == .connectionTrack { return isForConnection ? nil : .notForConnection }
    if list == .writeActions, let name = nameOutsideActionSets { return .notInActionSet(name) }
    if case .nat = self { return .onlyInConnectionTrack("nat") }
    return isForConnection ? .onlyInConnectionTrack("writing ct_mark or ct_label") : nil
  }

  /// Whether this is for a `ct`: what it writes is kept with the connection.
  private var isForConnection: Bool {
    switch self {
    case .nat: true
    case .setField(let set): set.field.isOfConnection
    case .move(_, let target): target.field.isOfConnection
    default: false
    }
  }

  /// What an action is called that no action set can hold; `nil` for others.
  private var nameOutsideActionSets: String? {
    switch self {
    case .learn: "learn"
    case .nat: "nat"
    case .clone: "clone"
    case .conjunction: "conjunction"
    case .multipath: "multipath"
    case .bundle: "bundle"
    case .sample: "sample"
    case .finTimeout: "fin_timeout"
    case .checkPacketLarger: "check_pkt_larger"
    case .note: "note"
    default: nil
    }
  }
}

extension Field {
  /// Whether the field is written only by the actions in a `ct`.
  fileprivate var isOfConnection: Bool { name == "ct_mark" || name == "ct_label" }
}
