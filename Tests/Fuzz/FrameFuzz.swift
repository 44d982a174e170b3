import SwitchKit

/// Random worlds, each with some frames one by one and many in batches, until `count` frames were fed.
enum FrameFuzz {
  /// One world in eight has loops: a frame there may cost thousands of lookups.
  static func run(count: Int, seed: UInt64) throws -> [String] {
    var left = count
    var seed = seed
    while left > 0 {
      let hasLoops = seed % 8 == 7
      let world = try RandomWorld(seed: seed, traits: .init(hasLoops: hasLoops, hasNonsense: seed % 4 == 2))
      let singles = min(left, 500)
      world.feedSingly(singles)
      left -= singles
      let many = min(left, hasLoops ? 500 : 20_000)
      world.feedInBatches(many)
      left -= many
      guard world.violations.isEmpty else { return world.violations.map { "world \(seed): \($0)" } }
      seed &+= 1
    }
    return []
  }
}
