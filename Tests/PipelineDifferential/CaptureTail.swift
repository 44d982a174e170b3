// Reads through a descriptor that lives as long as the object, into buffers whose length is given to each call.
import Glibc

/// The end of a capture file that another program writes: what was added since it was last looked at. Every packet is
/// flushed when it is written.
final class CaptureTail {
  private let descriptor: CInt
  private var buffer: [UInt8] = []
  private let path: String

  init(path: String) throws {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw OracleFault("\(path) cannot be opened") }
    // The file's own header, 24 bytes. All of it may not be there yet.
    while fill() < 24 { usleep(1000) }
    buffer.removeFirst(24)
  }

  deinit { close(descriptor) }

  /// Bytes that wait.
  private func fill() -> Int {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return buffer.count }
      buffer += block[..<count]
    }
  }

  /// The frames that were added since the last call.
  func take() throws -> [[UInt8]] {
    _ = fill()
    var frames: [[UInt8]] = []
    var start = 0
    while buffer.count - start >= 16 {
      // Seconds, microseconds, bytes in the file, bytes of the frame: 4 bytes each in the order of this machine.
      let count = (0..<4).reduce(0) { $0 | Int(buffer[start + 8 + $1]) << (8 * $1) }
      guard buffer.count - start - 16 >= count else { break }
      frames.append(Array(buffer[(start + 16)..<(start + 16 + count)]))
      start += 16 + count
    }
    buffer.removeFirst(start)
    guard buffer.isEmpty else { throw OracleFault("\(path) ends within a frame") }
    return frames
  }
}
