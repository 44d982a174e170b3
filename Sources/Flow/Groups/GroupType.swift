/// What a group does with its buckets. OpenFlow 1.3.5 section 5.6.1, `OFPGT_*`.
public enum GroupType: UInt8, CaseIterable, Hashable, Sendable {
  /// Executes every bucket.
  case all = 0
  /// Executes one bucket, chosen by hash and weight.
  case select = 1
  /// Executes the only bucket.
  case indirect = 2
  /// Executes the first bucket that is live.
  case fastFailover = 3

  /// The word that is printed.
  public var name: String {
    switch self {
    case .all: "all"
    case .select: "select"
    case .indirect: "indirect"
    case .fastFailover: "ff"
    }
  }

  /// The type of that name; `fast_failover` is one as well.
  public init?(name: some StringProtocol) {
    switch name {
    case "all": self = .all
    case "select": self = .select
    case "indirect": self = .indirect
    case "ff", "fast_failover": self = .fastFailover
    default: return nil
    }
  }

  static let names = ["all", "select", "indirect", "ff", "fast_failover"]

  /// The weight of a bucket that says none.
  public var defaultWeight: UInt16 { self == .select ? 1 : 0 }
}

/// Numbers of groups, `OFPG_*`.
public enum GroupID {
  /// The highest number of a real group.
  public static var maximum: UInt32 { 0xffff_ff00 }
  /// Every group, in deletes and in requests for statistics.
  public static var all: UInt32 { 0xffff_fffc }
  /// No group; as a filter, any.
  public static var any: UInt32 { 0xffff_ffff }
}

/// Numbers of buckets, `OFPG_BUCKET_*`. OpenFlow 1.5.1 section 7.3.4.2.
public enum BucketID {
  /// The highest number of a real bucket.
  public static var maximum: UInt32 { 0xffff_ff00 }
  public static var first: UInt32 { 0xffff_fffd }
  public static var last: UInt32 { 0xffff_fffe }
  public static var all: UInt32 { 0xffff_ffff }
}
