import Glibc

/// Hears of network devices that come, go or change, in one network namespace.
///
/// Start it first, then look up what is there: so nothing falls between the two.
public struct LinkMonitor: ~Copyable, Sendable {
  private let socket: NetlinkSocket

  /// Listens in `namespace`, or in that of the calling thread.
  public init(namespace: NetworkNamespace? = nil) throws(SysError) {
    socket =
      if let namespace {
        try namespace.run { () throws(SysError) in try NetlinkSocket(hearsOfLinks: true) }
      } else {
        try NetlinkSocket(hearsOfLinks: true)
      }
  }

  /// What to add to an `Epoll`: readable when `read` has something.
  public var descriptor: CInt { socket.descriptor.rawValue }

  /// What has happened since the last call, in order; empty when nothing has. Never waits.
  public func read() throws(SysError) -> [LinkEvent] {
    var events: [LinkEvent] = []
    while true {
      do throws(SysError) {
        guard let messages = try socket.receive() else { return events }
        events += messages.compactMap { LinkEvent($0) }
      } catch {
        guard error.errno == ENOBUFS else { throw error }
        events.append(.lost)
      }
    }
  }
}
