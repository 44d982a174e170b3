import Synchronization

/// Frames that rules have reported, from a worker to the control thread.
///
/// # Memory and threads
/// A ring of slots in one allocation, freed by `deinit`, that nobody but the queue knows. `written` and `taken` count
/// slots since the begin, and are at most `capacity` apart. The worker alone fills slots, those from `written` on, and
/// the control thread alone reads them, those from `taken` on; each says so with a releasing store that the other
/// acquires. So neither waits. A sample that finds the ring full is lost and counted.
@safe public final class SampleQueue: @unchecked Sendable {
  public static var capacity: Int { 2048 }

  private let slots: UnsafeMutablePointer<FrameSample>
  private let written = Atomic<Int>(0)
  private let taken = Atomic<Int>(0)
  private let lostCount = Atomic<UInt64>(0)
  /// Whether the control thread knows that there is something to take.
  private let isAnnounced = Atomic(false)
  private let onArrival: @Sendable () -> Void

  /// - Parameter onArrival: called on the worker when a sample has come, once until the next `takeAll`.
  init(onArrival: @escaping @Sendable () -> Void) {
    unsafe slots = .allocate(capacity: Self.capacity)
    self.onArrival = onArrival
  }

  deinit { unsafe slots.deallocate() }

  // MARK: Worker's side

  func append(_ sample: FrameSample) {
    let number = written.load(ordering: .relaxed)
    guard number &- taken.load(ordering: .acquiring) < Self.capacity else {
      lostCount.store(lostCount.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
      return
    }
    unsafe (slots + number % Self.capacity).initialize(to: sample)
    written.store(number &+ 1, ordering: .releasing)
    if !isAnnounced.exchange(true, ordering: .acquiringAndReleasing) { onArrival() }
  }

  // MARK: Control thread's side

  /// How many samples were lost because the ring was full.
  public var lost: UInt64 { lostCount.load(ordering: .relaxed) }

  /// Takes the samples that have come, oldest first.
  public func takeAll(_ body: (FrameSample) -> Void) {
    // Before the look at `written`: a sample behind that announces itself anew.
    _ = isAnnounced.exchange(false, ordering: .acquiringAndReleasing)
    let end = written.load(ordering: .acquiring)
    var number = taken.load(ordering: .relaxed)
    while number < end {
      let sample = unsafe slots[number % Self.capacity]
      number += 1
      taken.store(number, ordering: .releasing)
      body(sample)
    }
  }
}
