/// A token bucket: `rate` tokens a second come in, up to `burst` are kept, each admission takes one.
///
/// The bucket counts in nanoseconds of credit, so that no division loses a part of a token.
struct TokenBucket {
  private let perToken: UInt64
  private let capacity: UInt64
  private var credit: UInt64
  private var last: UInt64

  /// - Parameters:
  ///   - rate: tokens a second, at least 1.
  ///   - burst: at least 1.
  ///   - now: monotonic nanoseconds.
  init(rate: Int, burst: Int, now: UInt64) {
    perToken = 1_000_000_000 / UInt64(rate)
    capacity = UInt64(burst) * perToken
    credit = capacity
    last = now
  }

  /// Takes a token if there is one.
  mutating func take(now: UInt64) -> Bool {
    credit = min(capacity, credit + (now &- last))
    last = now
    guard credit >= perToken else { return false }
    credit -= perToken
    return true
  }
}

/// How many packet-ins a controller gets: those of misses and those of actions have a bucket each.
struct RateLimiter {
  let rate: Int
  let burst: Int
  private var missBucket: TokenBucket
  private var actionBucket: TokenBucket
  private(set) var misses = ControllerStatus.Admissions()
  private(set) var actions = ControllerStatus.Admissions()

  /// - Parameter burst: `nil` for a quarter of `rate`.
  init(rate: Int, burst: Int?, now: UInt64) {
    self.rate = rate
    self.burst = max(1, burst ?? rate / 4)
    missBucket = TokenBucket(rate: rate, burst: self.burst, now: now)
    actionBucket = missBucket
  }

  mutating func admits(isMiss: Bool, now: UInt64) -> Bool {
    isMiss
      ? Self.count(missBucket.take(now: now), in: &misses)
      : Self.count(actionBucket.take(now: now), in: &actions)
  }

  private static func count(_ isAdmitted: Bool, in counts: inout ControllerStatus.Admissions) -> Bool {
    if isAdmitted { counts.admitted += 1 } else { counts.refused += 1 }
    return isAdmitted
  }
}
