// Memory: slots shared with the kernel, mapped by `create`, unmapped by whoever called it, once, by `unmap`, when no
// worker has the port any more. A slot whose content is a frame belongs to the worker until `release`, all others to
// the kernel. Positions are below `count`: `next` wraps. The kernel keeps frame and header inside their slot; the bytes
// in front of `data` hold the offload header.
import Bytes
import CLinux
import Glibc
import Sys

/// Received frames in memory that a packet socket shares with the kernel: none of them costs a system call, and the kernel
/// queues and frees nothing for them.
///
/// Slots are small, as frames of 64 KiB in them would take 128 MiB a port. A frame that does not fit waits whole in the
/// socket's queue instead, in the order of the slots that say so. TPACKET_V2: version 3 hands frames over in blocks, late.
@safe struct PacketRing {
  enum Content {
    case nothing
    case frame
    /// The frame is the next one in the socket's queue.
    case elsewhere
  }

  /// The longest frame that a slot holds, in bytes, its tag taken out: what the kernel's own header leaves of it.
  static var longestFrame: Int { Int(clinux_ring_slot_size) - 80 }
  /// 4 MiB: frames of 4 ms at 500,000 a second.
  private static var slotCount: UInt32 { 2048 }

  private let slots: UnsafeMutableRawPointer
  let count: Int

  /// Gives a socket that is not bound yet a ring.
  /// - Throws: `ENOMEM` when the kernel has no memory for it.
  static func create(on socket: CInt, subject: String) throws(SysError) -> PacketRing {
    try SysError.check(clinux_ring_create(socket, slotCount), call: "PACKET_RX_RING", subject: subject)
    guard let slots = unsafe clinux_ring_map(socket, slotCount) else {
      throw SysError(call: "mmap", subject: subject, errno: errno)
    }
    return unsafe PacketRing(slots: slots, count: Int(slotCount))
  }

  func unmap() { unsafe clinux_ring_unmap(slots, UInt32(count)) }

  @inline(__always)
  func next(_ position: Int) -> Int { position + 1 == count ? 0 : position + 1 }

  @inline(__always)
  private func slot(_ position: Int) -> UnsafeMutableRawPointer {
    unsafe slots + position * Int(clinux_ring_slot_size)
  }

  @inline(__always)
  func content(_ position: Int) -> Content {
    let status = unsafe clinux_ring_status(slot(position))
    guard clinux_ring_is_ready(status) else { return .nothing }
    return clinux_ring_is_elsewhere(status) ? .elsewhere : .frame
  }

  /// Whether there is a frame at `position`, in the slot or elsewhere.
  @inline(__always)
  func hasContent(_ position: Int) -> Bool { unsafe clinux_ring_is_ready(clinux_ring_status(slot(position))) }

  /// Copies the bytes of the frame at `position` into `packet`, and returns its length, header and tag. The length is
  /// negative, and nothing was copied, when the frame was cut off as the socket's queue was full.
  @inline(__always)
  func copyFrame(_ position: Int, to packet: Packet) -> clinux_received_frame {
    var data: UnsafeRawPointer? = nil
    let frame = unsafe clinux_ring_frame(slot(position), &data)
    if frame.length >= 0, let data = unsafe data {
      packet.setLength(frame.length)
      unsafe packet.pointer.copyMemory(from: data, byteCount: frame.length)
    }
    return frame
  }

  /// Gives the slot back to the kernel.
  @inline(__always)
  func release(_ position: Int) { unsafe clinux_ring_release(slot(position)) }
}
