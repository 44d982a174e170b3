import Synchronization
import Sys

/// Lets a worker into a ring for a batch, and the session when no worker is in it. No worker ever waits for a session.
struct RingGate: ~Copyable, Sendable {
  private enum State {
    static var free: UInt32 { 0 }
    static var worker: UInt32 { 1 }
    static var session: UInt32 { 2 }
  }

  private let state = Atomic<UInt32>(State.free)
  /// Whether the session wants to come in: a worker that is in all the time would keep it out.
  private let isWanted = Atomic<Bool>(false)

  /// `false` when the session is in the ring, or about to be. Another worker that is in it is waited for, which takes no
  /// longer than its batch.
  @inline(__always)
  func enter() -> Bool {
    guard !isWanted.load(ordering: .relaxed) else { return false }
    var looks = 0
    while true {
      looks += 1
      if looks & 0xff == 0 { Thread.yield() }
      let (isMine, found) = state.compareExchange(
        expected: State.free, desired: State.worker, ordering: .acquiring)
      if isMine { return true }
      if found == State.session { return false }
    }
  }

  @inline(__always)
  func leave() { state.store(State.free, ordering: .releasing) }

  /// Runs `body` while no worker is in the ring.
  func closed<Value>(_ body: () -> Value) -> Value {
    isWanted.store(true, ordering: .relaxed)
    while !state.compareExchange(expected: State.free, desired: State.session, ordering: .acquiring).exchanged
    {
      Thread.yield()
    }
    defer {
      isWanted.store(false, ordering: .relaxed)
      state.store(State.free, ordering: .releasing)
    }
    return body()
  }
}
