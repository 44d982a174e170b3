import Synchronization

/// Frames that rules have reported, from one worker to the control thread.
///
/// # Memory and threads
/// A ring of slots in one allocation, freed by `deinit`, that nobody but the ring knows. `written` and `taken` count
/// slots since the begin, and are at most `capacity` apart. The worker alone fills slots, those from `written` on, and
/// the control thread alone reads them, those from `taken` on; each says so with a releasing store that the other
/// acquires. So neither waits. A sample that finds the ring full is lost and counted.
@safe final class SampleRing: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<FrameSample>
  private let capacity: Int
  private let written = Atomic<Int>(0)
  private let taken = Atomic<Int>(0)
  private let lostCount = Atomic<UInt64>(0)

  init(capacity: Int) {
    self.capacity = capacity
    unsafe slots = .allocate(capacity: capacity)
  }

  deinit { unsafe slots.deallocate() }

  /// `false` when it is full. Called by the worker.
  func append(_ sample: FrameSample) -> Bool {
    let number = written.load(ordering: .relaxed)
    guard number &- taken.load(ordering: .acquiring) < capacity else {
      lostCount.store(lostCount.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
      return false
    }
    unsafe (slots + number % capacity).initialize(to: sample)
    written.store(number &+ 1, ordering: .releasing)
    return true
  }

  /// How many samples were lost because the ring was full.
  var lost: UInt64 { lostCount.load(ordering: .relaxed) }

  /// Takes the samples that have come, oldest first. Called by the control thread.
  func takeAll(_ body: (FrameSample) -> Void) {
    let end = written.load(ordering: .acquiring)
    var number = taken.load(ordering: .relaxed)
    while number < end {
      let sample = unsafe slots[number % capacity]
      number += 1
      taken.store(number, ordering: .releasing)
      body(sample)
    }
  }
}
