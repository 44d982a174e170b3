public import Actions
public import Match

/// One of a group's lists of actions. OpenFlow 1.5.1 section 7.3.4.2.1.
public struct Bucket: Hashable, Sendable {
  /// What inserts and removals name it by. Versions 1.1 to 1.4 do not have it: there, the place in the group.
  public var id: UInt32
  /// The bucket's share in a select group; 0 in others.
  public var weight: UInt16
  /// The bucket is live while this port is; `.none` for no port.
  public var watchPort: PortNumber
  /// The bucket is live while this group has a live bucket; `GroupID.any` for no group.
  public var watchGroup: UInt32
  /// Executed as an action set.
  public var actions: [Action]

  public init(
    id: UInt32 = 0, weight: UInt16 = 0, watchPort: PortNumber = .none, watchGroup: UInt32 = GroupID.any,
    actions: [Action] = []
  ) {
    self.id = id
    self.weight = weight
    self.watchPort = watchPort
    self.watchGroup = watchGroup
    self.actions = actions
  }

  /// Whether the bucket can be found dead.
  public var watchesSomething: Bool { watchPort != .none || watchGroup != GroupID.any }
}
