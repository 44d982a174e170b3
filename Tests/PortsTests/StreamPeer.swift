// Memory: buffers of Swift arrays are passed to C for the time of a call.
import CLinux
import Glibc
import Sys

/// A program at the other end of a Unix stream, as QEMU is: it says bytes and hears frames.
final class StreamPeer {
  private let socket: OwnedDescriptor
  private var received: [UInt8] = []

  /// Connects to whoever listens at `path`.
  init(connectingTo path: String) throws {
    socket = try UnixSocket.connected(to: UnixAddress(path))
  }

  /// Takes the next one who connects to `listener`.
  init(acceptedFrom listener: borrowing OwnedDescriptor) throws {
    socket = try UnixSocket.accept(from: listener.rawValue)
  }

  /// Bytes as they go over the stream: `frames`, each behind its length.
  static func stream(_ frames: [[UInt8]]) -> [UInt8] {
    frames.flatMap { frame in
      (0..<4).reversed().map { UInt8(truncatingIfNeeded: frame.count >> (8 * $0)) } + frame
    }
  }

  /// Ends the connection; nothing may be said any more.
  func close() { shutdown(socket.rawValue, CInt(SHUT_RDWR)) }

  /// `false` when the stream has no room for all of them, or is closed.
  @discardableResult
  func say(_ bytes: [UInt8]) -> Bool {
    unsafe clinux_stream_send_rest(socket.rawValue, bytes, bytes.count) == bytes.count
  }

  /// The frames that have come; stops at the first one that is not whole.
  func hear() -> [[UInt8]] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe clinux_stream_receive(socket.rawValue, &buffer, buffer.count)
      guard count > 0 else { break }
      received += buffer[0..<count]
    }
    var frames: [[UInt8]] = []
    while received.count >= 4 {
      let length = received[0..<4].reduce(0) { $0 << 8 | Int($1) }
      guard received.count >= 4 + length else { break }
      frames.append(Array(received[4..<(4 + length)]))
      received.removeFirst(4 + length)
    }
    return frames
  }

  /// Bytes that have come and are no whole frame.
  var leftover: Int { received.count }
}
