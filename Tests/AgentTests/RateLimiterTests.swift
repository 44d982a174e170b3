import Testing

@testable import Agent

@Suite struct RateLimiterTests {
  /// In any time the bucket admits its burst and what came in meanwhile, no more, and no less when always asked.
  @Test(arguments: [(1, 1), (100, 25), (1_000, 250), (3, 7), (999_983, 3)])
  func admitsTheRateAndTheBurst(rate: Int, burst: Int) {
    var bucket = TokenBucket(rate: rate, burst: burst, now: 5)
    let step = UInt64(1_000_000_000 / rate) / 2 + 1
    var admitted = 0
    for i in 0..<UInt64(10_000) where bucket.take(now: 5 + i * step) { admitted += 1 }
    let expected = burst + Int(9_999 * step) / (1_000_000_000 / rate)
    #expect(abs(admitted - min(10_000, expected)) <= 1)
  }

  @Test func keepsNoMoreThanTheBurst() {
    var bucket = TokenBucket(rate: 100, burst: 3, now: 0)
    let later: UInt64 = 3_600_000_000_000
    var taken: [Bool] = []
    for _ in 0..<5 { taken.append(bucket.take(now: later)) }
    #expect(taken == [true, true, true, false, false])
  }

  @Test func limitsMissesAndActionsApart() {
    var limiter = RateLimiter(rate: 100, burst: nil, now: 0)
    #expect(limiter.burst == 25)
    for _ in 0..<30 { _ = limiter.admits(isMiss: true, now: 0) }
    #expect(limiter.misses.admitted == 25)
    #expect(limiter.misses.refused == 5)
    let isAdmitted = limiter.admits(isMiss: false, now: 0)
    #expect(isAdmitted)
    #expect(limiter.actions.refused == 0)
  }
}
