import Bytes

/// How many frames may be taken from a queue at once.
///
/// # Theory
/// A batch of 32 frames that leave by system calls takes some 50 us, for which every frame of another queue waits, on its
/// way there and back. So while several queues have frames a turn is as long in time, not in frames: a queue gets as many
/// as are expected to take `longest`, by what its frames cost lately. A queue that is alone has whole batches, and so
/// have queues whose frames cost little. Times are in ticks of the processor's clock.
struct Turns {
  /// A turn's length, in microseconds.
  static var longest: UInt64 { 20 }
  /// For how long queues that had frames one after the other share the worker, in microseconds.
  static var memory: UInt64 { 1000 }
  static var fewestFrames: UInt64 { 4 }

  private let longest: UInt64
  private let memory: UInt64
  /// Whose turn was the last one, and when it ended.
  private var last: Int?
  private var now: UInt64 = 0
  /// When a queue had frames behind another one.
  private var lastChange: UInt64?
  /// Ticks for a frame of each queue.
  private var costs: [UInt64] = []

  init(ticksPerMicrosecond: UInt64) {
    longest = Self.longest * ticksPerMicrosecond
    memory = Self.memory * ticksPerMicrosecond
  }

  /// Whether several queues have had frames lately.
  var isShared: Bool {
    guard let lastChange else { return false }
    return now &- lastChange < memory
  }

  /// How many frames the queue at `place` may have taken from it now.
  func limit(of place: Int) -> Int {
    guard isShared, place < costs.count, costs[place] > 0 else { return PacketBatch.capacity }
    return Int(min(UInt64(PacketBatch.capacity), max(Self.fewestFrames, longest / costs[place])))
  }

  /// Notes a turn with frames.
  mutating func note(_ place: Int, frames: Int, from start: UInt64, to end: UInt64) {
    if place >= costs.count { costs += Array(repeating: 0, count: place + 1 - costs.count) }
    let cost = (end &- start) / UInt64(max(1, frames))
    costs[place] = costs[place] == 0 ? cost : (costs[place] * 3 + cost) / 4
    if let last, last != place { lastChange = end }
    last = place
    now = end
  }

  /// Another queue has the place from now on.
  mutating func forget(_ place: Int) {
    if place < costs.count { costs[place] = 0 }
  }
}
