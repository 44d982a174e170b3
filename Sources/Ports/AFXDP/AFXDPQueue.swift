import Bytes
import CLinux
import Sys
import Synchronization

/// One queue of an AF_XDP port: the socket on a receive queue of the device, and what has frames leave.
///
/// Frames leave by the socket itself, or, where the device has fewer queues for sending than for receiving, by another
/// one's.
final class AFXDPQueue: PortQueue, @unchecked Sendable {
  // Sendable: what the socket has for receiving belongs to the worker that receives, what it has for sending to who holds
  // `isSending`; all else is constant or atomic.

  /// When a device that took nothing is asked again, in nanoseconds.
  private static var retryInterval: UInt64 { 1_000_000 }

  let socket: XDPSocket
  /// The queue by whose socket frames leave; `nil` for this one.
  private let sender: AFXDPQueue?
  /// Readable when the socket is, or when `retry` is due.
  private let readiness: Epoll
  private let retry: TimerFD
  private let losses = LossCounters()
  private let currentMTU: Atomic<Int>
  /// Whether something was left over, or the device takes nothing any more: `receive` is to be called.
  private let isRetrySet = Atomic(false)
  /// Held by who sends: a worker that transmits, or the one that receives, which sends what was left over.
  private let isSending = Atomic(false)
  /// Why the device takes nothing any more; an errno, or 0.
  private let failure = Atomic<CInt>(0)

  init(_ socket: XDPSocket, mtu: Int, sender: AFXDPQueue?) throws(SysError) {
    readiness = try Epoll(capacity: 1)
    retry = try TimerFD()
    try readiness.add(socket.descriptor.rawValue, tag: 0)
    try readiness.add(retry.descriptor, tag: 0)
    currentMTU = Atomic(mtu)
    self.socket = socket
    self.sender = sender
  }

  var descriptor: CInt? { readiness.descriptor }
  var hasInput: Bool { failure.load(ordering: .relaxed) != 0 || socket.hasReceived }
  var isPolledWhenBusy: Bool { true }
  /// `isSending` keeps them apart.
  var takesSeveralSenders: Bool { true }
  var receiveLosses: ReceiveLosses {
    var sum = losses.losses
    sum.add(socket.statistics)
    return sum
  }

  /// The longest IP packet that `transmit` lets through, in bytes.
  var mtu: Int {
    get { min(currentMTU.load(ordering: .relaxed), AFXDPPort.largestMTU) }
    set { currentMTU.store(newValue, ordering: .relaxed) }
  }

  /// While nobody waits the socket has no waiters, so that the kernel wakes none. `retry` waits meanwhile: a worker that
  /// is busy sends soon, and one that sleeps waits for it.
  func setWaitedFor(_ isWaitedFor: Bool) {
    // Taking out and putting back what is there cannot fail.
    if isWaitedFor {
      try? readiness.add(socket.descriptor.rawValue, tag: 0)
    } else {
      try? readiness.remove(socket.descriptor.rawValue)
    }
  }

  // MARK: Receiving

  func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    if isRetrySet.load(ordering: .relaxed) { sendLeftovers() }
    let failure = failure.load(ordering: .relaxed)
    if failure != 0 { return .failed(failure) }
    return socket.receive(into: &batch, from: &pool, losses) ? .more : .drained
  }

  /// Tries again what the device did not take before.
  @inline(never)
  private func sendLeftovers() {
    // Who transmits now sends them.
    guard !isSending.exchange(true, ordering: .acquiring) else { return }
    // They were reported as sent when they were put into the ring.
    if failure.load(ordering: .relaxed) == 0 { send { _ in } }
    isSending.store(false, ordering: .releasing)
  }

  /// Has the kernel send what is in the transmit ring.
  private func send(_ onRefusal: (UInt32) -> Void) {
    let errno = socket.send(onRefusal)
    if errno != 0 { failure.store(errno, ordering: .relaxed) }
    if errno != 0 || isRetrySet.load(ordering: .relaxed) || socket.hasLeftovers {
      settleRetry(hasFailed: errno != 0)
    }
  }

  /// Has the worker call `receive` when something is left to do.
  private func settleRetry(hasFailed: Bool) {
    let isWanted = hasFailed || socket.hasLeftovers
    if isWanted {
      retry.set(hasFailed ? 0 : MonotonicClock.nanoseconds + Self.retryInterval)
    } else if isRetrySet.load(ordering: .relaxed) {
      retry.cancel()
    }
    isRetrySet.store(isWanted, ordering: .relaxed)
  }

  // MARK: Sending

  func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    if let sender { return sender.transmit(batch, report: &report) }
    guard failure.load(ordering: .relaxed) == 0 else {
      for i in 0..<batch.count { report[i] = .down }
      return
    }
    while isSending.exchange(true, ordering: .acquiring) { Thread.yield() }
    put(batch, &report)
    isSending.store(false, ordering: .releasing)
  }

  private func put(_ batch: borrowing PacketBatch, _ report: inout TransmitReport) {
    let mtu = mtu
    socket.reap()
    // Frames that may not go are not put into the ring, so its indices and the batch's differ.
    let first = socket.next
    var frames = InlineArray<32, Int>(repeating: 0)
    var count = 0
    for i in 0..<batch.count {
      let packet = batch[i]
      if !packet.fits(mtu: mtu) || packet.length > UMEM.chunkLength {
        report[i] = .tooLong
      } else if packet.length < Packet.ethernetLength {
        report[i] = .refused
      } else if socket.enqueue(packet) {
        report[i] = .sent
        frames[count] = i
        count += 1
      } else {
        report[i] = .queueFull
      }
    }
    guard count > 0 else { return }
    send { index in
      // Those of an earlier batch were reported as sent.
      let place = Int(index &- first)
      if place < count { report[frames[place]] = .refused }
    }
    guard failure.load(ordering: .relaxed) != 0 else { return }
    for place in 0..<count where !socket.hasTaken(first &+ UInt32(place)) { report[frames[place]] = .down }
  }
}
