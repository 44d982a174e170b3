import Glibc

/// A time until which something is waited for.
///
/// The kernel and other programs tell nobody when they are done, so they are asked again and again. A test
/// never waits for a time to pass: only for something to become true, and no longer than until it does.
struct Deadline {
  private let end: ContinuousClock.Instant

  init(seconds: Int) { end = .now + .seconds(seconds) }

  /// Asks `condition` until it is true. `false` when the time is up and it is not.
  func waits(until condition: () throws -> Bool) rethrows -> Bool {
    while true {
      if try condition() { return true }
      if ContinuousClock.now > end { return false }
      usleep(5_000)
    }
  }
}

/// Waits until `condition` is true; throws when it is not after `seconds`. `what` is what was waited for.
func eventually(
  _ what: @autoclosure () -> String, seconds: Int = 10, _ condition: () throws -> Bool
) throws {
  guard try Deadline(seconds: seconds).waits(until: condition) else {
    throw CommandFailure(command: what(), reason: "not within \(seconds) s")
  }
}
