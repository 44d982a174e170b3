/// `rate` tokens a second come in, up to `burst` are kept, each admission takes one.
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

  /// Nanoseconds from the last call of `take` until there is a token.
  var wait: UInt64 { perToken > credit ? perToken - credit : 0 }
}
