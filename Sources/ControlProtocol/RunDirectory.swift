/// Where the daemon's sockets lie.
public struct RunDirectory: Hashable, Sendable {
  public static var defaultPath: String { "/run/apus" }

  /// Room for a bridge's sockets behind it: the kernel's 107 bytes, less `/`, a name of 15 bytes and `.snoop`.
  public static var maximumByteCount: Int { 107 - 22 }

  public let path: String
  public init(path: String = RunDirectory.defaultPath) { self.path = path }

  /// Whether the path of no socket in it can be longer than the kernel takes.
  public var hasRoomForSockets: Bool { path.utf8.count <= Self.maximumByteCount }

  /// How the names of bridges' OpenFlow sockets end.
  public static var openFlowSuffix: String { ".mgmt" }
  /// How the names of the sockets end on which bridges show what they talk with controllers.
  public static var snoopSuffix: String { ".snoop" }
  /// The management socket, for `apus` and `ovs-appctl -t`.
  public var managementSocket: String { "\(path)/apusd.sock" }
  /// Where descriptors are handed over, for commands that name them.
  public var descriptorSocket: String { "\(path)/apusd.fds" }
  /// Holds the daemon's process ID and is locked while it lives.
  public var pidFile: String { "\(path)/apusd.pid" }
  /// A bridge's OpenFlow socket, for `ovs-ofctl`.
  public func openFlowSocket(bridge: String) -> String { "\(path)/\(bridge)\(Self.openFlowSuffix)" }
  /// For `ovs-ofctl snoop`.
  public func snoopSocket(bridge: String) -> String { "\(path)/\(bridge)\(Self.snoopSuffix)" }
}

/// What both programs call themselves.
public enum Version {
  public static var text: String { "0.1.0" }
}
