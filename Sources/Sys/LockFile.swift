// Memory: a path and a short text, passed to the kernel for the time of a call.
import Glibc

/// A file that holds the process ID of the one process that runs, and is locked while it lives: however it
/// ends, the kernel takes the lock away.
public struct LockFile: ~Copyable, Sendable {
  private let descriptor: OwnedDescriptor

  /// Takes the lock. The file stays when it is given up: removing it could leave two processes with a lock
  /// each, one on the old file and one on the new.
  ///
  /// - Throws: `EWOULDBLOCK` when another process has it.
  public init(path: String) throws(SysError) {
    let result = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    let descriptor = try OwnedDescriptor(result < 0 ? -errno : result, call: "open", subject: path)
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      throw SysError(call: "flock", subject: path, errno: errno)
    }
    var text = "\(getpid())\n"
    let written = text.withUTF8 { bytes -> Bool in
      guard ftruncate(descriptor.rawValue, 0) == 0 else { return false }
      return unsafe pwrite(descriptor.rawValue, bytes.baseAddress, bytes.count, 0) == bytes.count
    }
    guard written else { throw SysError(call: "write", subject: path, errno: errno) }
    self.descriptor = descriptor
  }

  /// With this error `init` says that another process has the lock.
  public static var heldErrno: CInt { EWOULDBLOCK }

  /// Whether `error` says that another process has the lock.
  public static func isHeld(_ error: SysError) -> Bool { error.call == "flock" && error.errno == heldErrno }
}
