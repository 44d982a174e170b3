// Memory: a socket address and a 64 KiB buffer, both of one call; every length given to the kernel is the
// length of the array or structure behind the pointer, and no pointer outlives its call.
import Glibc
import Sys

/// One connection to a socket of the daemon, or over TCP to a switch. It blocks its caller, but never longer than
/// it was told.
public struct ClientStream: ~Copyable {
  private let socket: OwnedDescriptor
  /// What errors call the other side: the socket's path, or address and port.
  private let path: String
  private var deadline: Deadline

  /// Connects to a Unix socket.
  /// - Parameters:
  ///   - path: the socket, at most 107 bytes.
  ///   - timeoutSeconds: for everything that is done with it; 0 for no limit.
  public init(path: String, timeoutSeconds: Int) throws(ClientError) {
    let deadline = Deadline(seconds: timeoutSeconds)
    guard var address = Self.address(of: path) else { throw .pathTooLong(path) }
    let socket = try Self.newSocket(AF_UNIX)
    try Self.connect(socket.rawValue, to: &address, named: path, before: deadline)
    self.socket = socket
    self.path = path
    self.deadline = deadline
  }

  /// Connects over TCP.
  /// - Parameters:
  ///   - address: of IPv4 or IPv6, in its usual form and without brackets.
  ///   - timeoutSeconds: for everything that is done with it; 0 for no limit.
  public init(address: String, port: UInt16, timeoutSeconds: Int) throws(ClientError) {
    let deadline = Deadline(seconds: timeoutSeconds)
    let name = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    let socket = try Self.connected(to: address, port: port, named: name, before: deadline)
    var isOn: CInt = 1
    _ = unsafe setsockopt(
      socket.rawValue, CInt(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<CInt>.size))
    self.socket = socket
    path = name
    self.deadline = deadline
  }

  /// Waits without a limit from now on.
  public mutating func removeDeadline() { deadline = Deadline(seconds: 0) }

  /// Gives everything from now on that many seconds more; 0 for no limit.
  public mutating func restartDeadline(seconds: Int) { deadline = Deadline(seconds: seconds) }

  private static func connected(
    to text: String, port: UInt16, named name: String, before deadline: Deadline
  ) throws(ClientError) -> OwnedDescriptor {
    if var address = ipv4(text, port: port) {
      let socket = try newSocket(AF_INET)
      try connect(socket.rawValue, to: &address, named: name, before: deadline)
      return socket
    }
    guard var address = ipv6(text, port: port) else { throw .badAddress(text) }
    let socket = try newSocket(AF_INET6)
    try connect(socket.rawValue, to: &address, named: name, before: deadline)
    return socket
  }

  private static func newSocket(_ family: CInt) throws(ClientError) -> OwnedDescriptor {
    let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = Glibc.socket(family, CInt(type), 0)
    guard descriptor >= 0 else { throw .system(SysError(call: "socket", errno: errno)) }
    return OwnedDescriptor(adopting: descriptor)
  }

  private static func connect<Address>(
    _ descriptor: CInt, to address: inout Address, named path: String, before deadline: Deadline
  ) throws(ClientError) {
    while true {
      let result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<Address>.size))
        }
      }
      if result == 0 || errno == EISCONN { return }
      switch errno {
      // The daemon is busy and its queue of connections full: nothing says when there is room.
      case EAGAIN:
        guard deadline.remainingMilliseconds != 0 else { throw .timeout(path) }
        _ = poll(nil, 0, 10)
      case EINTR: continue
      // Over TCP: the next call says what became of it.
      case EINPROGRESS, EALREADY:
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        if unsafe poll(&entry, 1, deadline.remainingMilliseconds) == 0 { throw .timeout(path) }
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

  private static func ipv4(_ text: String, port: UInt16) -> sockaddr_in? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    return unsafe inet_pton(AF_INET, text, &address.sin_addr) == 1 ? address : nil
  }

  private static func ipv6(_ text: String, port: UInt16) -> sockaddr_in6? {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    return unsafe inet_pton(AF_INET6, text, &address.sin6_addr) == 1 ? address : nil
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
