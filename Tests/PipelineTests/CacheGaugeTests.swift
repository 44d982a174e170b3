@testable import Pipeline
import Testing

/// When the flow cache stands aside. Ticks are made up.
@Suite struct CacheGaugeTests {
  /// Frames of batches of 32 that take so long with the cache and without.
  private func run(
    _ gauge: inout CacheGauge, batches: Int, with: UInt64, without: UInt64, found: UInt64 = 32
  ) -> (used: Int, aside: Int) {
    var result = (used: 0, aside: 0)
    for _ in 0..<batches {
      let usesCache = gauge.beginBatch(of: 32)
      if usesCache {
        gauge.lookups += 32
        gauge.probes += 32
        gauge.hits += found
        result.used += 1
      } else if gauge.isAside {
        result.aside += 1
      }
      _ = gauge.endBatch(ticks: usesCache ? with : without)
    }
    return result
  }

  @Test func itStandsAsideWhenTheTablesAreFaster() {
    var gauge = CacheGauge()
    // A window, and a trial of 15 batches each.
    let first = run(&gauge, batches: 256 + 30, with: 2000, without: 1000)
    #expect(first.aside == 0)
    #expect(gauge.isAside)
    #expect(run(&gauge, batches: 16 * 256, with: 2000, without: 1000).used == 0)
    #expect(!gauge.isAside)
  }

  @Test func itStaysWhileItIsFaster() {
    var gauge = CacheGauge()
    let result = run(&gauge, batches: 100_000, with: 1000, without: 2000)
    #expect(result.aside == 0)
    // Few batches go without it for the sake of knowing.
    #expect(result.used > 99_000)
    #expect(result.used < 100_000)
  }

  /// Something else has the processor in every fifth batch.
  @Test func aBatchThatWasInterruptedSaysNothing() {
    var trial = CacheTrial()
    var number: UInt64 = 0
    while !trial.isOver {
      number += 1
      trial.add(ticks: trial.usesCache ? (number % 5 == 0 ? 100_000 : 1000) : 2000, frames: 32)
    }
    #expect(!trial.speaksAgainst)
  }

  @Test func smallBatchesAreNotCompared() {
    var trial = CacheTrial()
    for _ in 0..<100 { trial.add(ticks: 1000, frames: 7) }
    #expect(!trial.isOver)
  }

  @Test func itStandsAsideWhenNothingIsFound() {
    var gauge = CacheGauge()
    _ = run(&gauge, batches: 256, with: 1000, without: 2000, found: 0)
    #expect(gauge.isAside)
  }
}
