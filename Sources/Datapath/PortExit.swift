import Bytes
import Ports
import Synchronization
import Sys

/// Where a worker sends what is to leave by a port: the port's device, and that queue of it which the worker uses.
///
/// A port with as many queues as there are workers gives each its own. Otherwise several workers have the same exit, and
/// one lock, taken once a batch, keeps them apart, unless the queue itself takes several senders. It is a spin lock, as it
/// is held for the time of one call of `transmit`, which never waits; who finds it held for long lets others run, since
/// the holder may have lost its processor.
final class PortExit: Sendable {
  let device: any Port
  private let queue: any PortQueue
  private let isGuarded: Bool
  private let isHeld = Atomic(false)

  /// - Parameter senders: how many workers have it.
  init(_ queue: any PortQueue, of device: any Port, senders: Int) {
    self.device = device
    self.queue = queue
    isGuarded = senders > 1 && !queue.takesSeveralSenders
  }

  /// The exits of a device, in the order of the workers that have them.
  static func all(of device: any Port, workers: Int) -> [PortExit] {
    let queues = device.queues
    let exits = queues.enumerated().map { number, queue in
      PortExit(queue, of: device, senders: (workers - number + queues.count - 1) / queues.count)
    }
    return (0..<workers).map { exits[$0 % exits.count] }
  }

  func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    guard isGuarded else { return queue.transmit(batch, report: &report) }
    acquire()
    queue.transmit(batch, report: &report)
    isHeld.store(false, ordering: .releasing)
  }

  private func acquire() {
    var looks = 0
    while isHeld.load(ordering: .relaxed) || isHeld.exchange(true, ordering: .acquiring) {
      looks += 1
      if looks & 0xff == 0 { Thread.yield() }
    }
  }
}
