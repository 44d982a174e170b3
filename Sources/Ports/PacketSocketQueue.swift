// Memory: two `clinux_packet_batch`, one for each direction, and a ring if there is one, owned by the queue, freed by its
// deinit, touched only by the thread that receives or transmits. The batches hold pointers into slots of the pool and
// packets of the batch, which the kernel follows only during the call that `receive` or `transmit` makes before it
// returns. Indices are below `PacketBatch.capacity`, which is what the batches have room for; the kernel is given
// `Packet.maximumLength` bytes for reading, which every slot has behind `pointer` after `setLength`. Offload headers
// lie in the headroom, which belongs to nobody, even while several queues hold a frame.
import Bytes
import CLinux
import Glibc
import Sys
import Synchronization

/// One packet socket of a device.
///
/// The queueing discipline is not bypassed: bypassing gained nothing that showed, drops every frame that the
/// device cannot segment itself, and hides the traffic from tcpdump.
@safe final class PacketSocketQueue: PortQueue, @unchecked Sendable {
  // Sendable: `window`, `position` and `incoming` belong to the thread that receives, `priority` and `outgoing` to the one
  // that transmits; all else is constant or atomic.

  /// Bytes of frames, with the kernel's overhead, that wait in each direction: a burst of some 2,000 frames.
  private static var bufferByteCount: CInt { 4 << 20 }

  private let socket: OwnedDescriptor
  private let losses = LossCounters()
  private let currentMTU: Atomic<Int>
  private let incoming: UnsafeMutablePointer<clinux_packet_batch>
  private let outgoing: UnsafeMutablePointer<clinux_packet_batch>
  /// Slots made ready for the next call: about as many frames as are likely to be there, as readying a slot
  /// costs a cache miss.
  private var window = 4
  private let ring: PacketRing?
  /// The slot of the ring that the kernel fills next, or has filled.
  private var position = 0
  /// The priority of what the socket sends: the kernel's `SO_PRIORITY`.
  private var priority: UInt32 = 0

  /// - Parameters:
  ///   - index: of the device.
  ///   - group: what spreads frames over several sockets; the first one founds it.
  init(
    _ options: PacketSocketOptions, index: CInt, mtu: Int, group: inout PacketFanout?
  ) throws(SysError) {
    // Protocol 0 receives nothing until it is bound, so no frame comes in before the options hold.
    let socket = try OwnedDescriptor(
      clinux_socket(AF_PACKET, CInt(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue), 0),
      call: "socket(AF_PACKET)", subject: options.name)
    let fd = socket.rawValue
    let settings: [(StaticString, CInt)] = [
      ("PACKET_AUXDATA", PACKET_AUXDATA), ("PACKET_VNET_HDR", PACKET_VNET_HDR),
      ("PACKET_IGNORE_OUTGOING", PACKET_IGNORE_OUTGOING),
    ]
    for (call, option) in settings {
      try SysError.check(
        clinux_set_option(fd, SOL_PACKET, option, 1), call: call, subject: options.name)
    }
    Self.enlargeBuffers(fd)
    if options.isPromiscuous {
      try SysError.check(
        clinux_packet_set_promiscuous(fd, index), call: "PACKET_ADD_MEMBERSHIP", subject: options.name)
    }
    let ring = try Self.makeRing(on: fd, options, mtu: mtu)
    do throws(SysError) {
      if group != nil {
        try group?.bind(fd, to: index, subject: options.name)
      } else {
        try SysError.check(clinux_packet_bind(fd, index), call: "bind", subject: options.name)
      }
    } catch {
      ring?.unmap()
      throw error
    }
    currentMTU = Atomic(mtu)
    self.socket = socket
    self.ring = ring
    unsafe incoming = .allocate(capacity: 1)
    unsafe outgoing = .allocate(capacity: 1)
    unsafe clinux_packet_batch_init(incoming)
    unsafe clinux_packet_batch_init(outgoing)
  }

  deinit {
    ring?.unmap()
    unsafe incoming.deallocate()
    unsafe outgoing.deallocate()
  }

  /// The ring that `options` ask for, or that suits a device with an MTU of `mtu` bytes.
  private static func makeRing(
    on socket: CInt, _ options: PacketSocketOptions, mtu: Int
  ) throws(SysError) -> PacketRing? {
    switch options.reception {
    case .messages: nil
    case .ring: try PacketRing.create(on: socket, subject: options.name)
    case .automatic:
      mtu + Packet.ethernetLength + 4 <= PacketRing.longestFrame
        ? try? PacketRing.create(on: socket, subject: options.name) : nil
    }
  }

