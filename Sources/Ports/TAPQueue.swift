// Memory: the kernel writes into slots of the pool and reads from packets of the batch, both only during a
// call. `clinux_read_frame` is given `Packet.maximumLength`, which every slot has, and a byte more, behind `pointer`
// after `setLength`, and its header goes into the headroom of 128 bytes; `clinux_write_frame` is given the packet's
// own length and headroom. What is in the headroom belongs to nobody, even while several queues hold a frame.
import Bytes
import CLinux
import Glibc
import Sys
import Synchronization

/// One queue of a TAP or TUN device, a descriptor of its own: one read and one write for a frame, non-blocking, with the
/// header in the frame's headroom.
///
/// The kernel checks neither the MTU nor what a program writes, so this type does.
final class TAPQueue: PortQueue {
  let device: OwnedDescriptor
  private let losses = LossCounters()
  private let currentMTU = Atomic<Int>(0)
  private let packetType: PortPacketType

  init(_ device: consuming OwnedDescriptor, packetType: PortPacketType) {
    self.device = device
    self.packetType = packetType
  }

  var descriptor: CInt? { device.rawValue }
  var hasInput: Bool { false }
  /// Nothing is kept between two frames that are written.
  var takesSeveralSenders: Bool { true }
  var receiveLosses: ReceiveLosses { losses.losses }

  /// The longest IP packet that `transmit` lets through, in bytes.
  var mtu: Int {
    get { currentMTU.load(ordering: .relaxed) }
    set { currentMTU.store(newValue, ordering: .relaxed) }
  }

  func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    let prefix = packetType == .ethernet ? 0 : Packet.ethernetLength
    while !batch.isFull {
      guard let packet = pool.take() else { return .more }
      packet.setLength(0)
      let frame = unsafe packet.pointer + prefix
      let length = unsafe clinux_read_frame(device.rawValue, frame, Packet.maximumLength - prefix)
      if length < 0 {
        pool.give(packet)
        switch CInt(-length) {
        case EAGAIN: return .drained
        case EINTR: continue
        case EMSGSIZE: losses.addTooLong()
        case let errno: return .failed(errno)
        }
        continue
      }
      packet.setLength(length + prefix)
      var offload = unsafe OffloadHeader(clinux_read_header(frame))
      if prefix != 0 {
        packet.announcePacket()
        offload.shift(by: prefix)
      }
      guard packet.adopt(offload) else {
        losses.addBadOffload()
        pool.give(packet)
        continue
      }
      batch.append(packet)
    }
    return .more
  }

  func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    let mtu = mtu
    for i in 0..<batch.count { report[i] = write(batch[i], mtu: mtu) }
  }

  private func write(_ packet: Packet, mtu: Int) -> TransmitOutcome {
    guard packet.fits(mtu: mtu) else { return .tooLong }
    var offload = packet.offload
    var prefix = 0
    if packetType != .ethernet {
      guard let start = packet.packetStart else { return .refused }
      prefix = start
      offload.shift(by: -start)
    }
    let header = clinux_vnet_header(offload)
    while true {
      let written = unsafe clinux_write_frame(
        device.rawValue, header, packet.pointer + prefix, packet.length - prefix, packet.headroom + prefix)
      if written >= 0 { return .sent }
      if CInt(-written) != EINTR { return TransmitOutcome(errno: CInt(-written)) }
    }
  }
}
