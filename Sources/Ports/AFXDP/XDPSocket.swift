// Memory: the socket owns the frames' memory and the four mapped rings; the rings point into the mappings, which are
// freed with them. The kernel holds on to the frames' memory until the socket is closed, whatever becomes of ours.
import Bytes
import CLinux
import Glibc
import Sys

/// An AF_XDP socket on one queue of a device, with memory and rings of its own.
///
/// What arrives is copied from the socket's memory to a slot of the pool, and what leaves the other way: one copy of a
/// frame each. Used by the worker thread, but for `statistics`.
@safe final class XDPSocket {
  /// Frames that can wait in each direction.
  static var depth: Int { 1024 }
  /// The socket's own limit of bytes on their way, with the kernel's overhead: more than the frames that can wait.
  private static var bufferByteCount: CInt { 4 << 20 }
  /// How long a queue is waited for that the kernel has not yet taken from a socket closed before: in steps of 1 ms.
  private static var bindAttempts: Int { 100 }

  let descriptor: OwnedDescriptor
  /// Whether the driver reads and writes `umem` itself, at its own time.
  let isZeroCopy: Bool
  private var umem: UMEM
  private var fill: XDPProducerRing<UInt64>
  private(set) var received: XDPConsumerRing<xdp_desc>
  private var outgoing: XDPProducerRing<xdp_desc>
  private var completed: XDPConsumerRing<UInt64>
  private let fillMemory: MappedMemory
  private let receivedMemory: MappedMemory
  private let outgoingMemory: MappedMemory
  private let completedMemory: MappedMemory
  private var progress = TransmitProgress()

  /// Binds a socket to `queue` of the device of the calling thread's namespace.
  ///
  /// - Parameters:
  ///   - index: the device's number.
  ///   - sends: whether frames are sent by it too.
  ///   - flags: of the bind: whether the driver, or the kernel, is to read and write the frames.
  init(device: String, index: CInt, queue: Int, sends: Bool, flags: CInt) throws(SysError) {
    let socket = try OwnedDescriptor(
      clinux_socket(CInt(clinux_af_xdp), CInt(SOCK_RAW.rawValue), 0), call: "socket(AF_XDP)", subject: device)
    let fd = socket.rawValue
    umem = try UMEM(receiveChunks: Self.depth, transmitChunks: sends ? Self.depth : 0, subject: device)
    try umem.register(with: socket, subject: device)
    let options: [(StaticString, CInt)] = [
      ("XDP_UMEM_FILL_RING", XDP_UMEM_FILL_RING), ("XDP_UMEM_COMPLETION_RING", XDP_UMEM_COMPLETION_RING),
      ("XDP_RX_RING", XDP_RX_RING), ("XDP_TX_RING", XDP_TX_RING),
    ]
    for (call, option) in options {
      try SysError.check(
        clinux_set_option(fd, CInt(clinux_sol_xdp), option, CInt(Self.depth)), call: call, subject: device)
    }
    var offsets = xdp_mmap_offsets()
    try SysError.check(unsafe clinux_xdp_offsets(fd, &offsets), call: "XDP_MMAP_OFFSETS", subject: device)
    fillMemory = try Self.map(fd, UInt64(XDP_UMEM_PGOFF_FILL_RING), offsets.fr, of: UInt64.self, device)
    completedMemory = try Self.map(
      fd, UInt64(XDP_UMEM_PGOFF_COMPLETION_RING), offsets.cr, of: UInt64.self, device)
    receivedMemory = try Self.map(fd, UInt64(XDP_PGOFF_RX_RING), offsets.rx, of: xdp_desc.self, device)
    outgoingMemory = try Self.map(fd, UInt64(XDP_PGOFF_TX_RING), offsets.tx, of: xdp_desc.self, device)
    fill = unsafe XDPProducerRing(XDPRingPlace(fillMemory.start, offsets.fr, size: Self.depth))
    completed = unsafe XDPConsumerRing(XDPRingPlace(completedMemory.start, offsets.cr, size: Self.depth))
    received = unsafe XDPConsumerRing(XDPRingPlace(receivedMemory.start, offsets.rx, size: Self.depth))
    outgoing = unsafe XDPProducerRing(XDPRingPlace(outgoingMemory.start, offsets.tx, size: Self.depth))

    for chunk in 0..<umem.receiveChunks { fill.append(umem.address(ofReceiveChunk: chunk)) }
    fill.publish()
    if clinux_set_option(fd, SOL_SOCKET, SO_SNDBUFFORCE, Self.bufferByteCount) < 0 {
      _ = clinux_set_option(fd, SOL_SOCKET, SO_SNDBUF, Self.bufferByteCount)
    }
    try Self.bind(fd, to: index, queue, flags: flags, device: device)
    isZeroCopy = clinux_xdp_is_zero_copy(fd) != 0
    descriptor = socket
  }

