@testable import Sys
import Synchronization
import Testing

@Suite struct EpollTests {
  @Test func reportsTagsOfWhatIsReady() throws {
    var epoll = try Epoll(capacity: 2)
    let one = try EventFD()
    let two = try EventFD()
    try epoll.add(one.descriptor, tag: .max)
    try epoll.add(two.descriptor, tag: 7)
    let none = epoll.wait(timeoutMilliseconds: 0)
    #expect(none == 0)
    one.signal()
    let first = epoll.wait(timeoutMilliseconds: -1)
    #expect(first == 1)
    #expect(epoll[0].tag == .max)
    #expect(epoll[0].events == .readable)
    two.signal()
    let both = epoll.wait(timeoutMilliseconds: -1)
    #expect(both == 2)
    one.clear()
    try epoll.remove(two.descriptor)
    let after = epoll.wait(timeoutMilliseconds: 0)
    #expect(after == 0)
    #expect(throws: SysError.self) { try epoll.remove(two.descriptor) }
  }

  @Test func isWokenByAnotherThread() throws {
    let wake = try EventFD()
    var epoll = try Epoll()
    try epoll.add(wake.descriptor, tag: 1)
    let descriptor = wake.descriptor
    let thread = try Thread(name: "waker", cpu: 0) { EventFD.signal(descriptor) }
    let ready = epoll.wait(timeoutMilliseconds: -1)
    thread.join()
    #expect(ready == 1)
    let first = wake.clear()
    let second = wake.clear()
    #expect(first)
    #expect(!second)
  }
}

@Suite struct ThreadTests {
  @Test func runsAndIsJoined() throws {
    let ran = Box()
    let thread = try Thread(name: "a name longer than fifteen bytes") {
      ran.value.store(true, ordering: .relaxed)
    }
    thread.join()
    let hasRun = ran.value.load(ordering: .relaxed)
    #expect(hasRun)
  }

  @Test func explainsAProcessorThatIsNotThere() {
    for cpu in [1023, 1024, .max] {
      let error = #expect(throws: SysError.self) {
        let thread = try Thread(name: "w0", cpu: cpu) {}
        thread.join()
      }
      #expect(
        error?.description
          == "w0: pthread_create failed: Invalid argument (the processor does not exist or is not allowed)")
    }
  }

  final class Box: Sendable { let value = Atomic(false) }
}

@Suite struct SysErrorTests {
  @Test(arguments: [
    (
      SysError(call: "TUNSETIFF", subject: "tap0", errno: 1),
      "tap0: TUNSETIFF failed: Operation not permitted (needs CAP_NET_ADMIN)"
    ),
    (SysError(call: "epoll_ctl", errno: 17), "epoll_ctl failed: File exists"),
    (
      SysError(call: "open", subject: "/run/netns/blue", errno: 2),
      "/run/netns/blue: open failed: No such file or directory ('ip netns list' shows the namespaces)"
    ),
  ])
  func explainsItself(error: SysError, text: String) {
    #expect(error.description == text)
  }
}

@Suite struct MonotonicClockTests {
  @Test func neverGoesBack() {
    var last = MonotonicClock.nanoseconds
    for _ in 0..<1000 {
      let now = MonotonicClock.nanoseconds
      if now < last { Issue.record("\(now) after \(last)") }
      last = now
    }
  }
}
