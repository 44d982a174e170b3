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
/// A reader that sleeps is outside and delays nobody. One that needs a change itself steps outside for it, in the
/// middle of a batch. Memory: the indexes exist twice, the rules once.
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
    unsafe sides.initialize(to: .allocate())
    unsafe (sides + 1).initialize(to: .allocate())
  }

  deinit {
    for side in 0..<2 { unsafe sides[side].deallocate() }
    unsafe sides.deallocate()
  }

  public func makeReader() -> Reader {
    let reader = Reader()
    readers.withLock { $0.append(reader) }
    return reader
  }

  /// Calls `body` with the active copy. It stays as it is until `body` returns or the reader
  /// steps outside.
  @inline(__always)
  public func read<R>(as reader: Reader, _ body: (ForwardingState) -> R) -> R {
    defer { reader.position.store(0, ordering: .releasing) }
    return body(enter(reader))
  }

  @inline(__always)
  private func enter(_ reader: Reader) -> ForwardingState {
    var side = active.load(ordering: .relaxed)
    while true {
      reader.position.store(side + 1, ordering: .sequentiallyConsistent)
      let now = active.load(ordering: .sequentiallyConsistent)
      if now == side { break }
      side = now
    }
    return unsafe sides[side]
  }

  /// Leaves the copy that `reader` reads while `body` is run; to be called within `read`. Nothing from before may be
  /// used any more: no rule, no bridge, no port.
  /// - Returns: the copy to go on with.
  public func step(outside reader: Reader, during body: () -> Void) -> ForwardingState {
    reader.position.store(0, ordering: .releasing)
    body()
    return enter(reader)
  }

  /// Makes one change visible, whole. `change` is called twice, once for each copy, and must do the same to
  /// both. Control thread only.
  public func update(_ change: (ForwardingState) -> Void) {
    stage(change)
    publish(repetition: change)
  }

  /// Calls `body` with the idle copy, which no worker reads. What it changes there must be followed by
  /// `publish`, or undone. Control thread only.
  public func stage<R, E: Error>(_ body: (ForwardingState) throws(E) -> R) throws(E) -> R {
    unsafe try body(sides[1 - active.load(ordering: .relaxed)])
  }

  /// Makes what was staged visible; `repetition` does the same to the other copy. Control thread only.
  /// - Parameter scope: which frames it is about.
  public func publish(_ scope: ChangeScope = .everything, repetition: (ForwardingState) -> Void) {
    let old = active.load(ordering: .relaxed)
    unsafe sides[1 - old].changes.advance(scope)
    active.store(1 - old, ordering: .sequentiallyConsistent)
    for reader in readers.withLock({ $0 }) {
      while reader.position.load(ordering: .sequentiallyConsistent) == old + 1 { sched_yield() }
    }
    unsafe repetition(sides[old])
    unsafe sides[old].changes.advance(scope)
  }
}