  private static func map<Entry>(
    _ fd: CInt, _ offset: UInt64, _ ring: xdp_ring_offset, of _: Entry.Type, _ device: String
  ) throws(SysError) -> MappedMemory {
    try MappedMemory(
      of: fd, at: offset, length: Int(ring.desc) + depth * MemoryLayout<Entry>.stride, subject: device)
  }

  /// The kernel frees a queue some time after the socket that had it was closed.
  private static func bind(
    _ fd: CInt, to index: CInt, _ queue: Int, flags: CInt, device: String
  ) throws(SysError) {
    for attempt in 1...bindAttempts {
      let result = clinux_xdp_bind(fd, index, UInt32(queue), UInt16(flags | XDP_USE_NEED_WAKEUP))
      if result == -EBUSY, attempt < bindAttempts {
        usleep(1000)
        continue
      }
      try SysError.check(result, call: "bind(AF_XDP)", subject: device)
      return
    }
  }

  /// What the kernel has counted since the socket was made. Any thread may ask.
  var statistics: xdp_statistics { clinux_xdp_statistics(descriptor.rawValue) }

  // MARK: Receiving

  /// Whether frames wait in the receive ring.
  var hasReceived: Bool { received.count > 0 }

  /// Takes frames until `batch` is full or `pool` empty. Whether there may be more.
  func receive(into batch: inout PacketBatch, from pool: inout PacketPool, _ losses: borrowing LossCounters)
    -> Bool
  {
    let waiting = received.count
    var taken = 0
    while taken < waiting, !batch.isFull, let packet = pool.take() {
      let frame = received[taken]
      taken += 1
      if umem.copy(frame, to: packet) {
        batch.append(packet)
      } else {
        losses.addTooLong()
        pool.give(packet)
      }
      if let chunk = umem.receiveChunk(at: frame.addr), fill.room > 0 { fill.append(chunk) }
    }
    guard taken > 0 else { return waiting > 0 }
    received.removeFirst(taken)
    fill.publish()
    if fill.needsWakeUp { clinux_xdp_kick_receive(descriptor.rawValue) }
    return taken < waiting
  }

  // MARK: Sending

  /// Whether frames wait in the transmit ring that the kernel takes only when it is told to.
  var hasLeftovers: Bool { !isZeroCopy && progress.taken != outgoing.end }

  /// Puts `packet` into the transmit ring. `false` when that is full. Precondition: it is no longer than a chunk.
  func enqueue(_ packet: Packet) -> Bool {
    guard outgoing.room > 0, let frame = umem.place(packet) else { return false }
    outgoing.append(frame)
    return true
  }

  /// Gives the chunks of frames that have left back.
  func reap() {
    let count = completed.count
    guard count > 0 else { return }
    for i in 0..<count { umem.takeBack(completed[i]) }
    completed.removeFirst(count)
  }

  /// The index in the transmit ring of the frame that is appended next.
  var next: UInt32 { outgoing.end }

  /// Whether the kernel has taken the frame with that index, one of the last that were appended.
  func hasTaken(_ index: UInt32) -> Bool { Int32(bitPattern: index &- progress.taken) < 0 }

  /// Has the kernel send what is in the transmit ring, as much as it takes now.
  ///
  /// - Parameter onRefusal: called with the index of each frame that the device refused.
  /// - Returns: 0, or the errno with which the device takes nothing any more.
  func send(_ onRefusal: (UInt32) -> Void) -> CInt {
    outgoing.publish()
    if isZeroCopy {
      guard outgoing.needsWakeUp else { return 0 }
      let result = clinux_xdp_kick_transmit(descriptor.rawValue)
      return TransmitProgress.isLasting(-result) ? -result : 0
    }
    var standstills = 0
    while hasLeftovers, standstills < 2 {
      let result = clinux_xdp_kick_transmit(descriptor.rawValue)
      if TransmitProgress.isLasting(-result) { return -result }
      let before = progress.taken
      if let refused = progress.note(taken: outgoing.taken, end: outgoing.end, wasRefused: result == -EBUSY) {
        onRefusal(refused)
      }
      if progress.taken == before { standstills += 1 } else { standstills = 0 }
      reap()
    }
    return 0
  }
}
