import Synchronization

/// Counts of `ReceiveLosses`: one thread adds, any other reads. A plain load and store each, so that adding
/// costs no locked instruction.
struct LossCounters: ~Copyable, Sendable {
  private let queueOverflows = Atomic<UInt64>(0)
  private let tooLong = Atomic<UInt64>(0)
  private let badOffload = Atomic<UInt64>(0)

  func addQueueOverflows(_ count: UInt64) { queueOverflows.wrappingAdd(count, ordering: .relaxed) }
  func addTooLong() { Self.increment(tooLong) }
  func addBadOffload() { Self.increment(badOffload) }

  private static func increment(_ counter: borrowing Atomic<UInt64>) {
    counter.store(counter.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  var losses: ReceiveLosses {
    ReceiveLosses(
      queueOverflows: queueOverflows.load(ordering: .relaxed), tooLong: tooLong.load(ordering: .relaxed),
      badOffload: badOffload.load(ordering: .relaxed))
  }
}
