import Bytes

/// How many frames may be taken from a queue at once.
///
/// # Theory
/// A batch of 32 frames that leave by system calls takes some 50 us, for which every frame of another queue waits, on its
/// way there and back. So while several queues have frames a turn is as long in time, not in frames: a queue gets as many
/// as are expected to take `longest`, by what its frames cost lately. A queue that is alone has whole batches, and so
/// have queues whose frames cost little. Times are in ticks of the processor's clock.
///
/// A turn has no fewer than `fewestFrames`, so one of frames that cost much is longer. What it was longer, the queue sits out:
/// it is passed over for as many turns, as long as others use theirs. So flows that are all new, or whatever else makes a
/// port's frames expensive, cost the others no more than that port's share of the time.
struct Turns {
  /// A turn's length, in microseconds.
  static var longest: UInt64 { 20 }
  /// For how long queues that had frames one after the other share the worker, in microseconds.
  static var memory: UInt64 { 1000 }
  static var fewestFrames: UInt64 { 8 }
  /// The most turns that a queue sits out for one of its own.
  static var mostSkipped: UInt64 { 64 }

  private let longest: UInt64
  private let memory: UInt64
  /// How many turns with frames there were, of all queues.
  private(set) var taken: UInt64 = 0
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

  /// Notes a turn with frames. Returns how many turns the queue is to be passed over for it.
  @discardableResult
  mutating func note(_ place: Int, frames: Int, from start: UInt64, to end: UInt64) -> Int {
    if place >= costs.count { costs += Array(repeating: 0, count: place + 1 - costs.count) }
    let cost = (end &- start) / UInt64(max(1, frames))
    // What took longer once may have been the machine's own work.
    let usual = min(costs[place], cost)
    costs[place] = costs[place] == 0 ? cost : (costs[place] * 3 + cost) / 4
    if let last, last != place { lastChange = end }
    last = place
    now = end
    taken &+= 1
    guard isShared, longest > 0 else { return 0 }
    return Int(min(Self.mostSkipped, max(1, usual * UInt64(frames) / longest) - 1))
  }

  /// Another queue has the place from now on.
  mutating func forget(_ place: Int) {
    if place < costs.count { costs[place] = 0 }
  }
}
