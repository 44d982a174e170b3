public import Pipeline
import Synchronization
import Sys

/// What a worker has done since it was started, or since its counters were cleared.
public struct WorkerReport: Sendable {
  /// What the worker does with a batch, in this order.
  public enum Stage: Int, CaseIterable, Sendable {
    /// The port is asked for frames.
    case receive
    /// Headers are read, flows found, or rules.
    case classify
    /// Frames are changed, and go into queues.
    case execute
    /// Queues go to their ports.
    case transmit
  }

  /// From 0 on.
  public internal(set) var worker = 0
  /// The only processor that it runs on; `nil` for any.
  public internal(set) var processor: Int?
  /// Nanoseconds.
  public internal(set) var elapsed: UInt64 = 0
  /// How much of that it was busy with frames.
  public internal(set) var busy: UInt64 = 0
  /// Ticks of the processor's clock in a microsecond.
  public internal(set) var ticksPerMicrosecond = 0.0
  /// Batches of frames that it took from ports, by size: 1, 2-3, 4-7, 8-15, 16-31, 32.
  public internal(set) var batches = InlineArray<6, UInt64>(repeating: 0)
  public internal(set) var frames: UInt64 = 0
  /// How many flows its cache can hold; 0 when it has none.
  public internal(set) var flowCapacity = 0
  public internal(set) var flows = FlowCacheStatistics()
  /// The queues that it takes frames from.
  public internal(set) var queues: [QueueReport] = []
  var times = StageTimes()

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

  /// Nanoseconds that a stage took.
  public func time(of stage: Stage) -> UInt64 {
    ticksPerMicrosecond == 0 ? 0 : UInt64(times.ticks(of: stage) * 1000 / ticksPerMicrosecond)
  }
}

/// What a worker has done with one queue since it has it, or since the counters were cleared.
public struct QueueReport: Sendable {
  public let port: PortIndex
  public let queue: Int
  public let frames: UInt64
  public let batches: UInt64
  /// Nanoseconds that the worker was busy with its frames.
  public let busy: UInt64
}

/// How long the stages took, in ticks. The clock is looked at between them, once a batch.
struct StageTimes {
  var receive: UInt64 = 0
  /// Both at once: a frame is classified and executed before the next one.
  var forward: UInt64 = 0
  var transmit: UInt64 = 0
  /// Of some batches `forward`, and how much of it was the execution: looking at the clock twice for every frame would
  /// cost more than some frames do.
  var sampledForward: UInt64 = 0
  var sampledExecute: UInt64 = 0

  var busy: UInt64 { receive &+ forward &+ transmit }

  func ticks(of stage: WorkerReport.Stage) -> Double {
    let share = sampledForward == 0 ? 0 : Double(sampledExecute) / Double(sampledForward)
    return switch stage {
    case .receive: Double(receive)
    case .classify: Double(forward) * (1 - share)
    case .execute: Double(forward) * share
    case .transmit: Double(transmit)
    }
  }
}

/// Where a worker leaves its report for whoever asked.
final class ReportBox: Sendable {
  private let report = Mutex(WorkerReport())

  func put(_ value: WorkerReport) { report.withLock { $0 = value } }
  var value: WorkerReport { report.withLock { $0 } }
}

extension FlowCacheStatistics {
  /// What was counted since `before`.
  func since(_ before: FlowCacheStatistics) -> FlowCacheStatistics {
    var result = self
    result.lookups &-= before.lookups
    result.hits &-= before.hits
    result.probes &-= before.probes
    return result
  }
}
