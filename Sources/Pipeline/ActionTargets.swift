public import Actions
public import Match

/// Where actions send frames: what `out_port` and `out_group` ask.
extension Action {
  /// Whether the action names `port` as a place to send frames to.
  func outputs(to port: PortNumber) -> Bool {
    switch self {
    case .output(let target), .outputTruncated(let target, _): target == port
    case .enqueue(let target, _): target == port
    case .controller: port == .controller
    case .writeActions(let list), .clone(let list): list.contains { $0.outputs(to: port) }
    default: false
    }
  }

  /// Whether the action names the group.
  func sends(toGroup group: UInt32) -> Bool {
    switch self {
    case .group(let target): target == group
    case .writeActions(let list), .clone(let list): list.contains { $0.sends(toGroup: group) }
    default: false
    }
  }
}

extension Action {
  /// Whether the action itself, or one within it, measures frames with a meter that `isWanted` admits.
  func measures(_ isWanted: (UInt32) -> Bool) -> Bool {
    switch self {
    case .meter(let meter): isWanted(meter)
    case .writeActions(let list), .clone(let list): list.contains { $0.measures(isWanted) }
    default: false
    }
  }
}

extension [Action] {
  /// Whether any of the actions names `port` as a place to send frames to.
  public func outputs(to port: PortNumber) -> Bool { contains { $0.outputs(to: port) } }

  /// The `learn` actions, those in lists within the list as well.
  var learns: [Action.Learn] {
    reduce(into: []) { learns, action in
      switch action {
      case .learn(let learn): learns.append(learn)
      case .writeActions(let list), .clone(let list): learns += list.learns
      default: break
      }
    }
  }

  /// The groups that the actions name.
  public var groups: Set<UInt32> {
    reduce(into: []) { groups, action in
      switch action {
      case .group(let group): groups.insert(group)
      case .writeActions(let list), .clone(let list): groups.formUnion(list.groups)
      default: break
      }
    }
  }

  /// Whether any of the actions names the group.
  public func sends(toGroup group: UInt32) -> Bool { contains { $0.sends(toGroup: group) } }

  /// The meters that frames are measured with. Those of packet-ins are not among them: a rule may name one that
  /// does not exist, and then they are not measured.
  public var meters: Set<UInt32> {
    var meters: Set<UInt32> = []
    for action in self {
      _ = action.measures {
        meters.insert($0)
        return false
      }
    }
    return meters
  }
}
