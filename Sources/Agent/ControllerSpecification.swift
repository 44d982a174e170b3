/// What one controller of a bridge is to be.
public struct ControllerSpecification: Equatable, Sendable {
  /// What is asked of a controller.
  public enum Kind: String, CaseIterable, Sendable {
    /// It makes the bridge's rules, and is told of everything from the start.
    case primary
    /// It looks or helps now and then, and is told of nothing until it says what it wants.
    case service
  }

  public var target: ControllerTarget
  public var kind: Kind
  /// Milliseconds between attempts to connect at most, at least 1,000.
  public var maximumBackoff = 8_000
  /// Milliseconds of silence after which the controller is asked for a sign of life, and after as many more
  /// given up. 0 for never.
  public var inactivityProbe = 5_000
  /// Packet-ins a second, of misses and of actions each; `nil` for any number.
  public var rateLimit: Int?
  /// Packet-ins that may come at once; `nil` for a quarter of `rateLimit`.
  public var burstLimit: Int?
  /// Whether a primary controller is told of anything before it says what it wants.
  public var enablesAsynchronousMessages = true
  /// Whether the bridge lets the connection through itself, whatever its rules say.
  public var isInBand = false
  /// The Differentiated Services code point of the connection, 0 to 63.
  public var codePoint = 48

  public init(_ target: ControllerTarget, kind: Kind? = nil) {
    self.target = target
    self.kind = kind ?? Self.defaultKind(of: target)
  }

  public static func defaultKind(of target: ControllerTarget) -> Kind {
    target.method.isPassive ? .service : .primary
  }

  /// Whether what differs can be changed while the connection goes on.
  func canBecome(_ other: ControllerSpecification) -> Bool {
    target == other.target && kind == other.kind && codePoint == other.codePoint
  }
}
