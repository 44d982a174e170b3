/// Which of two ways to treat frames takes less time: batches go the one and the other way in turn, and the medians of
/// what they took for a frame are compared, as a batch in which something else had the processor says nothing.
///
/// What a clock tick is does not matter, so tests count as they like.
struct CacheTrial: BitwiseCopyable {
  /// Batches of each way.
  private static var sampleCount: Int { 15 }
  /// A batch of fewer frames says more about what a batch costs than about its frames.
  private static var fewestFrames: Int { 8 }

  private var with = InlineArray<15, UInt64>(repeating: 0)
  private var without = InlineArray<15, UInt64>(repeating: 0)
  private var count = 0

  /// Whether the cache is used for the batch in hand.
  var usesCache: Bool { count & 1 == 0 }
  var isOver: Bool { count == 2 * Self.sampleCount }

  /// A batch of so many frames took so long.
  mutating func add(ticks: UInt64, frames: Int) {
    guard !isOver, frames >= Self.fewestFrames else { return }
    let cost = ticks &* 16 / UInt64(frames)
    if usesCache { with[count / 2] = cost } else { without[count / 2] = cost }
    count += 1
  }

  /// Whether frames take longer with the cache.
  var speaksAgainst: Bool { Self.median(with) > Self.median(without) }

  private static func median(_ samples: InlineArray<15, UInt64>) -> UInt64 {
    var sorted = samples
    for i in 1..<sampleCount {
      var j = i
      while j > 0, sorted[j - 1] > sorted[j] {
        sorted.swapAt(j - 1, j)
        j -= 1
      }
    }
    return sorted[sampleCount / 2]
  }
}
