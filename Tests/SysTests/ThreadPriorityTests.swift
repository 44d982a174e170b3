import Glibc
import Sys
import Synchronization
import Testing

@Suite struct ThreadPriorityTests {
  private static let seen = Mutex<CInt?>(nil)

  private static var own: CInt { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

  /// Also when somebody else's thread with a priority of its own starts it.
  @Test func isThatOfTheProcess() throws {
    let process = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), UInt32(getpid()))
    let starter = try Thread(name: "starter") {
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, process + 3)
      let thread = try? Thread(name: "started") { Self.seen.withLock { $0 = Self.own } }
      thread?.join()
    }
    starter.join()
    #expect(Self.seen.withLock { $0 } == process)
  }
}
