/// Whether a flow cache is worth its while for the frames of one port.
///
/// Frames are counted in windows. If fewer than a fourth of a window's frames found their flow, or if more than five
/// masks were tried for one, the cache stands aside for some windows: the more, the more often it has happened in a
/// row. Then one window is tried again; what was kept before is still there.
///
/// That bounds what frames cost that find nothing. Where flows are found, but so many that each of them waits for memory,
/// only time tells: after the first window, and then once in a while, some batches go through the tables although
/// there is a cache (`CacheTrial`), and if those took less time for a frame, it stands aside likewise.
struct CacheGauge: BitwiseCopyable {
  private static var window: UInt64 { 8192 }
  /// Windows to stand aside for.
  private static var shortest: Int { 16 }
  private static var longest: Int { 64 }
  /// Windows from one trial to the next.
  private static var trialDistance: Int { 64 }

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
  /// Windows until the next trial.
  private var untilTrial = 1
  private var isTrying = false
  private var trial = CacheTrial()
  /// Frames of the batch in hand.
  private var batch = 0

  var totalLookups: UInt64 { earlierLookups + lookups }
  var totalHits: UInt64 { earlierHits + hits }
  var totalProbes: UInt64 { earlierProbes + probes }
  var isAside: Bool { aside > 0 }

  /// Whether the frames of a batch are to be looked for.
  @inline(__always)
  mutating func beginBatch(of count: Int) -> Bool {
    batch = count
    guard aside > 0 else { return !isTrying || trial.usesCache }
    aside -= count
    return false
  }

  /// The batch took so long. Whether it ended a window.
  @inline(__always)
  mutating func endBatch(ticks: UInt64) -> Bool {
    if isTrying { addToTrial(ticks) }
    guard lookups >= Self.window else { return false }
    close()
    return true
  }

  @inline(never)
  private mutating func addToTrial(_ ticks: UInt64) {
    trial.add(ticks: ticks, frames: batch)
    guard trial.isOver else { return }
    isTrying = false
    if trial.speaksAgainst { standAside() } else { penalty = Self.shortest }
  }

  private mutating func standAside() {
    aside = penalty * Int(Self.window)
    penalty = min(penalty * 2, Self.longest)
    isTrying = false
    // What is kept may be of flows that are long gone: a window is for finding out those that are there now.
    untilTrial = 1
  }

  private mutating func close() {
    if hits * 4 < lookups || probes > lookups * 5 {
      standAside()
    } else {
      untilTrial -= 1
      if untilTrial == 0 {
        trial = CacheTrial()
        isTrying = true
        untilTrial = Self.trialDistance
      }
    }
    earlierLookups += lookups
    earlierHits += hits
    earlierProbes += probes
    lookups = 0
    hits = 0
    probes = 0
  }
}
