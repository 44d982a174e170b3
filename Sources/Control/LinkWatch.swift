import Sys

/// Hears of network devices, and of processes that end, on a thread of its own, because the event loop cannot wait for either.
final class LinkWatch: Sendable {
  private let monitor: LinkMonitor
  private let stopEvent: EventFD
  /// Those whose end is told.
  let processes: ProcessWatch

  init() throws(SysError) {
    processes = try ProcessWatch()
    monitor = try LinkMonitor()
    stopEvent = try EventFD()
  }

  /// Starts the thread, which ends when `stop` is called.
  ///
  /// - Parameter onChange: called on that thread with the names of the devices that changed, `nil` when
  ///   something was lost.
  /// - Parameter onProcessEnd: called on that thread when processes have ended.
  func start(
    onProcessEnd: @escaping @Sendable () -> Void, _ onChange: @escaping @Sendable (Set<String>?) -> Void
  ) throws(SysError) -> Thread {
    try Thread(name: "links") { [self] in
      do throws(SysError) {
        try watch(onProcessEnd, onChange)
      } catch {
        // Without news the port's own failures and the slow retry are left.
        onChange(nil)
      }
    }
  }

  func stop() { stopEvent.signal() }

  private func watch(
    _ onProcessEnd: () -> Void, _ onChange: (Set<String>?) -> Void
  ) throws(SysError) {
    var epoll = try Epoll(capacity: 3)
    try epoll.add(processes.descriptor, tag: 2)
    try epoll.add(monitor.descriptor, tag: 0)
    try epoll.add(stopEvent.descriptor, tag: 1)
    while true {
      let count = epoll.wait(timeoutMilliseconds: -1)
      for i in 0..<count where epoll[i].tag == 1 { return }
      for i in 0..<count where epoll[i].tag == 2 {
        processes.clear()
        onProcessEnd()
      }
      guard (0..<count).contains(where: { epoll[$0].tag == 0 }) else { continue }
      var names: Set<String>? = []
      for event in try monitor.read() {
        switch event {
        case .changed(let link), .removed(let link): names?.insert(link.name)
        case .lost: names = nil
        }
      }
      onChange(names)
    }
  }
}
