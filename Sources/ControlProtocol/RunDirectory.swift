/// Where the daemon's sockets lie.
public struct RunDirectory: Hashable, Sendable {
  public static var defaultPath: String { "/run/apus" }

  /// Room for a bridge's socket behind it: the kernel's 107 bytes, less `/`, a name of 15 bytes and `.mgmt`.
  public static var maximumByteCount: Int { 107 - 21 }

  public let path: String
  public init(path: String = RunDirectory.defaultPath) { self.path = path }

  /// Whether the path of no socket in it can be longer than the kernel takes.
  public var hasRoomForSockets: Bool { path.utf8.count <= Self.maximumByteCount }

  /// How the names of bridges' OpenFlow sockets end.
  public static var openFlowSuffix: String { ".mgmt" }
  /// The management socket, for `apus` and `ovs-appctl -t`.
  public var managementSocket: String { "\(path)/apusd.sock" }
  /// Holds the daemon's process ID and is locked while it lives.
  public var pidFile: String { "\(path)/apusd.pid" }
  /// A bridge's OpenFlow socket, for `ovs-ofctl`.
  public func openFlowSocket(bridge: String) -> String { "\(path)/\(bridge)\(Self.openFlowSuffix)" }
}

/// What both programs call themselves.
public enum Version {
  public static var text: String { "0.1.0" }
}
