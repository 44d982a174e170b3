// Memory: a 16 KiB buffer of this call, whose length the kernel is told.
import Glibc

/// A file that is read whole, for its content is short: a key, a certificate.
public enum SmallFile {
  public static var maximumByteCount: Int { 1 << 20 }

  /// The content of the file at `path`; EFBIG when there is more than `maximumByteCount` of it.
  public static func bytes(path: String) throws(SysError) -> [UInt8] {
    // A pipe would be waited for.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SysError(call: "open", subject: path, errno: errno) }
    defer { _ = close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SysError(call: "read", subject: path, errno: errno) }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: buffer[..<count])
      guard bytes.count <= maximumByteCount else { throw SysError(call: "read", subject: path, errno: EFBIG) }
    }
  }
}
