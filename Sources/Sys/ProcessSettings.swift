// Memory: a path and a `rlimit` of this call; a directory's listing until it is closed, each of its entries until the
// next one is read.
import Glibc

/// Settings of the whole process, made once at its start.
public enum ProcessSettings {
  /// As many open files as the system allows: each connection and each device is one. What is refused stays.
  public static func raiseFileLimit() {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// A peer that is gone is an error of the call, not the end of the process.
  public static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Files and sockets that the process makes have none of the permissions in `mask`.
  public static func setFileMask(_ mask: UInt32) { _ = umask(mask) }

  /// Sets the permissions of a file or socket.
  public static func setPermissions(_ permissions: UInt32, of path: String) throws(SysError) {
    guard unsafe chmod(path, permissions) != 0 else { return }
    throw SysError(call: "chmod", subject: path, errno: errno)
  }

  /// Makes a directory; one that exists is left as it is.
  public static func makeDirectory(_ path: String, permissions: UInt32) throws(SysError) {
    guard unsafe mkdir(path, permissions) != 0, errno != EEXIST else { return }
    throw SysError(call: "mkdir", subject: path, errno: errno)
  }

  /// Removes the files and sockets of a directory whose names end with `suffix`.
  public static func removeFiles(in directory: String, suffix: String) {
    guard let listing = unsafe opendir(directory) else { return }
    defer { unsafe closedir(listing) }
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(suffix) { removeFile("\(directory)/\(name)") }
    }
  }

  /// Removes a file or socket; one that does not exist is no error.
  public static func removeFile(_ path: String) { _ = unsafe unlink(path) }
}
