public import OpenFlow

/// How a controller is doing.
public struct ControllerStatus: Equatable, Sendable {
  /// Names of the column `status:state`.
  public enum State: String, Sendable {
    /// Nothing is tried: a listener that cannot listen, or a transaction that is not complete.
    case void = "VOID"
    case backoff = "BACKOFF"
    case connecting = "CONNECTING"
    case active = "ACTIVE"
    /// Silent for so long that it was asked for a sign of life.
    case idle = "IDLE"
    case listening = "LISTENING"
  }

  /// What a rate limit let pass and what it did not, by the reason of a packet-in.
  public struct Admissions: Equatable, Sendable {
    public var admitted: UInt64 = 0
    public var refused: UInt64 = 0
    public init() {}
  }

  public var state = State.void
  /// Of a connection; `nil` while there is none, and of a listener.
  public var role: ControllerRole?
  /// Connections that a listener has.
  public var connections = 0
  public var secondsSinceConnect: Int?
  public var secondsSinceDisconnect: Int?
  public var lastError: String?
  /// `nil` without a rate limit.
  public var misses: Admissions?
  public var actions: Admissions?
  /// Messages that were not sent because the controller did not read those before.
  public var untaken: UInt64 = 0

  public init() {}

  public var isConnected: Bool { state == .active || state == .idle || connections > 0 }
}
