// Memory: names are passed to the kernel for the time of a call.
import CLinux
import Glibc

/// Settings of a network device of the namespace that the calling thread is in.
public struct Link: ~Copyable, Sendable {
  public let name: String
  private let socket: OwnedDescriptor

  /// The device called `name`; that it exists shows at the first call.
  public init(_ name: String) throws(SysError) {
    self.name = name
    socket = try OwnedDescriptor(
      clinux_socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0), call: "socket", subject: name)
  }

  /// The kernel's number for the device.
  public func index() throws(SysError) -> Int32 {
    try SysError.check(
      unsafe clinux_link_index(socket.rawValue, name), call: "SIOCGIFINDEX", subject: name)
  }

  /// The longest IP packet, in bytes; the Ethernet header and tags come on top.
  public func mtu() throws(SysError) -> Int {
    Int(try SysError.check(unsafe clinux_link_mtu(socket.rawValue, name), call: "SIOCGIFMTU", subject: name))
  }

  public func setMTU(_ mtu: Int) throws(SysError) {
    try SysError.check(
      unsafe clinux_link_set_mtu(socket.rawValue, name, CInt(clamping: mtu)), call: "SIOCSIFMTU",
      subject: name)
  }

  /// The MAC address in the low 48 bits, first byte highest.
  public func macAddress() throws(SysError) -> UInt64 {
    let mac = unsafe clinux_link_mac(socket.rawValue, name)
    guard mac >= 0 else { throw SysError(call: "SIOCGIFHWADDR", subject: name, errno: CInt(-mac)) }
    return UInt64(mac)
  }

  /// Sets the MAC address, given as `macAddress()` returns it.
  public func setMACAddress(_ mac: UInt64) throws(SysError) {
    try SysError.check(
      unsafe clinux_link_set_mac(socket.rawValue, name, mac), call: "SIOCSIFHWADDR", subject: name)
  }

  /// Whether the device was brought up. Says nothing about a carrier.
  public func isUp() throws(SysError) -> Bool {
    let flags = try SysError.check(
      unsafe clinux_link_flags(socket.rawValue, name), call: "SIOCGIFFLAGS", subject: name)
    return flags & CInt(IFF_UP) != 0
  }

  /// Brings the device up or down.
  public func setUp(_ up: Bool) throws(SysError) {
    try SysError.check(
      unsafe clinux_link_set_up(socket.rawValue, name, up ? 1 : 0), call: "SIOCSIFFLAGS", subject: name)
  }
}
