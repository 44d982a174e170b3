import NIOCore

/// How long to wait between attempts to connect: 1 second at first, then twice as long each time, up to a limit.
struct Backoff {
  static var minimum: TimeAmount { .seconds(1) }

  var maximum: TimeAmount
  /// What is waited after the next failure.
  private(set) var next = minimum

  /// Returns how long to wait, after an attempt that failed or a connection that ended.
  /// - Parameter lifetime: how long the connection had lasted; one that lasted longer than the wait before it
  ///   was a good one, and the waiting starts anew.
  mutating func wait(afterLifetime lifetime: TimeAmount? = nil) -> TimeAmount {
    if let lifetime, lifetime >= next { next = Self.minimum }
    let wait = min(next, maximum)
    next = min(maximum, .nanoseconds(wait.nanoseconds * 2))
    return wait
  }
}
