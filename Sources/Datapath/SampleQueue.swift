import Synchronization

/// Frames that rules have reported, from workers to the control thread: a ring for each worker.
public final class SampleQueue: Sendable {
  /// Of each worker.
  public static var capacity: Int { 2048 }

  private let rings: [SampleRing]
  /// Whether the control thread knows that there is something to take.
  private let isAnnounced = Atomic(false)
  private let onArrival: @Sendable () -> Void

  /// - Parameter onArrival: called on a worker when a sample has come, once until the next `takeAll`.
  init(workers: Int = 1, onArrival: @escaping @Sendable () -> Void) {
    rings = (0..<workers).map { _ in SampleRing(capacity: Self.capacity) }
    self.onArrival = onArrival
  }

  // MARK: Workers' side

  func append(_ sample: FrameSample, from worker: Int = 0) {
    guard rings[worker].append(sample) else { return }
    if !isAnnounced.exchange(true, ordering: .acquiringAndReleasing) { onArrival() }
  }

  // MARK: Control thread's side

  /// How many samples were lost because a ring was full.
  public var lost: UInt64 { rings.reduce(0) { $0 &+ $1.lost } }

  /// Takes the samples that have come, of each worker the oldest first.
  public func takeAll(_ body: (FrameSample) -> Void) {
    // Before the look at the rings: a sample behind that announces itself anew.
    _ = isAnnounced.exchange(false, ordering: .acquiringAndReleasing)
    for ring in rings { ring.takeAll(body) }
  }
}
