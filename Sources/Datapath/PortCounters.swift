public import Pipeline
import Synchronization

/// What a port counted, for `dump-ports`.
public struct PortStatistics: Equatable, Sendable {
  public var receivedPackets: UInt64 = 0
  public var receivedBytes: UInt64 = 0
  public var sentPackets: UInt64 = 0
  public var sentBytes: UInt64 = 0
  /// Frames received here that were delivered nowhere.
  public var receiveDrops: UInt64 = 0
  /// Frames received here that wait for the other fragments of their packets.
  public var heldFragments: UInt64 = 0
  /// Copies that should have left here and did not.
  public var sendDrops: UInt64 = 0
  /// Frames that were lost before the switch saw them, or that it could not take.
  public var receiveErrors: UInt64 = 0
  public init() {}
}

/// One port's counters as one worker counts, as a handle of one word.
///
/// # Memory and threads
/// A lane of the port's `PortCounterLanes`. The worker counts with relaxed stores, the control thread reads.
@safe struct PortCounters: @unchecked Sendable {
  fileprivate static let reasonCount = DropReason.allCases.count
  fileprivate enum Position {
    static let receivedPackets = 0
    static let receivedBytes = 1
    static let sentPackets = 2
    static let sentBytes = 3
    static let heldFragments = 4
    /// From here a counter for each drop reason of frames, then one for each of copies.
    static let drops = 5
  }
  fileprivate static let count = Position.drops + 2 * reasonCount

  private let counters: UnsafeMutablePointer<Atomic<UInt64>>

  @unsafe fileprivate init(_ counters: UnsafeMutablePointer<Atomic<UInt64>>) {
    unsafe self.counters = counters
  }

  @inline(__always)
  private func add(_ value: Int, at position: Int) {
    let counter = unsafe counters + position
    unsafe counter.pointee.store(
      counter.pointee.load(ordering: .relaxed) &+ UInt64(truncatingIfNeeded: value), ordering: .relaxed)
  }

  @inline(__always)
  func received(frames: Int = 1, bytes: Int) {
    add(frames, at: Position.receivedPackets)
    add(bytes, at: Position.receivedBytes)
  }

  @inline(__always)
  func sent(frames: Int = 1, bytes: Int) {
    add(frames, at: Position.sentPackets)
    add(bytes, at: Position.sentBytes)
  }

  /// So many frames received here were delivered nowhere.
  func dropped(_ reason: DropReason, frames: Int = 1) {
    add(frames, at: Position.drops + Int(reason.rawValue))
  }

  /// So many more frames received here, or fewer, wait for others.
  func held(_ change: Int) { add(change, at: Position.heldFragments) }

  /// A copy that should have left here did not.
  func droppedCopy(_ reason: DropReason) {
    add(1, at: Position.drops + Self.reasonCount + Int(reason.rawValue))
  }

  fileprivate func value(_ position: Int) -> UInt64 { unsafe counters[position].load(ordering: .relaxed) }
}

/// One port's counters, a lane for each worker, so that none writes where another does.
///
/// # Memory and threads
/// One allocation of atomics made by `allocate`; freed by `deallocate` when all workers have let go of the port. A lane is
/// a multiple of two cache lines, which processors fetch in pairs. A number that several lanes change, as that of fragments
/// that wait, is right in their sum.
@safe struct PortCounterLanes: @unchecked Sendable {
  private static var stride: Int { (PortCounters.count + 15) / 16 * 16 }

  private let counters: UnsafeMutablePointer<Atomic<UInt64>>
  private let lanes: Int

  static func allocate(lanes: Int) -> PortCounterLanes {
    let count = lanes * stride
    let start = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<UInt64>.stride, alignment: 128)
    let counters = unsafe start.bindMemory(to: Atomic<UInt64>.self, capacity: count)
    for i in 0..<count { unsafe (counters + i).initialize(to: Atomic(0)) }
    return unsafe PortCounterLanes(counters: counters, lanes: lanes)
  }

  private init(counters: UnsafeMutablePointer<Atomic<UInt64>>, lanes: Int) {
    unsafe self.counters = counters
    self.lanes = lanes
  }

  func deallocate() { unsafe UnsafeMutableRawPointer(counters).deallocate() }

  /// What a worker counts in.
  subscript(worker: Int) -> PortCounters {
    precondition(worker >= 0 && worker < lanes, "a lane behind the last one")
    return unsafe PortCounters(counters + worker * Self.stride)
  }

  private func value(_ position: Int) -> UInt64 {
    (0..<lanes).reduce(0) { $0 &+ self[$1].value(position) }
  }

  var statistics: PortStatistics {
    var result = PortStatistics()
    result.receivedPackets = value(PortCounters.Position.receivedPackets)
    result.receivedBytes = value(PortCounters.Position.receivedBytes)
    result.sentPackets = value(PortCounters.Position.sentPackets)
    result.sentBytes = value(PortCounters.Position.sentBytes)
    result.heldFragments = value(PortCounters.Position.heldFragments)
    result.receiveDrops = frameDrops.reduce(0) { $0 &+ $1.count }
    result.sendDrops = copyDrops.reduce(0) { $0 &+ $1.count }
    return result
  }

  /// Reasons that have a count, for frames received here.
  var frameDrops: [DropCount] { drops(from: PortCounters.Position.drops) }
  /// Reasons that have a count, for copies that should have left here.
  var copyDrops: [DropCount] { drops(from: PortCounters.Position.drops + PortCounters.reasonCount) }

  private func drops(from position: Int) -> [DropCount] {
    DropReason.allCases.compactMap { reason in
      let count = value(position + Int(reason.rawValue))
      return count == 0 ? nil : DropCount(reason: reason, count: count)
    }
  }
}

/// How often something was dropped for one reason.
public struct DropCount: Equatable, Sendable {
  public var reason: DropReason
  public var count: UInt64
}
