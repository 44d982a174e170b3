// Memory: a 64 KiB buffer of this call, whose length the kernel is told.
import Glibc

/// A file that a command names, read by the client.
public enum InputFile {
  /// The text of the file at `path`; `-` is standard input.
  public static func text(path: String, maximumBytes: Int) throws(MessageError) -> String {
    let bytes = try bytes(path: path, maximumBytes: maximumBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw MessageError(message: "\(path): not a text in UTF-8")
    }
    return text
  }

  /// What the file at `path` holds; `-` is standard input.
  public static func bytes(path: String, maximumBytes: Int) throws(MessageError) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw MessageError(message: "\(path): \(reason(errno))") }
    defer { if path != "-" { _ = close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw MessageError(message: "\(path): \(reason(errno))") }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer[..<count])
      guard bytes.count <= maximumBytes else {
        throw MessageError(message: "\(path): longer than \(maximumBytes) bytes")
      }
    }
    return bytes
  }

  /// Whether there is anything at `path`.
  public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  private static func reason(_ errno: CInt) -> String {
    switch errno {
    case ENOENT: "no such file"
    case EACCES: "permission denied"
    case EISDIR: "is a directory"
    default: "cannot be read (errno \(errno))"
    }
  }
}
