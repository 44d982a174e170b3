// `connect` is given an address on the stack with its own size; `send` and `recv` arrays that are as long as the
// call is told.
import Glibc

/// A connection to a Unix socket, to send what no proper client would.
struct UnixConnection: ~Copyable {
  private let socket: CInt

  /// Connects; `nil` when the other side does not take more connections.
  init?(_ path: String) {
    let socket = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      for (i, byte) in path.utf8.enumerated() where i < bytes.count - 1 { unsafe bytes[i] = byte }
    }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      close(socket)
      return nil
    }
    self.socket = socket
  }

  deinit { close(socket) }

  /// Sends as much as the other side takes at once.
  func send(_ bytes: [UInt8]) {
    _ = unsafe Glibc.send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
  }

  /// Whether the other side has closed the connection.
  var isClosed: Bool {
    var byte = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe recv(socket, &byte, byte.count, CInt(MSG_DONTWAIT))
      if count == 0 { return true }
      if count < 0 { return errno != EAGAIN }
    }
  }

  /// Lets this process have as many open files as it may: a flood of connections needs them.
  static func raiseFileLimit() {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
