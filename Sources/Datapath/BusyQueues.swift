import Ports
import Sys

/// Queues that a busy worker asks in turn, instead of having the kernel say which of its queues have frames.
///
/// Waiting in epoll costs both sides: the worker a system call that looks at each ready queue, and whoever sends a wake-up,
/// for each frame or batch, of a thread that is awake. Queues whose input can be seen without it
/// (`PortQueue.isPolledWhenBusy`) are taken out of the set as long as they are busy, and are back in it before the worker
/// sleeps.
struct BusyQueues {
  private struct Entry {
    let place: Int
    let source: any PortQueue
    var lastFrames: UInt64
  }

  /// The most queues outside of the set: each of them is looked at in every round.
  private static var limit: Int { 16 }
  /// How long a queue without frames stays out of the set while others keep the worker busy, in nanoseconds.
  private static var patience: UInt64 { 200_000 }

  private var entries: [Entry] = []

  var count: Int { entries.count }

  /// The place in the worker's table of the queue at `index` if it has frames.
  func place(at index: Int) -> Int? {
    entries[index].source.hasInput ? entries[index].place : nil
  }

  mutating func noteFrames(of place: Int, time: UInt64) {
    for i in entries.indices where entries[i].place == place { entries[i].lastFrames = time }
  }

  /// Takes a queue that had frames when the worker was busy out of the set, if that is of use.
  mutating func takeOut(_ place: Int, _ source: any PortQueue, of epoll: borrowing Epoll, time: UInt64) {
    guard source.isPolledWhenBusy, entries.count < Self.limit, let descriptor = source.descriptor else {
      return
    }
    do { try epoll.remove(descriptor) } catch { return }
    source.setWaitedFor(false)
    entries.append(Entry(place: place, source: source, lastFrames: time))
  }

  /// Puts queues that had no frames for a while back into the set.
  mutating func putBackIdle(into epoll: borrowing Epoll, time: UInt64) {
    var i = 0
    while i < entries.count {
      if time &- entries[i].lastFrames > Self.patience { putBack(i, into: epoll) } else { i += 1 }
    }
  }

  /// Puts all queues back into the set: the worker is about to sleep.
  mutating func putBackAll(into epoll: borrowing Epoll) {
    while !entries.isEmpty { putBack(0, into: epoll) }
  }

  private mutating func putBack(_ index: Int, into epoll: borrowing Epoll) {
    let entry = entries[index]
    entry.source.setWaitedFor(true)
    // It was in the set before, and the set finds by itself what has arrived meanwhile.
    if let descriptor = entry.source.descriptor { try? epoll.add(descriptor, tag: UInt64(entry.place)) }
    entries.remove(at: index)
  }

  /// Forgets the queue at `place`, which the worker no longer has.
  mutating func remove(_ place: Int) {
    guard let index = entries.firstIndex(where: { $0.place == place }) else { return }
    entries[index].source.setWaitedFor(true)
    entries.remove(at: index)
  }
}
