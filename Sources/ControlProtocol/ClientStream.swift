// Memory: a `sockaddr_un` and a 64 KiB buffer, both of one call; every length given to the kernel is the
// length of the array or structure behind the pointer, and no pointer outlives its call.
import Glibc
import Sys

/// One connection to a Unix socket of the daemon. It blocks its caller, but never longer than it was told.
public struct ClientStream: ~Copyable {
  private let socket: OwnedDescriptor
  private let path: String
  private var deadline: Deadline

  /// Connects.
  /// - Parameters:
  ///   - path: the socket, at most 107 bytes.
  ///   - timeoutSeconds: for everything that is done with it; 0 for no limit.
  public init(path: String, timeoutSeconds: Int) throws(ClientError) {
    let deadline = Deadline(seconds: timeoutSeconds)
    let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = Glibc.socket(AF_UNIX, CInt(type), 0)
    guard descriptor >= 0 else { throw .system(SysError(call: "socket", errno: errno)) }
    let socket = OwnedDescriptor(adopting: descriptor)
    try Self.connect(descriptor, to: path, before: deadline)
    self.socket = socket
    self.path = path
    self.deadline = deadline
  }

  /// Waits without a limit from now on.
  public mutating func removeDeadline() { deadline = Deadline(seconds: 0) }

  private static func connect(
    _ descriptor: CInt, to path: String, before deadline: Deadline
  ) throws(ClientError) {
    guard var address = address(of: path) else { throw .pathTooLong(path) }
    while true {
      let result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      if result == 0 { return }
      switch errno {
      // The daemon is busy and its queue of connections full: nothing says when there is room.
      case EAGAIN:
        guard deadline.remainingMilliseconds != 0 else { throw .timeout(path) }
        _ = poll(nil, 0, 10)
      case EINTR: continue
      case ENOENT, ECONNREFUSED: throw .notRunning(path)
      case EACCES: throw .notAllowed(path)
      default: throw .system(SysError(call: "connect", subject: path, errno: errno))
      }
    }
  }

  /// The next bytes that arrive, at least one.
  public func receive() throws(ClientError) -> ArraySlice<UInt8> {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(socket.rawValue, $0.baseAddress, $0.count, 0)
      }
      if count > 0 { return buffer[..<count] }
      if count == 0 { throw .closed(path) }
      try wait(for: Int16(POLLIN))
    }
  }

  public func send(_ bytes: [UInt8]) throws(ClientError) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { all in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
        return unsafe Glibc.send(socket.rawValue, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
      }
      if count >= 0 { sent += count } else { try wait(for: Int16(POLLOUT)) }
    }
  }

  /// After a call that failed: waits until it may succeed, or throws why it will not.
  private func wait(for events: Int16) throws(ClientError) {
    switch errno {
    case EINTR: return
    case EAGAIN: break
    case EPIPE, ECONNRESET: throw .closed(path)
    default: throw .system(SysError(call: "recv or send", subject: path, errno: errno))
    }
    var entry = pollfd(fd: socket.rawValue, events: events, revents: 0)
    let result = unsafe poll(&entry, 1, deadline.remainingMilliseconds)
    if result == 0 { throw .timeout(path) }
    if result < 0, errno != EINTR { throw .system(SysError(call: "poll", subject: path, errno: errno)) }
  }

  private static func address(of path: String) -> sockaddr_un? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard bytes.count < room.count, !bytes.contains(0) else { return false }
      unsafe room.copyBytes(from: bytes)
      return true
    }
    return fits ? address : nil
  }
}

/// A point in time, measured by the monotonic clock.
private struct Deadline {
  private let end: ContinuousClock.Instant?

  init(seconds: Int) { end = seconds == 0 ? nil : ContinuousClock.now.advanced(by: .seconds(seconds)) }

  /// For `poll`: rounded up, 0 when it has passed, -1 for no limit.
  var remainingMilliseconds: CInt {
    guard let end else { return -1 }
    let left = ContinuousClock.now.duration(to: end)
    return left <= .zero ? 0 : CInt(clamping: Int64(left / .milliseconds(1)) + 1)
  }
}
