import SwitchKit
import Testing

/// Whatever bridges, ports and rules there are, and whatever arrives. `tools/fuzz frames` does the same with
/// millions of frames.
@Suite struct LawTests {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func everyFrameIsAccountedFor(seed: UInt64) throws {
    let traits = RandomWorld.Traits(hasLoops: seed % 4 == 3, hasNonsense: seed % 3 == 2)
    let world = try RandomWorld(seed: seed, traits: traits)
    world.feedSingly(60)
    world.feedInBatches(300)
    for violation in world.violations.prefix(5) { Issue.record("seed \(seed): \(violation)") }
  }
}
