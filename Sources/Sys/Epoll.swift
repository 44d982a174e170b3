// Memory: an array of `capacity` struct epoll_event, owned by `Epoll`, freed by its deinit. The kernel fills at
// most `capacity` of them; `subscript` reads only those that the last `wait` counted.
import CLinux

/// Waits for many descriptors at once. `wait` fills a buffer made once, so that waiting never allocates.
@safe public struct Epoll: ~Copyable {
  /// What a descriptor is ready for.
  public struct Events: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static var readable: Events { .init(rawValue: 0x001) }
    public static var writable: Events { .init(rawValue: 0x004) }
    /// Reported even when not asked for.
    public static var error: Events { .init(rawValue: 0x008) }
    /// Only what happens is reported, once, not what was and still is.
    public static var edge: Events { .init(rawValue: 1 << 31) }
  }

  private let owned: OwnedDescriptor
  private let buffer: UnsafeMutableRawPointer
  private let capacity: Int
  private var ready = 0

  /// An empty set, whose `wait` reports at most `capacity` descriptors at once.
  public init(capacity: Int = 64) throws(SysError) {
    precondition(capacity > 0 && capacity <= 4096, "1 to 4096 events at once")
    owned = try OwnedDescriptor(clinux_epoll_create(), call: "epoll_create1")
    self.capacity = capacity
    unsafe buffer = .allocate(byteCount: capacity * clinux_epoll_event_size(), alignment: 8)
  }

  deinit { unsafe buffer.deallocate() }

  /// Readable while one of the descriptors is ready: a set can be in another one.
  public var descriptor: CInt { owned.rawValue }

  /// Watches `descriptor`; `tag` comes back with its events. The caller removes it before it closes it.
  public func add(_ descriptor: CInt, tag: UInt64, events: Events = .readable) throws(SysError) {
    try control(CLinux.EPOLL_CTL_ADD, descriptor, events, tag)
  }

  /// Watches `descriptor` no longer.
  public func remove(_ descriptor: CInt) throws(SysError) {
    try control(CLinux.EPOLL_CTL_DEL, descriptor, [], 0)
  }

  private func control(_ operation: CInt, _ fd: CInt, _ events: Events, _ tag: UInt64) throws(SysError) {
    try SysError.check(
      clinux_epoll_control(owned.rawValue, operation, fd, events.rawValue, tag), call: "epoll_ctl")
  }

  /// Waits until a descriptor is ready or `timeoutMilliseconds` are over (negative: for ever), and returns how
  /// many are ready. 0 as well when a signal came.
  public mutating func wait(timeoutMilliseconds: Int32) -> Int {
    let count = unsafe clinux_epoll_wait(
      owned.rawValue, buffer, CInt(capacity), timeoutMilliseconds)
    ready = max(0, Int(count))
    return ready
  }

  /// One of the ready descriptors that the last `wait` counted, from 0 on.
  public subscript(index: Int) -> (tag: UInt64, events: Events) {
    precondition(index >= 0 && index < ready, "no such event")
    let tag = unsafe clinux_epoll_tag(buffer, CInt(index))
    let events = unsafe clinux_epoll_events(buffer, CInt(index))
    return (tag, Events(rawValue: events))
  }
}
