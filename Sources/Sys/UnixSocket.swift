// Memory: `address` is made by `init`, freed by `deinit` and read by the kernel during calls.
public import CLinux
import Glibc

/// Where a Unix socket is, or is to be.
@safe public struct UnixAddress: ~Copyable, @unchecked Sendable {
  public let path: String
  /// Never written after `init`.
  @unsafe public let address: UnsafePointer<sockaddr_un>

  /// - Throws: `ENAMETOOLONG` for a path that is empty or has more than 107 bytes.
  public init(_ path: String) throws(SysError) {
    let address = UnsafeMutablePointer<sockaddr_un>.allocate(capacity: 1)
    unsafe address.initialize(to: sockaddr_un())
    let result = unsafe clinux_unix_address(address, path)
    guard result == 0, !path.utf8.contains(0) else {
      unsafe address.deallocate()
      throw SysError(call: "sockaddr_un", subject: path, errno: ENAMETOOLONG)
    }
    self.path = path
    unsafe self.address = UnsafePointer(address)
  }

  deinit { unsafe address.deallocate() }
}

/// Unix sockets that do not block.
public enum UnixSocket {
  public enum Kind: Sendable {
    case stream
    case datagram
    /// A connection of messages, each of which comes whole.
    case messages

    fileprivate var type: CInt {
      switch self {
      case .stream: CInt(SOCK_STREAM.rawValue)
      case .datagram: CInt(SOCK_DGRAM.rawValue)
      case .messages: CInt(SOCK_SEQPACKET.rawValue)
      }
    }
  }

  /// A socket without an address.
  public static func make(_ kind: Kind) throws(SysError) -> OwnedDescriptor {
    try OwnedDescriptor(clinux_unix_socket(kind.type), call: "socket(AF_UNIX)")
  }

  /// A socket at `address`, which belongs to `owner` and is for nobody else unless `permissions` say so. What a program that
  /// is gone has left there makes room; a file, or a socket that somebody uses, does not. Unless it is for datagrams
  /// others can connect as soon as the call has returned: up to `backlog` wait in the kernel's queue until somebody accepts.
  ///
  /// - Throws: `EADDRINUSE` in that case, otherwise what the system said.
  public static func bound(
    _ kind: Kind, to address: borrowing UnixAddress, owner: UInt32?, permissions: UInt32 = 0o600,
    backlog: CInt = 8
  ) throws(SysError) -> OwnedDescriptor {
    try removeStale(kind, at: address)
    let socket = try make(kind)
    try SysError.check(
      unsafe clinux_unix_bind(socket.rawValue, address.address), call: "bind", subject: address.path)
    do throws(SysError) {
      try ProcessSettings.setPermissions(permissions, of: address.path)
      if let owner, unsafe chown(address.path, owner, gid_t.max) != 0 {
        throw SysError(call: "chown", subject: address.path, errno: errno)
      }
      if kind != .datagram, listen(socket.rawValue, backlog) != 0 {
        throw SysError(call: "listen", subject: address.path, errno: errno)
      }
    } catch {
      ProcessSettings.removeFile(address.path)
      throw error
    }
    return socket
  }

  /// A stream, or a connection of another kind, to whoever listens at `address`.
  ///
  /// - Throws: `ECONNREFUSED` or `ENOENT` when nobody does.
  public static func connected(
    _ kind: Kind = .stream, to address: borrowing UnixAddress
  ) throws(SysError) -> OwnedDescriptor {
    let socket = try make(kind)
    try SysError.check(
      unsafe clinux_unix_connect(socket.rawValue, address.address), call: "connect", subject: address.path)
    return socket
  }

  /// Whoever has waited longest to be connected to `listener`.
  ///
  /// - Throws: `EAGAIN` when nobody waits.
  public static func accept(from listener: CInt) throws(SysError) -> OwnedDescriptor {
    try OwnedDescriptor(clinux_unix_accept(listener), call: "accept")
  }

  private static func removeStale(_ kind: Kind, at address: borrowing UnixAddress) throws(SysError) {
    var status = stat()
    guard unsafe lstat(address.path, &status) == 0 else { return }
    let probe = try make(kind)
    let result = unsafe clinux_unix_connect(probe.rawValue, address.address)
    guard status.st_mode & S_IFMT == S_IFSOCK, result == -ECONNREFUSED else {
      throw SysError(call: "bind", subject: address.path, errno: EADDRINUSE)
    }
    ProcessSettings.removeFile(address.path)
  }
}
