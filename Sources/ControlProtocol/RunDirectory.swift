/// Where the daemon's sockets lie.
public struct RunDirectory: Hashable, Sendable {
  public static var defaultPath: String { "/run/apus" }

  public let path: String
  public init(path: String = RunDirectory.defaultPath) { self.path = path }

  /// The management socket, for `apus` and `ovs-appctl -t`.
  public var managementSocket: String { "\(path)/apusd.sock" }
  /// Holds the daemon's process ID and is locked while it lives.
  public var pidFile: String { "\(path)/apusd.pid" }
  /// A bridge's OpenFlow socket, for `ovs-ofctl`.
  public func openFlowSocket(bridge: String) -> String { "\(path)/\(bridge).mgmt" }
}

/// What both programs call themselves.
public enum Version {
  public static var text: String { "0.1.0" }
}
