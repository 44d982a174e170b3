import CLinux
import Sys

/// Packet sockets of one device among which the kernel divides the frames up.
///
/// A socket gets all frames between `bind` and the call that makes it one of the group, which would come in twice; a
/// filter keeps them out for that time.
struct PacketFanout {
  /// The kernel's number of the group; `nil` before the first socket.
  private var number: UInt16?

  /// Binds a socket as one more of the group.
  mutating func bind(_ socket: CInt, to index: CInt, subject: String) throws(SysError) {
    try SysError.check(clinux_packet_refuse_all(socket), call: "SO_ATTACH_FILTER", subject: subject)
    try SysError.check(clinux_packet_bind(socket, index), call: "bind", subject: subject)
    let result = try SysError.check(
      clinux_packet_fan_out(socket, number.map(CInt.init) ?? -1), call: "PACKET_FANOUT", subject: subject)
    number = UInt16(truncatingIfNeeded: result)
    try SysError.check(clinux_packet_refuse_none(socket), call: "SO_DETACH_FILTER", subject: subject)
  }
}
