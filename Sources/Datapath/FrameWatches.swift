public import Match
public import Pipeline
import Synchronization

/// A real frame and what became of it, step by step.
public struct WatchedFrame: Sendable {
  /// Which live trace wanted it.
  public var watch: UInt64
  /// The bridge and the port that it came in by.
  public var bridge: BridgeIndex
  public var port: PortIndex
  /// In bytes.
  public var length: Int
  public var trace: Trace
}

/// Live traces: which frames are wanted, and those that have come.
///
/// The control thread says what is wanted. The worker asks once a batch whether anything is, a relaxed load, and only
/// then looks at frames; it never waits for the control thread longer than that takes to copy a list. Bounded: what
/// comes faster than it is taken is left out and counted.
public final class FrameWatches: Sendable {
  /// Frames that wait, at most.
  public static var capacity: Int { 256 }

  struct Watch: Sendable {
    var id: UInt64
    var bridge: BridgeIndex
    var match: FlowMatch
    /// Frames still wanted.
    var count: Int
  }

  private struct Content {
    var watches: [Watch] = []
    var frames: [WatchedFrame] = []
    var missed: UInt64 = 0
    var lastID: UInt64 = 0
  }

  private let isWanted = Atomic(false)
  private let content = Mutex(Content())
  private let onArrival: @Sendable () -> Void

  /// - Parameter onArrival: called on the worker when no frame waited and one does now.
  init(onArrival: @escaping @Sendable () -> Void) { self.onArrival = onArrival }

  // MARK: Control thread's side

  /// Wants `count` frames that come in to `bridge` and that `match` takes. Returns the name of the wish.
  public func add(_ match: FlowMatch, on bridge: BridgeIndex, count: Int) -> UInt64 {
    let id = content.withLock { content in
      content.lastID += 1
      content.watches.append(Watch(id: content.lastID, bridge: bridge, match: match, count: count))
      return content.lastID
    }
    isWanted.store(true, ordering: .relaxed)
    return id
  }

  /// Wants no more frames; those that wait for this one go.
  public func remove(_ id: UInt64) {
    let isEmpty = content.withLock { content in
      content.watches.removeAll { $0.id == id }
      content.frames.removeAll { $0.watch == id }
      return content.watches.isEmpty
    }
    if isEmpty { isWanted.store(false, ordering: .relaxed) }
  }

  /// All frames that wait, the oldest first, and how many were left out since the last call.
  public func takeAll() -> (frames: [WatchedFrame], missed: UInt64) {
    content.withLock { content in
      defer {
        content.frames = []
        content.missed = 0
      }
      return (content.frames, content.missed)
    }
  }

  // MARK: Worker's side

  var isOn: Bool { isWanted.load(ordering: .relaxed) }

  var all: [Watch] { content.withLock { $0.watches } }

  /// Adds a frame for the watch of that name, unless that one has all it wants.
  func append(_ frame: WatchedFrame) {
    let isFirst = content.withLock { content in
      guard let place = content.watches.firstIndex(where: { $0.id == frame.watch }),
        content.watches[place].count > 0
      else { return false }
      guard content.frames.count < Self.capacity else {
        content.missed += 1
        return false
      }
      content.watches[place].count -= 1
      content.frames.append(frame)
      return content.frames.count == 1
    }
    if isFirst { onArrival() }
  }
}
