public import Actions
public import Match

/// A change of a flow table, whatever language asked for it. OpenFlow 1.3.5 section A.3.4.1.
public struct FlowMod: Hashable, Sendable {
  public enum Command: UInt8, Hashable, Sendable {
    case add = 0
    case modify = 1
    case modifyStrict = 2
    case delete = 3
    case deleteStrict = 4

    public var isDelete: Bool { self == .delete || self == .deleteStrict }
    public var isStrict: Bool { self == .modifyStrict || self == .deleteStrict }
  }

  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static var sendFlowRemoved: Flags { .init(rawValue: 1) }
    public static var checkOverlap: Flags { .init(rawValue: 2) }
    public static var resetCounts: Flags { .init(rawValue: 4) }
    public static var noPacketCounts: Flags { .init(rawValue: 8) }
    public static var noByteCounts: Flags { .init(rawValue: 16) }
  }

  public var command: Command
  /// 0 to 253; 255 means all tables in a delete, and table 0 in an add.
  public var table: UInt8
  public var priority: UInt16
  public var match: FlowMatch
  /// The cookie that an added rule gets; `modify` keeps the old one when this is `nil`.
  public var newCookie: UInt64?
  /// Modify and delete take only rules whose cookie equals `cookie` in the bits of `cookieMask`.
  public var cookie: UInt64
  public var cookieMask: UInt64
  /// Seconds; 0 for never.
  public var idleTimeout: UInt16
  public var hardTimeout: UInt16
  public var importance: UInt16
  public var flags: Flags
  /// Delete takes only rules that output to this port; `.none` for all.
  public var outPort: PortNumber
  /// Delete takes only rules that output to this group; `nil` for all.
  public var outGroup: UInt32?
  /// The number of a frame that the switch keeps, to be treated by the new rule.
  public var buffer: UInt32?
  public var actions: [Action]

  public init(command: Command, table: UInt8 = 0, priority: UInt16 = 32_768, match: FlowMatch = FlowMatch()) {
    self.command = command
    self.table = table
    self.priority = priority
    self.match = match
    newCookie = nil
    cookie = 0
    cookieMask = 0
    idleTimeout = 0
    hardTimeout = 0
    importance = 0
    flags = []
    outPort = .none
    actions = []
  }
}

/// A rule as a dump shows it.
public struct FlowStatistics: Hashable, Sendable {
  public var table: UInt8
  public var priority: UInt16
  public var match: FlowMatch
  public var cookie: UInt64
  public var idleTimeout: UInt16
  public var hardTimeout: UInt16
  public var importance: UInt16
  public var flags: FlowMod.Flags
  public var actions: [Action]
  public var duration: Duration
  /// Time since the last frame, and since the last modification; negative when it is not known.
  public var idleAge: Duration
  public var hardAge: Duration
  /// All ones when they are not counted.
  public var packets: UInt64
  public var bytes: UInt64

  public init(
    table: UInt8, priority: UInt16, match: FlowMatch, cookie: UInt64, idleTimeout: UInt16 = 0,
    hardTimeout: UInt16 = 0, importance: UInt16 = 0, flags: FlowMod.Flags = [], actions: [Action],
    duration: Duration = .zero, idleAge: Duration = .zero, hardAge: Duration = .zero, packets: UInt64 = 0,
    bytes: UInt64 = 0
  ) {
    self.table = table
    self.priority = priority
    self.match = match
    self.cookie = cookie
    self.idleTimeout = idleTimeout
    self.hardTimeout = hardTimeout
    self.importance = importance
    self.flags = flags
    self.actions = actions
    self.duration = duration
    self.idleAge = idleAge
    self.hardAge = hardAge
    self.packets = packets
    self.bytes = bytes
  }
}
