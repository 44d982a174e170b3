// Memory: none; the shim builds the kernel's structure on its own stack.
import CLinux

/// Wakes a thread that sleeps in `Epoll` at a point in time.
public struct TimerFD: ~Copyable, Sendable {
  private let owned: OwnedDescriptor

  /// A timer that is not set, or one whose time is past.
  public init(firesNow: Bool = false) throws(SysError) {
    owned = try OwnedDescriptor(clinux_timerfd(), call: "timerfd_create")
    if firesNow { set(0) }
  }

  /// What to add to an `Epoll`: readable from the set time on, until the timer is set anew.
  public var descriptor: CInt { owned.rawValue }

  /// Makes the descriptor unreadable until `nanoseconds` of `MonotonicClock`. A time that is past makes it
  /// readable at once.
  public func set(_ nanoseconds: UInt64) {
    _ = clinux_timerfd_set(owned.rawValue, max(1, nanoseconds))
  }

  /// Makes the descriptor unreadable for good.
  public func cancel() { _ = clinux_timerfd_set(owned.rawValue, 0) }
}
