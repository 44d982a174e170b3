public import Actions
public import Match
public import Pipeline
import Synchronization

/// A frame on its way to the controllers.
public struct PacketIn: Sendable {
  public var bridge: BridgeIndex
  /// The fields at that moment: ingress port, metadata, registers.
  public var key: FlowKey
  public var table: UInt8
  public var reason: PacketInReason
  public var controllerID: UInt16
  /// Which rule sent it; `nil` for a table miss.
  public var rule: UInt32?
  public internal(set) var frame: [UInt8] = []
  /// Whether the table's rule for what no other rule matches sent it: known to the control thread only.
  public var isOfMissRule = false
}

/// Frames for controllers, from the worker to the control thread. Bounded: what does not fit is dropped and
/// counted, so that a flood of table misses costs memory for 1,024 frames at most.
public final class PacketInQueue: Sendable {
  public static var capacity: Int { 1024 }

  private let frames = Mutex<[PacketIn]>([])
  /// Bridges at which somebody listens.
  private let listeners = Mutex<Set<UInt16>>([])
  private let onArrival: @Sendable () -> Void

  /// - Parameter onArrival: called on the worker when the queue was empty and no longer is.
  init(onArrival: @escaping @Sendable () -> Void) { self.onArrival = onArrival }

  /// Says whether frames of `bridge` have anybody to go to.
  public func setListening(_ isListening: Bool, at bridge: BridgeIndex) {
    listeners.withLock {
      if isListening { $0.insert(bridge.rawValue) } else { $0.remove(bridge.rawValue) }
    }
  }

  func hasListener(at bridge: BridgeIndex) -> Bool { listeners.withLock { $0.contains(bridge.rawValue) } }

  /// Adds a frame. `false` when the queue is full.
  func append(_ frame: PacketIn) -> Bool {
    let outcome = frames.withLock { frames -> (fits: Bool, isFirst: Bool) in
      guard frames.count < Self.capacity else { return (false, false) }
      frames.append(frame)
      return (true, frames.count == 1)
    }
    if outcome.isFirst { onArrival() }
    return outcome.fits
  }

  /// All frames that wait, oldest first.
  public func takeAll() -> [PacketIn] {
    frames.withLock { frames in
      defer { frames = [] }
      return frames
    }
  }
}
