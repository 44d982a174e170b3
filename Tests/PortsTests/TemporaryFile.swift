// Memory: buffers of Swift arrays are passed to C for the time of a call.
import Glibc

/// A file of one test, removed when the test ends.
struct TemporaryFile: ~Copyable {
  let path: String

  /// A file that does not exist yet, or one that holds `bytes`.
  init(_ name: String, _ bytes: [UInt8]? = nil) {
    path = "/tmp/apusp-\(getpid())-\(name)"
    guard let bytes, let file = unsafe fopen(path, "wb") else { return }
    _ = unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
  }

  deinit { unsafe unlink(path) }
}
