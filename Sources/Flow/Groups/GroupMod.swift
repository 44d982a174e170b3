/// A change to the group table. OpenFlow 1.5.1 section 7.3.4.2; before 1.5 single buckets cannot be changed,
/// except with Nicira's message in 1.0.
public struct GroupMod: Hashable, Sendable {
  /// `OFPGC_*`.
  public enum Command: UInt16, CaseIterable, Hashable, Sendable {
    case add = 0
    case modify = 1
    case delete = 2
    case insertBucket = 3
    case removeBucket = 5
    /// Open vSwitch's own: adds the group unless it is there.
    case addOrModify = 0x8000
  }

  public var command: Command
  public var type: GroupType
  /// In a delete, `GroupID.all` for every group.
  public var group: UInt32
  public var buckets: [Bucket]
  /// Which bucket to remove, or before which to insert, `BucketID.last` for behind all; `BucketID.all` in the
  /// commands that are not about single buckets.
  public var commandBucket: UInt32
  public var selection: GroupSelection

  public init(
    command: Command, type: GroupType = .all, group: UInt32, buckets: [Bucket] = [],
    commandBucket: UInt32 = BucketID.all, selection: GroupSelection = GroupSelection()
  ) {
    self.command = command
    self.type = type
    self.group = group
    self.buckets = buckets
    self.commandBucket = commandBucket
    self.selection = selection
  }
}

/// A group as the switch describes it.
public struct GroupDescription: Hashable, Sendable {
  public var group: UInt32
  public var type: GroupType
  public var buckets: [Bucket]
  public var selection: GroupSelection

  public init(
    group: UInt32, type: GroupType, buckets: [Bucket], selection: GroupSelection = GroupSelection()
  ) {
    self.group = group
    self.type = type
    self.buckets = buckets
    self.selection = selection
  }
}
