public import Bytes
public import Sys
import Synchronization

/// A frame outside of the pool: its bytes, and what is left to do to it.
public struct MemoryFrame: Equatable, Sendable {
  public var bytes: [UInt8]
  public var offload: OffloadHeader

  public init(_ bytes: [UInt8], offload: OffloadHeader = OffloadHeader()) {
    self.bytes = bytes
    self.offload = offload
  }

  /// A copy of the frame in `packet`.
  public init(_ packet: Packet) {
    let frame = packet.bytes
    bytes = []
    bytes.reserveCapacity(frame.byteCount)
    for i in 0..<frame.byteCount { bytes.append(frame.load(UInt8.self, at: i)) }
    offload = packet.offload
  }
}

/// A port whose far end is the program itself: tests and benchmarks feed it and look at what it sent.
///
/// Any thread may feed and look while a worker has the port. One lock is taken for each batch. Nothing is
/// allocated when frames arrive; keeping what was sent allocates, counting it does not.
public final class MemoryPort: Port, PortQueue {
  public static var typeName: String { "memory" }

  /// What becomes of transmitted frames.
  public enum Sink: Sendable {
    /// `takeTransmitted` returns them.
    case keep
    /// Only `transmittedCount` tells.
    case count
  }

  private struct State: ~Copyable {
    var waiting: [MemoryFrame] = []
    /// The first of `waiting` that was not received yet.
    var next = 0
    /// Whether `waiting` starts anew at its end.
    var isEndless = false
    var transmitted: [MemoryFrame] = []
    var transmittedCount: UInt64 = 0
    var mtu: Int
    var isUp = true

    var isEmpty: Bool { next == waiting.count }
  }

  private let state: Mutex<State>
  private let arrival: EventFD
  private let losses = LossCounters()
  private let sink: Sink
  public let offloads: PortOffloads
  public let packetLimit: Int
  public let packetType: PortPacketType

  /// A port without frames.
  public init(
    sink: Sink = .keep, offloads: PortOffloads = .all, mtu: Int = 65_535,
    packetType: PortPacketType = .ethernet
  ) throws(SysError) {
    self.sink = sink
    self.packetType = packetType
    self.offloads = offloads
    arrival = try EventFD()
    packetLimit = mtu
    state = Mutex(State(mtu: mtu))
  }

  public var descriptor: CInt? { arrival.descriptor }
  public var hasInput: Bool { state.withLock { !$0.isEmpty } }
  public var receiveLosses: ReceiveLosses { losses.losses }

  /// Lets `frames` arrive, behind those that wait.
  public func feed(_ frames: [MemoryFrame]) {
    state.withLock { state in
      state.waiting.removeFirst(state.next)
      state.next = 0
      state.waiting += frames
      if !state.isEmpty { arrival.signal() }
    }
  }

  /// Lets `frames` arrive over and over, instead of those that wait. None ends it.
  public func feedEndlessly(_ frames: [MemoryFrame]) {
    state.withLock { state in
      state.waiting = frames
      state.next = 0
      state.isEndless = !frames.isEmpty
      if !state.isEmpty { arrival.signal() }
    }
  }

  /// The frames sent since the last call. Empty unless the sink keeps them.
  public func takeTransmitted() -> [MemoryFrame] {
    state.withLock { state in
      defer { state.transmitted = [] }
      return state.transmitted
    }
  }

  /// Frames sent since the port was made.
  public var transmittedCount: UInt64 { state.withLock { $0.transmittedCount } }

  /// Whether `transmit` takes frames.
  public func setUp(_ isUp: Bool) { state.withLock { $0.isUp = isUp } }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    state.withLock { state in
      while !state.isEmpty {
        guard !batch.isFull, let packet = pool.take() else { return .more }
        if accept(state.waiting.span[state.next], as: packet) {
          batch.append(packet)
        } else {
          pool.give(packet)
        }
        state.next += 1
        if state.isEmpty, state.isEndless { state.next = 0 }
      }
      arrival.clear()
      return .drained
    }
  }

  private func accept(_ frame: borrowing MemoryFrame, as packet: Packet) -> Bool {
    guard frame.bytes.count <= Packet.maximumLength else {
      losses.addTooLong()
      return false
    }
    packet.copy(from: frame.bytes.rawSpan)
    guard packet.adopt(frame.offload) else {
      losses.addBadOffload()
      return false
    }
    return true
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    state.withLock { state in
      for i in 0..<batch.count {
        report[i] = state.isUp ? batch[i].fits(mtu: state.mtu) ? .sent : .tooLong : .down
        guard report[i] == .sent else { continue }
        state.transmittedCount += 1
        if sink == .keep { state.transmitted.append(MemoryFrame(batch[i])) }
      }
    }
  }
}