  /// Beyond the system's limit where the process may (CAP_NET_ADMIN), up to it otherwise.
  private static func enlargeBuffers(_ fd: CInt) {
    for (forced, plain) in [(SO_RCVBUFFORCE, SO_RCVBUF), (SO_SNDBUFFORCE, SO_SNDBUF)]
    where clinux_set_option(fd, SOL_SOCKET, forced, bufferByteCount) < 0 {
      _ = clinux_set_option(fd, SOL_SOCKET, plain, bufferByteCount)
    }
  }

  var descriptor: CInt? { socket.rawValue }
  var hasInput: Bool { ring?.hasContent(position) ?? false }
  var isPolledWhenBusy: Bool { ring != nil }

  /// Whether the kernel cuts UDP, too. USO came with Linux 6.2 and cannot be asked for; this option came with 6.6 and can.
  var cutsUDP: Bool { clinux_packet_knows_header_size(socket.rawValue) != 0 }

  /// Reading the kernel's count resets it.
  var receiveLosses: ReceiveLosses {
    losses.addQueueOverflows(UInt64(clinux_packet_take_drops(socket.rawValue)))
    return losses.losses
  }

  /// The longest IP packet that `transmit` lets through, in bytes.
  var mtu: Int {
    get { currentMTU.load(ordering: .relaxed) }
    set { currentMTU.store(newValue, ordering: .relaxed) }
  }

  // MARK: Receiving

  /// The way in which it receives frames: `ring` or `messages`.
  var reception: PacketSocketOptions.Reception { ring == nil ? .messages : .ring }

