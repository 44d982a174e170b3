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

  init(port: PortIndex, number: Int, source: any PortQueue) {
    self.port = port
    self.number = number
    self.source = source
  }
}

/// The queues that one worker takes frames from. Each has a place, which stays while it is there.
struct QueueTable {
  private struct Entry {
    let queue: ReceiveQueue
    /// How often it is to be passed over before frames are taken from it again.
    var turnsToSkip = 0
  }

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
    entries[place] = Entry(queue: queue)
    if queue.source.descriptor == nil { polled.append(place) }
    if queue.source.isPolledWhenAwake { shared.append(place) }
    return place
  }

  mutating func remove(_ place: Int) {
    guard self[place] != nil else { return }
    entries[place] = nil
    free.append(place)
    polled.removeAll { $0 == place }
    shared.removeAll { $0 == place }
  }

  /// Whether one of those that are polled may have frames.
  var hasInput: Bool { polled.contains { entries[$0]?.queue.source.hasInput == true } }

  /// Has the worker woken by frames from now on. Whether there are some already.
  func prepareToSleep() -> Bool {
    var hasFrames = false
    for place in shared where entries[place]?.queue.source.prepareToSleep() == true { hasFrames = true }
    return hasFrames
  }

  mutating func skip(_ place: Int, turns: Int) { entries[place]?.turnsToSkip = turns }

  /// Whether the queue is to be passed over this time.
  mutating func mustSkip(_ place: Int) -> Bool {
    guard let turns = entries[place]?.turnsToSkip, turns > 0 else { return false }
    entries[place]?.turnsToSkip = turns - 1
    return true
  }
}
