import CLinux

/// A process, by a descriptor (pidfd_open(2)): another one that gets its number later is not meant.
public final class WatchedProcess: Sendable, Equatable {
  public let identifier: Int32
  fileprivate let descriptor: OwnedDescriptor

  /// - Throws: `ESRCH` when there is no such process, `EINVAL` for a thread of one.
  public init(_ identifier: Int32) throws(SysError) {
    self.identifier = identifier
    descriptor = try OwnedDescriptor(
      clinux_process(identifier), call: "pidfd_open", subject: "process \(identifier)")
  }

  public static func == (a: WatchedProcess, b: WatchedProcess) -> Bool { a === b }

  public var hasEnded: Bool { clinux_is_readable(descriptor.rawValue) != 0 }
}

/// Tells of the end of processes, once for each.
public final class ProcessWatch: Sendable {
  private let epoll: OwnedDescriptor

  public init() throws(SysError) { epoll = try OwnedDescriptor(clinux_epoll_create(), call: "epoll_create1") }

  /// What to add to an `Epoll`: readable when one has ended, until `clear`.
  public var descriptor: CInt { epoll.rawValue }

  /// Watches the process until it has ended, or is released.
  public func add(_ process: WatchedProcess) throws(SysError) {
    let once: UInt32 = 1 << 30  // EPOLLONESHOT
    try SysError.check(
      clinux_epoll_control(
        epoll.rawValue, CLinux.EPOLL_CTL_ADD, process.descriptor.rawValue,
        Epoll.Events.readable.rawValue | once, 0),
      call: "epoll_ctl")
  }

  public func clear() { while clinux_epoll_forget(epoll.rawValue) > 0 {} }
}