  func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    guard let ring else { return receiveMessages(into: &batch, from: &pool) }
    return receive(from: ring, into: &batch, pool: &pool)
  }

  private func receive(
    from ring: PacketRing, into batch: inout PacketBatch, pool: inout PacketPool
  ) -> ReceiveOutcome {
    var position = position
    defer { self.position = position }
    while !batch.isFull {
      switch ring.content(position) {
      case .nothing:
        // A failed device shows nowhere else; a wake-up without a frame is rare.
        guard batch.isEmpty else { return .drained }
        let errno = clinux_take_socket_error(socket.rawValue)
        return errno == 0 ? .drained : .failed(errno)
      case .frame:
        guard let packet = pool.take() else { return .more }
        let frame = ring.copyFrame(position, to: packet)
        ring.release(position)
        position = ring.next(position)
        if frame.length < 0 { losses.addQueueOverflows(1) }
        if frame.length >= 0, accept(packet, frame) { batch.append(packet) } else { pool.give(packet) }
      case .elsewhere:
        let (taken, outcome) = receiveLarge(from: ring, at: position, into: &batch, pool: &pool)
        for _ in 0..<taken {
          ring.release(position)
          position = ring.next(position)
        }
        if let outcome { return outcome }
      }
    }
    return .more
  }

  /// Takes frames that were too long for their slots, from the one at `position` on, out of the socket's queue.
  /// - Returns: how many slots are done with, and how `receive` is to end, if it is to.
  @inline(never)
  private func receiveLarge(
    from ring: PacketRing, at position: Int, into batch: inout PacketBatch, pool: inout PacketPool
  ) -> (taken: Int, outcome: ReceiveOutcome?) {
    var run = 1
    var next = ring.next(position)
    while run < batch.room, ring.content(next) == .elsewhere {
      run += 1
      next = ring.next(next)
    }
    let (expected, result) = takeMessages(run, into: &batch, from: &pool)
    guard expected > 0 else { return (0, .more) }
    switch result {
    case 0...: return (Int(result), nil)
    case -EINTR: return (0, nil)
    case -EINVAL: losses.addBadOffload()
    // Not in the queue, where the slot says it is.
    case -EAGAIN: losses.addQueueOverflows(1)
    default: return (0, .failed(-result))
    }
    return (1, nil)
  }

  private func receiveMessages(
    into batch: inout PacketBatch, from pool: inout PacketPool
  ) -> ReceiveOutcome {
    while !batch.isFull {
      let (expected, result) = takeMessages(
        min(window, batch.room), into: &batch, from: &pool)
      guard expected > 0 else { return .more }
      let received = max(0, Int(result))
      window = received == expected ? min(PacketBatch.capacity, window * 2) : max(4, received + 1)
      if result < 0 {
        switch -result {
        case EAGAIN: return .drained
        case EINTR: continue
        // A frame whose offload the header cannot express; the kernel has dropped it.
        case EINVAL: losses.addBadOffload()
        case let errno: return .failed(errno)
        }
      } else if received < expected {
        return .drained
      }
    }
    return .more
  }

  /// Receives up to `limit` messages, which is at most what the batch has room for.
  /// - Returns: for how many there were slots, and how many came, or the errno negated.
  private func takeMessages(
    _ limit: Int, into batch: inout PacketBatch, from pool: inout PacketPool
  ) -> (expected: Int, result: CInt) {
    var ready = InlineArray<32, Packet?>(repeating: nil)
    var expected = 0
    while expected < limit, let packet = pool.take() {
      packet.setLength(0)
      unsafe clinux_packet_expect(incoming, CInt(expected), packet.pointer, Packet.maximumLength)
      ready[expected] = packet
      expected += 1
    }
    guard expected > 0 else { return (0, 0) }
    let result = unsafe clinux_packet_receive(socket.rawValue, incoming, CInt(expected))
    for i in 0..<expected {
      guard let packet = ready[i] else { continue }
      if i < result, acceptMessage(i, in: packet) { batch.append(packet) } else { pool.give(packet) }
    }
    return (expected, result)
  }

  private func acceptMessage(_ index: Int, in packet: Packet) -> Bool {
    let frame = unsafe clinux_packet_received(incoming, CInt(index))
    guard frame.length >= 0 else {
      losses.addTooLong()
      return false
    }
    packet.setLength(frame.length)
    return accept(packet, frame)
  }

  /// Completes a packet that has the bytes of `frame`: tag and offload.
  @inline(__always)
  private func accept(_ packet: Packet, _ frame: clinux_received_frame) -> Bool {
    var offload = OffloadHeader(frame.header)
    if frame.tpid != 0 {
      guard packet.insertTag(tpid: frame.tpid, tci: frame.tci) else {
        losses.addTooLong()
        return false
      }
      offload.shift(by: 4)
    }
    guard packet.adopt(offload) else {
      losses.addBadOffload()
      return false
    }
    return true
  }

  // MARK: Sending

  /// How many of the frames from `start` on go to the queue of the first one, which the socket sends to from now on.
  /// Without the right to (CAP_NET_ADMIN) all go to the default queue.
  private func sameQueue(
    _ batch: borrowing PacketBatch, _ frames: InlineArray<32, Int>, from start: Int, to end: Int
  ) -> Int {
    let wanted = batch[frames[start]].priority
    if wanted != priority {
      _ = clinux_set_option(socket.rawValue, SOL_SOCKET, SO_PRIORITY, CInt(bitPattern: wanted))
      priority = wanted
    }
    var run = start + 1
    while run < end, batch[frames[run]].priority == wanted { run += 1 }
    return run - start
  }

  func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    // Frames that may not go are not handed over, so message and frame numbers differ.
    var frames = InlineArray<32, Int>(repeating: 0)
    var count = 0
    let mtu = mtu
    for i in 0..<batch.count {
      let packet = batch[i]
      guard packet.fits(mtu: mtu) else {
        report[i] = .tooLong
        continue
      }
      unsafe clinux_packet_put(
        outgoing, CInt(count), clinux_vnet_header(packet.offload), packet.pointer, packet.length,
        packet.headroom)
      frames[count] = i
      count += 1
    }

    var next = 0
    while next < count {
      let run = sameQueue(batch, frames, from: next, to: count)
      let result = unsafe clinux_packet_send(socket.rawValue, outgoing, CInt(next), CInt(run))
      if result > 0 {
        for sent in next..<(next + Int(result)) { report[frames[sent]] = .sent }
        next += Int(result)
      } else if result != -EINTR {
        // The kernel stops at the first frame that it does not take and names its error: the rest is tried
        // again, unless it would meet the same error.
        report[frames[next]] = TransmitOutcome(errno: -result)
        next += 1
        guard result == -EAGAIN || report[frames[next - 1]] == .down else { continue }
        for rest in next..<count { report[frames[rest]] = report[frames[next - 1]] }
        next = count
      }
    }
  }
}

extension Packet {
  /// Puts a VLAN tag behind the MAC addresses. `false` when the frame is too short or the slot full.
  func insertTag(tpid: UInt16, tci: UInt16) -> Bool {
    guard length >= 12, prepend(4) else { return false }
    var frame = mutableBytes
    let low = frame.load(UInt64.self, at: 4)
    let high = frame.load(UInt32.self, at: 12)
    frame.store(low, at: 0)
    frame.store(high, at: 8)
    frame.store(tpid, at: 12)
    frame.store(tci, at: 14)
    return true
  }
}
