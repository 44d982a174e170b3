/// What a worker knows of a port.
@frozen public struct PortRecord: BitwiseCopyable, Sendable {
  /// What the bits of `flags` say.
  public enum Flag {
    @inlinable public static var exists: UInt16 { 1 }
    @inlinable public static var noReceive: UInt16 { 2 }
    @inlinable public static var noFlood: UInt16 { 4 }
    @inlinable public static var noForward: UInt16 { 8 }
    @inlinable public static var noPacketIn: UInt16 { 16 }
    @inlinable public static var isolated: UInt16 { 32 }
    @inlinable public static var patch: UInt16 { 64 }
    /// Set down by configuration: takes no part in anything.
    @inlinable public static var down: UInt16 { 128 }
    /// Without a link: not flooded to; what is meant for it alone is left to its device to refuse.
    @inlinable public static var noLink: UInt16 { 256 }
    /// Carries IP packets: what has an Ethernet header loses it there.
    @inlinable public static var packets: UInt16 { 512 }
    /// Frames are taken as they come in and have to be of a type that goes out: `packet_type=ptap`.
    @inlinable public static var typed: UInt16 { 1024 }
    /// A mirror selects frames that come in here.
    @inlinable public static var mirrorSource: UInt16 { 2048 }
    /// A mirror selects frames that leave here.
    @inlinable public static var mirrorDestination: UInt16 { 4096 }
    /// Takes a mirror's copies, and nothing that comes in.
    @inlinable public static var mirrorOutput: UInt16 { 8192 }
    /// Any of these keeps copies for all from a port.
    @inlinable public static var unreachable: UInt16 { down | noLink }
  }

  public var bridge: BridgeIndex
  public var number: UInt16
  public var flags: UInt16
  /// The other end of a patch port.
  public var peer: PortIndex
  public var tag: UInt16
  public var tunnelTPID: UInt16
  public var mode: VLANSettings.Mode
  public var priorityTags: VLANSettings.PriorityTags

  /// A port that does not exist.
  public init() {
    bridge = BridgeIndex(rawValue: 0)
    number = 0
    flags = 0
    peer = .none
    tag = 0
    tunnelTPID = 0
    mode = .trunk
    priorityTags = .never
  }

  public init(
    bridge: BridgeIndex, number: UInt16, settings: PortSettings, isPatch: Bool, peer: PortIndex,
    hasLink: Bool,
    carriesPackets: Bool = false, isTyped: Bool = false, mirrorFlags: UInt16 = 0
  ) {
    self.bridge = bridge
    self.number = number
    self.peer = peer
    tag = settings.vlan.tag
    tunnelTPID = settings.vlan.tunnelTPID
    mode = settings.vlan.mode
    priorityTags = settings.vlan.priorityTags
    var flags = Flag.exists
    if settings.flags.contains(.noReceive) { flags |= Flag.noReceive }
    if settings.flags.contains(.noFlood) { flags |= Flag.noFlood }
    if settings.flags.contains(.noForward) { flags |= Flag.noForward }
    if settings.flags.contains(.noPacketIn) { flags |= Flag.noPacketIn }
    if settings.isProtected { flags |= Flag.isolated }
    if isPatch { flags |= Flag.patch }
    if settings.flags.contains(.down) { flags |= Flag.down }
    if !hasLink { flags |= Flag.noLink }
    if carriesPackets { flags |= Flag.packets }
    if isTyped { flags |= Flag.typed }
    self.flags = flags | mirrorFlags
  }

  @inlinable @inline(__always)
  public func has(_ flag: UInt16) -> Bool { flags & flag != 0 }
}
