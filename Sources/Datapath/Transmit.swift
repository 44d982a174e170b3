import Bytes
import Pipeline
import Ports

/// Transmit queues: what leaves by a port during a batch goes to its device in one call.
extension PacketPath {
  /// Adds a copy to the queue of `port`.
  mutating func enqueue(_ packet: Packet, to port: PortIndex) {
    guard let slot = ports[port] else { return outcomes.dropped(packet.origin, .noSuchPort) }
    guard slot.hasDevice else {
      slot.counters.droppedCopy(.noDevice)
      return outcomes.dropped(packet.origin, .noDevice)
    }
    if slot.queue.isFull { flush(slot) }
    packet.holders += 1
    slot.queue.append(packet)
    if !slot.isTouched {
      slot.isTouched = true
      touched.append(port)
    }
  }

  /// Sends what waits in all queues.
  mutating func flushAll() {
    for i in touched.indices {
      guard let slot = ports[touched[i]] else { continue }
      flush(slot)
      slot.isTouched = false
    }
    touched.removeAll(keepingCapacity: true)
  }

  private mutating func flush(_ slot: PortSlot) {
    slot.device?.transmit(slot.queue, report: &report)
    for i in 0..<slot.queue.count {
      let packet = slot.queue[i]
      if let reason = DropReason(report[i]) {
        slot.counters.droppedCopy(reason)
        outcomes.dropped(packet.origin, reason)
      } else {
        slot.counters.sent(bytes: packet.length)
        outcomes.delivered(packet.origin)
      }
      release(packet)
    }
    slot.queue.removeAll()
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
