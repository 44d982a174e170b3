// Memory: the kernel writes into slots of the pool, `Packet.maximumLength` bytes at most, which every slot has, and reads
// from packets of the batch; both only during a call.
public import Bytes
import CLinux
import Glibc
public import Sys

/// Unix datagrams, each a frame: what QEMU's `-netdev dgram` speaks. A virtual machine is attached without root and
/// without a TAP device.
///
/// There is no connection: the port is up as soon as its socket is there, and what nobody takes is dropped.
public final class DatagramPort: Port, PortQueue {
  public static var typeName: String { "dgram" }

  private let socket: OwnedDescriptor
  private let local: UnixAddress
  private let remote: UnixAddress
  private let losses = LossCounters()

  /// - Parameters:
  ///   - local: where the port's socket is made, which belongs to `owner`.
  ///   - remote: where frames are sent.
  /// - Throws: `EADDRINUSE` when somebody uses `local`, otherwise what the system said.
  public static func open(local: String, remote: String, owner: UInt32?) throws(SysError) -> DatagramPort {
    let local = try UnixAddress(local)
    let remote = try UnixAddress(remote)
    let socket = try UnixSocket.bound(.datagram, to: local, owner: owner)
    return DatagramPort(socket, local: local, remote: remote)
  }

  private init(
    _ socket: consuming OwnedDescriptor, local: consuming UnixAddress, remote: consuming UnixAddress
  ) {
    self.socket = socket
    self.local = local
    self.remote = remote
  }

  deinit { ProcessSettings.removeFile(local.path) }

  public var descriptor: CInt? { socket.rawValue }
  public var hasInput: Bool { false }
  public var offloads: PortOffloads { [] }
  public var receiveLosses: ReceiveLosses { losses.losses }
  public var takesSeveralSenders: Bool { true }

  public func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome {
    while !batch.isFull {
      guard let packet = pool.take() else { return .more }
      packet.setLength(0)
      let length = unsafe clinux_unix_receive(socket.rawValue, packet.pointer, Packet.maximumLength)
      guard length >= 0, length <= Packet.maximumLength else {
        pool.give(packet)
        switch CInt(-length) {
        case EAGAIN: return .drained
        case EINTR: continue
        case let errno where errno > 0: return .failed(errno)
        default: losses.addTooLong()
        }
        continue
      }
      packet.setLength(length)
      packet.offload = OffloadHeader()
      batch.append(packet)
    }
    return .more
  }

  public func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport) {
    for i in 0..<batch.count { report[i] = send(batch[i]) }
  }

  private func send(_ packet: Packet) -> TransmitOutcome {
    guard packet.length >= Packet.ethernetLength else { return .refused }
    while true {
      let sent = unsafe clinux_unix_send_to(socket.rawValue, remote.address, packet.pointer, packet.length)
      if sent >= 0 { return .sent }
      switch CInt(-sent) {
      case EINTR: continue
      case ENOENT, ECONNREFUSED, ECONNRESET, EACCES, EPERM, EPROTOTYPE, EPIPE: return .down
      case let errno: return TransmitOutcome(errno: errno)
      }
    }
  }
}

extension PortType {
  static let dgram = PortType(
    DatagramPort.self,
    "a virtual machine by QEMU's -netdev dgram: Unix datagrams, no TAP device, no offloads",
    hasLink: false,
    options: [
      PortOption("local", "PATH", "the port's socket, QEMU's remote.path; must be given", isRequired: true),
      PortOption("remote", "PATH", "where frames go, QEMU's local.path; must be given", isRequired: true),
      .socketOwner,
    ]
  ) { (_, values) throws(PortError) in
    let local = try values.path("local")
    let remote = try values.path("remote")
    let owner = try values.userID("owner")
    return try opening { () throws(SysError) in
      try DatagramPort.open(local: local, remote: remote, owner: owner)
    }
  }
}
