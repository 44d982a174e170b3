// Memory: `strerror_r` writes into a buffer of this call, whose length it is told.
import Glibc

/// A system call that the kernel refused: which, on what, why, and what may help.
public struct SysError: Error, Hashable, Sendable {
  /// The call or the ioctl, as its manual page names it.
  public var call: String
  /// What it was for: a device, a path. Empty when there is nothing to name.
  public var subject: String
  public var errno: CInt
  /// What may help, from whoever has looked closer; `nil` when call and errno say it.
  public var advice: String?

  public init(call: String, subject: String = "", errno: CInt, advice: String? = nil) {
    self.call = call
    self.subject = subject
    self.errno = errno
    self.advice = advice
  }

  /// `result` when it is not negative; otherwise throws it as the errno negated.
  @discardableResult
  public static func check(_ result: CInt, call: StaticString, subject: String = "") throws(SysError) -> CInt
  {
    guard result < 0 else { return result }
    throw SysError(call: String(describing: call), subject: subject, errno: -result)
  }
}

extension SysError: CustomStringConvertible {
  /// `tap0: TUNSETIFF failed: Operation not permitted (needs CAP_NET_ADMIN)`
  public var description: String {
    let head = subject.isEmpty ? "\(call) failed" : "\(subject): \(call) failed"
    let tail = remedy.map { " (\($0))" } ?? ""
    return "\(head): \(SysError.text(of: errno))\(tail)"
  }

  /// What whoever runs the switch can do about it.
  var remedy: String? {
    if let advice { return advice }
    return switch (call, errno) {
    case ("socket(AF_PACKET)", EPERM): "needs CAP_NET_RAW"
    case ("setns", EPERM): "needs CAP_SYS_ADMIN"
    case (_, EPERM) where call.hasPrefix("TUN") || call.hasPrefix("SIOCS") || call.hasPrefix("RTM_"):
      "needs CAP_NET_ADMIN"
    case ("open", let errno) where subject == "/dev/net/tun" && [ENOENT, ENODEV, ENXIO].contains(errno):
      "load the kernel module tun: 'modprobe tun'"
    case ("open", EACCES) where subject == "/dev/net/tun": "needs read and write access to /dev/net/tun"
    case ("open", ENOENT) where subject.hasPrefix("/run/netns/"): "'ip netns list' shows the namespaces"
    case ("open", ENOENT) where subject.hasPrefix("/proc/"): "no such process"
    case ("TUNSETVNETHDRSZ", EINVAL):
      "this kernel does not put a virtio header of 12 bytes (IFF_VNET_HDR) in front of frames"
    case ("TUNSETOFFLOAD", EINVAL):
      "the device does not take unfinished checksums and TCP segments (TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6)"
    case (_, EINVAL) where call == "PACKET_FANOUT":
      "this kernel lacks PACKET_FANOUT_FLAG_IGNORE_OUTGOING, which came with Linux 5.17; use options:n_rxq=1"
    case (_, ENAMETOOLONG) where call != "open": "a device name has 1 to 15 bytes"
    case (_, ENODEV): "'ip link' shows those that are there"
    case ("SIOCSIFMTU", EINVAL), ("SIOCSIFMTU", ERANGE): "the device does not take this MTU"
    case ("SIOCSIFHWADDR", EADDRNOTAVAIL): "not a unicast MAC address"
    case ("pthread_create", EINVAL): "the processor does not exist or is not allowed"
    case (_, EMFILE): "raise the limit of open files, 'ulimit -n'"
    default: remedyOfXDP
    }
  }

  /// The C library's words for an errno.
  public static func text(of errno: CInt) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let start = buffer.baseAddress else { return "error \(errno)" }
      guard unsafe strerror_r(errno, start, buffer.count) == 0 else { return "error \(errno)" }
      return unsafe String(cString: start)
    }
  }
}
