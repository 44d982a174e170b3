import Pipeline
import Synchronization

/// Rules whose timeouts are to be shortened because a connection has ended, from the worker to the control thread.
///
/// Bounded: what does not fit is left out, and such a rule keeps its timeouts until the next frame that ends a
/// connection. A rule that waits here already is not noted again.
final class TimeoutQueue: Sendable {
  static var capacity: Int { 1024 }

  struct Rule: Hashable {
    var bridge: BridgeIndex
    var id: UInt32
    var sequence: UInt64
  }

  struct Timeouts {
    /// Seconds; 0 leaves the timeout as it is.
    var idle: UInt16
    var hard: UInt16

    /// The shorter ones.
    mutating func merge(_ other: Timeouts) {
      if idle == 0 || other.idle != 0 && other.idle < idle { idle = other.idle }
      if hard == 0 || other.hard != 0 && other.hard < hard { hard = other.hard }
    }
  }

  private let waiting = Mutex<[Rule: Timeouts]>([:])
  private let onArrival: @Sendable () -> Void

  /// - Parameter onArrival: called on the worker when the queue was empty and no longer is.
  init(onArrival: @escaping @Sendable () -> Void) { self.onArrival = onArrival }

  func append(_ rule: Rule, _ timeouts: Timeouts) {
    let isFirst = waiting.withLock { waiting in
      guard waiting.count < Self.capacity || waiting[rule] != nil else { return false }
      waiting[rule, default: Timeouts(idle: 0, hard: 0)].merge(timeouts)
      return waiting.count == 1
    }
    if isFirst { onArrival() }
  }

  func takeAll() -> [Rule: Timeouts] {
    waiting.withLock { waiting in
      defer { waiting = [:] }
      return waiting
    }
  }
}
