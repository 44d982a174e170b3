import Actions
public import Flow

/// Why a change of the group table was refused. Nothing was changed then. OpenFlow 1.5.1 section 7.5.4.7,
/// `OFPGMFC_*`.
public enum GroupTableError: Error, Equatable, Sendable {
  case groupExists(UInt32)
  case unknownGroup(UInt32)
  /// There are `limit` groups.
  case outOfGroups(limit: Int)
  /// A group has at most `limit` buckets.
  case outOfBuckets(limit: Int)
  /// Following its buckets, a group would lead back to itself.
  case loop(UInt32)
  case unknownBucket(UInt32, group: UInt32)
  case bucketExists(UInt32, group: UInt32)
  /// An indirect group has one bucket; those of a fast failover group watch something.
  case invalidGroup(UInt32)
}

/// One bridge's groups, as the control thread keeps them. A value: a list of changes is made in a copy, which
/// takes the place of the table when all have succeeded.
public struct GroupTable: Sendable {
  /// Groups that one bridge can hold.
  public static var limit: Int { 65_536 }
  /// Buckets of one group: what a description of it can list in one message, with room for their actions.
  public static var bucketLimit: Int { 1_024 }

  public struct Entry: Sendable {
    public var description: GroupDescription
    /// Monotonic milliseconds.
    public let created: UInt64
  }

  private var entries: [UInt32: Entry] = [:]

  public init() {}

  public var count: Int { entries.count }

  /// By ascending number.
  public var all: [Entry] { entries.values.sorted { $0.description.group < $1.description.group } }

  public subscript(_ group: UInt32) -> Entry? { entries[group] }

  /// How many buckets lead to each group.
  public var bucketsByGroup: [UInt32: Int] {
    entries.values.reduce(into: [:]) { counts, entry in
      for bucket in entry.description.buckets {
        for group in bucket.actions.groups { counts[group, default: 0] += 1 }
      }
    }
  }

  /// Makes one change, the whole of it or, when it throws, nothing.
  /// - Parameter now: monotonic milliseconds.
  /// - Returns: the groups that are gone.
  public mutating func apply(_ mod: GroupMod, now: UInt64) throws(GroupTableError) -> [UInt32] {
    switch mod.command {
    case .add:
      guard entries[mod.group] == nil else { throw .groupExists(mod.group) }
      try put(GroupDescription(mod), created: now)
    case .modify:
      guard let old = entries[mod.group] else { throw .unknownGroup(mod.group) }
      try put(GroupDescription(mod), created: old.created)
    case .addOrModify: try put(GroupDescription(mod), created: entries[mod.group]?.created ?? now)
    case .delete: return remove(mod.group)
    case .insertBucket:
      guard var entry = entries[mod.group] else { throw .unknownGroup(mod.group) }
      try entry.description.insert(mod.buckets, at: mod.commandBucket)
      try put(entry.description, created: entry.created)
    case .removeBucket:
      guard var entry = entries[mod.group] else { throw .unknownGroup(mod.group) }
      try entry.description.remove(mod.commandBucket)
      try put(entry.description, created: entry.created)
    }
    return []
  }

  private mutating func remove(_ group: UInt32) -> [UInt32] {
    guard group == GroupID.all else { return entries.removeValue(forKey: group) == nil ? [] : [group] }
    defer { entries = [:] }
    return entries.keys.sorted()
  }

  private mutating func put(_ description: GroupDescription, created: UInt64) throws(GroupTableError) {
    let group = description.group
    guard entries[group] != nil || entries.count < Self.limit else { throw .outOfGroups(limit: Self.limit) }
    guard group <= GroupID.maximum else { throw .invalidGroup(group) }
    guard description.buckets.count <= Self.bucketLimit else { throw .outOfBuckets(limit: Self.bucketLimit) }
    switch description.type {
    case .all, .select: break
    case .indirect: guard description.buckets.count == 1 else { throw .invalidGroup(group) }
    case .fastFailover:
      guard description.buckets.allSatisfy(\.watchesSomething) else { throw .invalidGroup(group) }
    }
    guard !leads(description.buckets, to: group) else { throw .loop(group) }
    entries[group] = Entry(description: description, created: created)
  }

  /// Whether `group` can be reached from `buckets`.
  private func leads(_ buckets: [Bucket], to group: UInt32) -> Bool {
    var waiting = Set(buckets.flatMap(\.groups))
    var seen: Set<UInt32> = []
    while let next = waiting.popFirst() {
      if next == group { return true }
      guard seen.insert(next).inserted, let entry = entries[next] else { continue }
      waiting.formUnion(entry.description.buckets.flatMap(\.groups))
    }
    return false
  }
}

extension GroupDescription {
  fileprivate init(_ mod: GroupMod) {
    self.init(group: mod.group, type: mod.type, buckets: mod.buckets, selection: mod.selection)
  }

  /// Puts `added` behind the bucket `place`.
  fileprivate mutating func insert(_ added: [Bucket], at place: UInt32) throws(GroupTableError) {
    for bucket in added where buckets.contains(where: { $0.id == bucket.id }) {
      throw .bucketExists(bucket.id, group: group)
    }
    switch place {
    case BucketID.first: buckets.insert(contentsOf: added, at: 0)
    case BucketID.last: buckets += added
    default: buckets.insert(contentsOf: added, at: try index(of: place) + 1)
    }
  }

  fileprivate mutating func remove(_ place: UInt32) throws(GroupTableError) {
    switch place {
    case BucketID.all: buckets = []
    case BucketID.first: buckets = Array(buckets.dropFirst())
    case BucketID.last: buckets = Array(buckets.dropLast())
    default: buckets.remove(at: try index(of: place))
    }
  }

  private func index(of bucket: UInt32) throws(GroupTableError) -> Int {
    guard let index = buckets.firstIndex(where: { $0.id == bucket }) else {
      throw .unknownBucket(bucket, group: group)
    }
    return index
  }
}

extension Bucket {
  /// The groups that the bucket's frames or its liveness depend on.
  fileprivate var groups: Set<UInt32> {
    watchGroup == GroupID.any ? actions.groups : actions.groups.union([watchGroup])
  }
}
