import CLinux
import Sys
import Synchronization

/// What a worker waits on for a guest's kicks.
///
/// A guest's descriptor is watched for what happens to it and never read: whoever else has it may make reading it wait. So
/// it is looked at by an epoll set of our own, in which a kick shows once.
final class KickSet: Sendable {
  private let epoll: OwnedDescriptor
  private let current = Mutex<ReceivedDescriptor?>(nil)

  /// A kick of our own.
  private let own: EventFD

  init() throws(SysError) {
    epoll = try OwnedDescriptor(clinux_epoll_create(), call: "epoll_create1")
    own = try EventFD()
    try SysError.check(
      clinux_epoll_control(epoll.rawValue, EPOLL_CTL_ADD, own.descriptor, Self.once, 0), call: "epoll_ctl")
  }

  /// Readable, and only as often as it is written to: EPOLLIN, EPOLLET.
  private static var once: UInt32 { 1 | 1 << 31 }

  func nudge() { own.signal() }

  /// Readable when there was a kick since `clear`.
  var descriptor: CInt { epoll.rawValue }

  /// Watches another descriptor, or none.
  func set(_ descriptor: ReceivedDescriptor?) {
    current.withLock { current in
      if let current { _ = clinux_epoll_control(epoll.rawValue, EPOLL_CTL_DEL, current.rawValue, 0, 0) }
      current = descriptor
      if let descriptor {
        _ = clinux_epoll_control(epoll.rawValue, EPOLL_CTL_ADD, descriptor.rawValue, Self.once, 0)
      }
    }
  }

  func clear() { while clinux_epoll_forget(epoll.rawValue) > 0 {} }
}
