// Memory: the kernel reads or writes one UInt64 on the caller's stack during the call.
import CLinux

/// Wakes a thread that sleeps in `Epoll`, from any other thread.
public struct EventFD: ~Copyable, Sendable {
  private let owned: OwnedDescriptor

  public init() throws(SysError) {
    owned = try OwnedDescriptor(clinux_eventfd(), call: "eventfd")
  }

  /// What to add to an `Epoll`: readable from `signal` until `clear`.
  public var descriptor: CInt { owned.rawValue }

  /// Makes the descriptor readable. Any thread may call it, as often as it likes.
  public func signal() { Self.signal(owned.rawValue) }

  /// Makes an event descriptor readable that somebody else owns and keeps open.
  public static func signal(_ descriptor: CInt) {
    var one: UInt64 = 1
    _ = unsafe clinux_write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Sleeps until the descriptor is readable, and makes it unreadable. Also returns when a signal came.
  public func wait() {
    clinux_wait_readable(owned.rawValue)
    clear()
  }

  /// Makes the descriptor unreadable; whether it was readable.
  @discardableResult
  public func clear() -> Bool {
    var count: UInt64 = 0
    return unsafe clinux_read(owned.rawValue, &count, MemoryLayout<UInt64>.size) > 0
  }
}
