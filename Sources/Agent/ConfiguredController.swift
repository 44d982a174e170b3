import NIOCore

/// One controller of a bridge's configuration, whoever makes the connections.
protocol ConfiguredController: AnyObject {
  var specification: ControllerSpecification { get }
  var status: ControllerStatus { get }
  /// Whether a connection is there on which both sides have agreed on a version.
  var isConnected: Bool { get }

  func start()
  /// Takes over settings that do not need a new connection.
  func change(to specification: ControllerSpecification)
  /// Tries again at once what has failed for want of a key or certificates.
  func retry()
  /// Ends all connections. Nothing happens afterwards.
  func stop()
}

/// When a connection came and went, as the column `status` shows it.
struct ConnectionTimes {
  private(set) var connected: NIODeadline?
  private(set) var disconnected: NIODeadline?
  var lastError: String?

  mutating func connect(at now: NIODeadline) { connected = now }

  mutating func disconnect(at now: NIODeadline) { disconnected = now }

  func fill(_ status: inout ControllerStatus, now: NIODeadline) {
    status.secondsSinceConnect = connected.map { Int((now - $0).nanoseconds / 1_000_000_000) }
    status.secondsSinceDisconnect = disconnected.map { Int((now - $0).nanoseconds / 1_000_000_000) }
    status.lastError = lastError
  }
}
