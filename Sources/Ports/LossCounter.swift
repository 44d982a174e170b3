import Synchronization

/// Counts of `ReceiveLosses`: one thread adds, any other reads. A plain load and store each, so that adding
/// costs no locked instruction.
struct LossCounters: ~Copyable, Sendable {
  private let queueOverflows = Atomic<UInt64>(0)
  private let tooLong = Atomic<UInt64>(0)
  private let badOffload = Atomic<UInt64>(0)

  func addQueueOverflows(_ count: UInt64) { Self.add(count, to: queueOverflows) }
  func addTooLong() { Self.add(1, to: tooLong) }
  func addBadOffload() { Self.add(1, to: badOffload) }

  private static func add(_ count: UInt64, to counter: borrowing Atomic<UInt64>) {
    counter.store(counter.load(ordering: .relaxed) &+ count, ordering: .relaxed)
  }

  var losses: ReceiveLosses {
    ReceiveLosses(
      queueOverflows: queueOverflows.load(ordering: .relaxed), tooLong: tooLong.load(ordering: .relaxed),
      badOffload: badOffload.load(ordering: .relaxed))
  }
}
