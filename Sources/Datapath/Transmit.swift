import Bytes
import Pipeline
import Ports

/// Transmit queues: what leaves by a port during a batch goes to its device in one call.
extension PacketPath {
  /// Adds a copy to the queue of `port`.
  mutating func enqueue(_ packet: Packet, to port: PortIndex) {
    guard let slot = ports[port] else { return outcomes.dropped(packet.origin, .noSuchPort) }
    guard slot.hasExit else { return drop(packet, at: slot, .noDevice) }
    if !slot.isTouched {
      slot.isTouched = true
      slot.nextTouched = touched
      touched = port
    }
    if packet.reassembly.largestFragment != 0, sendInFragments(packet, by: slot) { return }
    if slot.offloads.takes(packet.offload) {
      append(packet, to: slot)
    } else {
      finish(packet, for: slot)
    }
  }

  /// Cuts a packet that came in fragments again. `false` when the port takes it whole.
  @inline(never)
  private mutating func sendInFragments(_ packet: Packet, by slot: PortSlot) -> Bool {
    guard let limit = slot.exit?.device.packetLimit, var fragmenter = Fragmenter(packet, limit: limit) else {
      return false
    }
    cut(packet, with: &fragmenter, for: slot)
    return true
  }

  private mutating func append(_ packet: Packet, to slot: PortSlot) {
    if slot.queue.isFull { flush(slot) }
    packet.holders += 1
    if outcomes.areCopies { slot.mirrored |= 1 << UInt32(slot.queue.count) }
    slot.queue.append(packet)
  }

  /// Does in software what the far end of the port cannot: cuts a GSO frame, finishes a checksum.
  private mutating func finish(_ packet: Packet, for slot: PortSlot) {
    guard packet.offload.isGSO else {
      guard let copy = pool.take() else { return drop(packet, at: slot, .noBuffer) }
      copy.copy(from: packet)
      copy.holders = 1
      if copy.finishChecksum() { append(copy, to: slot) } else { drop(packet, at: slot, .badOffloadHeader) }
      return release(copy)
    }
    guard var segmenter = Segmenter(packet) else { return drop(packet, at: slot, .badOffloadHeader) }
    cut(packet, with: &segmenter, for: slot)
  }

  private mutating func cut(_ packet: Packet, with cutter: inout some FrameCutter, for slot: PortSlot) {
    var progress = CutProgress.more
    while progress == .more {
      segments.removeAll()
      progress = cutter.next(into: &segments, from: &pool)
      if segments.isEmpty, progress == .more {
        // Nothing but the queues holds slots now.
        guard !slot.queue.isEmpty else { return drop(packet, at: slot, .noBuffer) }
        flush(slot)
      }
      for i in 0..<segments.count {
        let segment = segments[i]
        segment.origin = packet.origin
        segment.holders = 1
        append(segment, to: slot)
        release(segment)
      }
    }
  }

  /// A copy that should have left by the port did not.
  @inline(never)
  mutating func drop(_ packet: Packet, at slot: PortSlot, _ reason: DropReason) {
    slot.counters.droppedCopy(reason)
    slot.drops.append(
      ways.record(of: packet.origin, arrivals, reason: reason, ingress: source, isCopy: true, time: now))
    outcomes.dropped(packet.origin, reason)
  }

  /// Sends what waits in all queues.
  mutating func flushAll() {
    while let slot = ports[touched] {
      flush(slot)
      slot.isTouched = false
      touched = slot.nextTouched
    }
  }

  private mutating func flush(_ slot: PortSlot) {
    slot.exit?.transmit(slot.queue, report: &report)
    // A queue that is full is sent in the middle of a frame.
    let areCopies = outcomes.areCopies
    let mirrored = slot.mirrored
    for i in 0..<slot.queue.count {
      outcomes.areCopies = mirrored >> UInt32(i) & 1 != 0
      let packet = slot.queue[i]
      if let reason = DropReason(report[i]) {
        drop(packet, at: slot, reason)
      } else {
        slot.counters.sent(bytes: packet.length)
        outcomes.delivered(packet.origin)
      }
      release(packet)
    }
    slot.queue.removeAll()
    slot.mirrored = 0
    outcomes.areCopies = areCopies
  }
}

extension DropReason {
  /// The reason behind an outcome; `nil` for one that is none.
  init?(_ outcome: TransmitOutcome) {
    switch outcome {
    case .sent: return nil
    case .queueFull: self = .transmitQueueFull
    case .tooLong: self = .frameTooLong
    case .down: self = .portDown
    case .refused: self = .deviceRefused
    }
  }
}
