public import Bytes

/// One queue of a port, each way: what one worker takes frames from, and what workers send by.
///
/// Called once for a batch, never for a frame, so that dynamic dispatch costs nothing that shows. `receive` is called by
/// one worker at a time, which may be another one next time, and `transmit` by one at a time, too; but by two workers, one
/// may receive while the other transmits. Neither allocates, blocks or throws.
public protocol PortQueue: AnyObject, Sendable {
  /// What a worker waits on until frames have arrived. `nil` when `receive` is to be called all the time
  /// while `hasInput` is true (capture files, memory).
  var descriptor: CInt? { get }

  /// Whether `receive` may find something, as far as that shows without a system call. Asked of queues without a descriptor,
  /// and of those with `isPolledWhenBusy`.
  var hasInput: Bool { get }

  /// Whether a busy worker does better to ask `hasInput` again and again than to wait on `descriptor`.
  var isPolledWhenBusy: Bool { get }

  /// Says whether a worker waits on `descriptor`, as it does at first. While none does, whoever sends to the port need not
  /// be made to wake anybody. Called by the worker that receives.
  func setWaitedFor(_ isWaitedFor: Bool)
  /// Whether frames that come while a worker is awake leave the descriptor as it is: rings in shared memory, whose far end
  /// is told not to tell. The worker looks by itself then, until it calls `prepareToSleep`.
  var isPolledWhenAwake: Bool { get }

  /// Has the descriptor become readable by what arrives from now on. Returns whether something has arrived already.
  func prepareToSleep() -> Bool

  /// Whether several workers may call `transmit` at the same time. If not, whoever does sees to it that they do not.
  var takesSeveralSenders: Bool { get }

  /// Takes frames that have arrived, each in a slot of `pool`, until `batch` is full, the pool is empty or
  /// nothing is left, with `offload` set and tags in the frame. The caller gives the slots back.
  func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome

  /// Sends the frames of `batch` in order, all that the queue takes now, and says in `report` what became of
  /// each. When it returns nothing refers to the frames any more.
  func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport)
}

extension PortQueue {
  /// Most are the kernel's, which tells of every frame.
  public var isPolledWhenAwake: Bool { false }
  public func prepareToSleep() -> Bool { false }

  /// Most have something to keep in order for the next batch.
  public var takesSeveralSenders: Bool { false }

  /// For queues whose input only the kernel sees, or that have no descriptor.
  public var isPolledWhenBusy: Bool { false }
  public func setWaitedFor(_ isWaitedFor: Bool) {}
}

/// How a call of `receive` ended.
public enum ReceiveOutcome: Sendable, Equatable {
  /// The batch may not be all: call again.
  case more
  /// Nothing is left for now.
  case drained
  /// The device is gone or down: the errno. The control thread looks after the port.
  case failed(CInt)
}

/// What became of a frame that was to be sent.
public enum TransmitOutcome: UInt8, Sendable {
  case sent
  /// The device's or the socket's queue is full.
  case queueFull
  /// Longer than the device's MTU.
  case tooLong
  /// The device is down or gone.
  case down
  /// The device refused the frame (malformed, for example shorter than an Ethernet header).
  case refused
}

/// What became of each frame of a batch, in its order.
@frozen public struct TransmitReport: Sendable {
  @usableFromInline var outcomes: InlineArray<32, TransmitOutcome>
  @inlinable public init() { outcomes = .init(repeating: .sent) }
  @inlinable public subscript(index: Int) -> TransmitOutcome {
    get { outcomes[index] }
    set { outcomes[index] = newValue }
  }
}
