import Glibc
import Synchronization

/// Two copies of the forwarding state, so that workers never wait and never see half a change.
///
/// # Theory
/// Readers use the active copy. A writer changes the idle one, makes it the active one, waits until no reader
/// is still in the other, and repeats the change there. So a change is visible whole, to the next batch of
/// frames, before `update` returns; a reader does two loads and two stores a batch and never waits. What a
/// change removed may be freed when `update` has returned.
///
/// A reader that sleeps is outside and delays nobody. Memory: the indexes exist twice, the rules once.
///
/// # Memory
/// Both copies are allocated by `init` and freed by `deinit`, when no reader is left.
@safe public final class LeftRight: @unchecked Sendable {
  private let sides: UnsafeMutablePointer<ForwardingState>
  private let active = Atomic<Int>(0)
  private let readers = Mutex<[Reader]>([])

  /// One thread that reads.
  public final class Reader: Sendable {
    /// 0 outside, else 1 + the side.
    fileprivate let position = Atomic<Int>(0)
    fileprivate init() {}
  }

  public init() {
    unsafe sides = .allocate(capacity: 2)
    unsafe sides.initialize(to: ForwardingState())
    unsafe (sides + 1).initialize(to: ForwardingState())
  }

  deinit {
    unsafe sides.deinitialize(count: 2)
    unsafe sides.deallocate()
  }

  public func makeReader() -> Reader {
    let reader = Reader()
    readers.withLock { $0.append(reader) }
    return reader
  }

  /// Calls `body` with the active copy. It stays as it is until `body` returns.
  @inline(__always)
  public func read<R>(as reader: Reader, _ body: (borrowing ForwardingState) -> R) -> R {
    var side = active.load(ordering: .relaxed)
    while true {
      reader.position.store(side + 1, ordering: .sequentiallyConsistent)
      let now = active.load(ordering: .sequentiallyConsistent)
      if now == side { break }
      side = now
    }
    defer { reader.position.store(0, ordering: .releasing) }
    return unsafe body(sides[side])
  }

  /// Makes one change visible, whole. `change` is called twice, once for each copy, and must do the same to
  /// both. Control thread only.
  public func update(_ change: (inout ForwardingState) -> Void) {
    let old = active.load(ordering: .relaxed)
    unsafe change(&sides[1 - old])
    active.store(1 - old, ordering: .sequentiallyConsistent)
    let all = readers.withLock { $0 }
    for reader in all {
      while reader.position.load(ordering: .sequentiallyConsistent) == old + 1 { sched_yield() }
    }
    unsafe change(&sides[old])
  }

  /// The state as the control thread left it.
  func current<R>(_ body: (borrowing ForwardingState) -> R) -> R {
    unsafe body(sides[active.load(ordering: .relaxed)])
  }
}
