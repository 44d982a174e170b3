import SwitchKit
import Testing

/// A switch that keeps what it finds out does to each frame what one does that goes through the tables for all of them,
/// and counts the same, whatever changes meanwhile.
@Suite struct FlowCacheTwinTests {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func nobodySeesTheCache(seed: UInt64) throws {
    var traits = RandomWorld.Traits(hasLoops: seed % 4 == 3, hasNonsense: seed % 3 == 2)
    traits.hasLowRates = false
    traits.hasFullQueues = false
    traits.hasWires = seed % 2 == 1
    // Also one in which flows have to make room for others all the time.
    traits.flowCapacity = seed % 5 == 0 ? 64 : 65_536
    let subject = try RandomWorld(seed: seed, traits: traits)
    traits.flowCapacity = 0
    let twin = try RandomWorld(seed: seed, traits: traits)
    for step in 0..<150 {
      let (expected, actual) = (try twin.step(), try subject.step())
      try #require(actual == expected, "seed \(seed), step \(step)")
    }
    #expect(subject.counts == twin.counts, "seed \(seed)")
  }
}
