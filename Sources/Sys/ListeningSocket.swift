// Memory: a `sockaddr_un` of this call, whose length the kernel is told.
import CLinux
import Glibc

/// A Unix socket that others can connect to as soon as the call has returned: what comes before anybody accepts
/// waits in the kernel's queue.
public enum ListeningSocket {
  /// Makes the socket at `path`, in place of one that is there, and returns its descriptor, which does not block
  /// and is the caller's.
  public static func open(
    path: String, permissions: UInt32, backlog: CInt
  ) throws(SysError) -> CInt {
    let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = Glibc.socket(AF_UNIX, CInt(type), 0)
    guard descriptor >= 0 else { throw SysError(call: "socket", subject: path, errno: errno) }
    do throws(SysError) {
      try bind(descriptor, to: path)
      try ProcessSettings.setPermissions(permissions, of: path)
      guard listen(descriptor, backlog) == 0 else {
        throw SysError(call: "listen", subject: path, errno: errno)
      }
      return descriptor
    } catch {
      _ = close(descriptor)
      throw error
    }
  }

  private static func bind(_ descriptor: CInt, to path: String) throws(SysError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard bytes.count < room.count, !bytes.contains(0) else { return false }
      unsafe room.copyBytes(from: bytes)
      return true
    }
    guard fits else { throw SysError(call: "bind", subject: path, errno: ENAMETOOLONG) }
    ProcessSettings.removeFile(path)
    let isBound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe Glibc.bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound else { throw SysError(call: "bind", subject: path, errno: errno) }
  }
}
