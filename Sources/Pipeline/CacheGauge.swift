/// Whether a flow cache is worth its while.
///
/// Frames are counted in windows. If fewer than a fourth of a window's frames found their flow, or if more than five
/// masks were tried for one, the cache stands aside for some windows: the more, the more often it has happened in a
/// row. Then one window is tried again; what was kept before is still there.
struct CacheGauge {
  private static var window: UInt64 { 8192 }
  /// Windows to stand aside for.
  private static var shortest: Int { 16 }
  private static var longest: Int { 64 }

  /// Of this window.
  var lookups: UInt64 = 0
  var hits: UInt64 = 0
  var probes: UInt64 = 0

  private var earlierLookups: UInt64 = 0
  private var earlierHits: UInt64 = 0
  private var earlierProbes: UInt64 = 0

  /// Frames that are not looked for.
  private var aside = 0
  private var penalty = shortest

  var totalLookups: UInt64 { earlierLookups + lookups }
  var totalHits: UInt64 { earlierHits + hits }
  var totalProbes: UInt64 { earlierProbes + probes }
  var isAside: Bool { aside > 0 }

  /// Whether the frames of a batch are to be looked for.
  @inline(__always)
  mutating func beginBatch(of count: Int) -> Bool {
    guard aside > 0 else { return true }
    aside -= count
    return false
  }

  var isWindowOver: Bool { lookups >= Self.window }

  mutating func close(masks: inout CacheMasks) {
    if hits * 4 < lookups || probes > lookups * 5 {
      aside = penalty * Int(Self.window)
      penalty = min(penalty * 2, Self.longest)
    } else {
      penalty = Self.shortest
    }
    masks.rank()
    earlierLookups += lookups
    earlierHits += hits
    earlierProbes += probes
    lookups = 0
    hits = 0
    probes = 0
  }
}
