import Pipeline
import Ports
import Synchronization

/// One queue of a port that frames come in by. One worker has it at a time, and may lose it to another between two
/// batches.
final class ReceiveQueue: Sendable {
  let port: PortIndex
  /// Its place among the port's queues.
  let number: Int
  let source: any PortQueue
  /// Counted by the worker that has it, read by anybody.
  private let frameCount = Atomic<UInt64>(0)
  private let batchCount = Atomic<UInt64>(0)
  private let ticksSpent = Atomic<UInt64>(0)

  init(port: PortIndex, number: Int, source: any PortQueue) {
    self.port = port
    self.number = number
    self.source = source
  }

  // MARK: Its worker's side

  /// Counts a batch.
  /// - Parameter ticks: how long the worker was busy with it.
  func count(frames: Int, ticks: UInt64) {
    Self.add(UInt64(frames), to: frameCount)
    Self.add(1, to: batchCount)
    Self.add(ticks, to: ticksSpent)
  }

  private static func add(_ value: UInt64, to counter: borrowing Atomic<UInt64>) {
    counter.store(counter.load(ordering: .relaxed) &+ value, ordering: .relaxed)
  }

  // MARK: Everybody's

  var frames: UInt64 { frameCount.load(ordering: .relaxed) }
  var batches: UInt64 { batchCount.load(ordering: .relaxed) }
  /// How long workers were busy with its frames.
  var ticks: UInt64 { ticksSpent.load(ordering: .relaxed) }
}

/// The queues that one worker takes frames from. Each has a place, which stays while it is there.
struct QueueTable {
  private struct Entry {
    let queue: ReceiveQueue
    /// What the queue had counted when its counters were cleared, or when it came.
    var start: (frames: UInt64, batches: UInt64, ticks: UInt64)
    /// How often it is to be passed over before frames are taken from it again.
    var turnsToSkip = 0
    /// How many turns all queues had had when it was to have one last.
    var seenTurns: UInt64 = 0
  }

  /// How much is taken from each at once.
  var turns: Turns

  init(turns: Turns) { self.turns = turns }

  private var entries: [Entry?] = []
  private var free: [Int] = []
  /// Queues that are asked without being waited for: those that have no descriptor.
  private(set) var polled: [Int] = []
  /// Queues that are waited for only while the worker sleeps.
  private(set) var shared: [Int] = []

  /// The queue at `place`; `nil` when it is gone.
  subscript(place: Int) -> ReceiveQueue? {
    entries.indices.contains(place) ? entries[place]?.queue : nil
  }

  func place(of queue: ReceiveQueue) -> Int? { entries.firstIndex { $0?.queue === queue } }

  mutating func add(_ queue: ReceiveQueue) -> Int {
    let place = free.popLast() ?? entries.count
    if place == entries.count { entries.append(nil) }
    entries[place] = Entry(queue: queue, start: (queue.frames, queue.batches, queue.ticks))
    if queue.source.descriptor == nil { polled.append(place) }
    if queue.source.isPolledWhenAwake { shared.append(place) }
    return place
  }

  mutating func remove(_ place: Int) {
    guard self[place] != nil else { return }
    entries[place] = nil
    turns.forget(place)
    free.append(place)
    polled.removeAll { $0 == place }
    shared.removeAll { $0 == place }
  }

  /// What was done with each, by port and number.
  func reports(ticksPerMicrosecond: Double) -> [QueueReport] {
    entries.compactMap { entry in
      entry.map { entry in
        let ticks = Double(entry.queue.ticks &- entry.start.ticks)
        return QueueReport(
          port: entry.queue.port, queue: entry.queue.number, frames: entry.queue.frames &- entry.start.frames,
          batches: entry.queue.batches &- entry.start.batches,
          busy: ticksPerMicrosecond == 0 ? 0 : UInt64(ticks * 1000 / ticksPerMicrosecond))
      }
    }.sorted { ($0.port.rawValue, $0.queue) < ($1.port.rawValue, $1.queue) }
  }

  /// Reports are about what comes from now on.
  mutating func clear() {
    for place in entries.indices {
      if let queue = entries[place]?.queue {
        entries[place]?.start = (queue.frames, queue.batches, queue.ticks)
      }
    }
  }

  /// Has the worker woken by frames from now on. Whether there are some already.
  func prepareToSleep() -> Bool {
    var hasFrames = false
    for place in shared where entries[place]?.queue.source.prepareToSleep() == true { hasFrames = true }
    return hasFrames
  }

  mutating func skip(_ place: Int, turns count: Int) {
    entries[place]?.turnsToSkip = count
    entries[place]?.seenTurns = turns.taken
  }

  /// Whether the queue is to be passed over this time. Not when no other one had frames meanwhile: then there is nobody to
  /// leave the time to.
  mutating func mustSkip(_ place: Int) -> Bool {
    guard let entry = entries[place], entry.turnsToSkip > 0 else { return false }
    let isAlone = entry.seenTurns == turns.taken
    entries[place]?.turnsToSkip = isAlone ? 0 : entry.turnsToSkip - 1
    entries[place]?.seenTurns = turns.taken
    return !isAlone
  }
}
