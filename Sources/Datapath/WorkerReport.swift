public import Pipeline
import Synchronization

/// What a worker has done since it was started.
public struct WorkerReport: Sendable {
  /// Batches of frames that it took from ports, by size: 1, 2-3, 4-7, 8-15, 16-31, 32.
  public internal(set) var batches = InlineArray<6, UInt64>(repeating: 0)
  public internal(set) var frames: UInt64 = 0
  /// How many flows its cache can hold; 0 when it has none.
  public internal(set) var flowCapacity = 0
  public internal(set) var flows = FlowCacheStatistics()

  /// The sizes that `batches` counts, in words.
  public static var sizes: [String] { ["1", "2-3", "4-7", "8-15", "16-31", "32"] }

  init() {}

  /// Counts a batch. Precondition: at most 32 frames.
  @inline(__always)
  mutating func count(batchOf count: Int) {
    guard count > 0 else { return }
    frames &+= UInt64(count)
    batches[count.bitWidth - 1 - count.leadingZeroBitCount] &+= 1
  }
}

/// Where a worker leaves its report for whoever asked.
final class ReportBox: Sendable {
  private let report = Mutex(WorkerReport())

  func put(_ value: WorkerReport) { report.withLock { $0 = value } }
  var value: WorkerReport { report.withLock { $0 } }
}
