import Synchronization

/// Packets and bytes that took a way: those of a group, of one of its buckets, or of a mirror.
///
/// # Memory and threads
/// A view of two counters in a `GroupRecord`, or of two of its own, which whoever made them (`allocate`) frees
/// (`deallocate`) when no worker has them any more. A single worker counts with relaxed stores, several add; anybody reads.
@safe public struct TrafficCounter: BitwiseCopyable, @unchecked Sendable {
  /// Packets, then bytes.
  struct Storage {
    var packets: UInt64 = 0
    var bytes: UInt64 = 0
  }

  private let storage: UnsafeMutablePointer<Storage>

  @unsafe init(_ storage: UnsafeMutablePointer<Storage>) { unsafe self.storage = storage }

  /// Two counters of its own.
  public static func allocate() -> TrafficCounter {
    let storage = UnsafeMutablePointer<Storage>.allocate(capacity: 1)
    unsafe storage.initialize(to: Storage())
    return unsafe TrafficCounter(storage)
  }

  /// Precondition: made by `allocate`.
  public func deallocate() { unsafe storage.deallocate() }

  private func counter(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe (UnsafeMutableRawPointer(storage) + index &* 8).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Counts frames of so many bytes together. Called by one worker only, when there is just that one.
  public func count(frames: Int = 1, bytes: Int) {
    add(UInt64(truncatingIfNeeded: frames), to: 0)
    add(UInt64(truncatingIfNeeded: bytes), to: 1)
  }

  private func add(_ value: UInt64, to index: Int) {
    let counter = unsafe counter(index)
    unsafe counter.pointee.store(counter.pointee.load(ordering: .relaxed) &+ value, ordering: .relaxed)
  }

  var address: UInt { unsafe UInt(bitPattern: storage) }

  /// Counts several frames. Several workers may do so at once; none of them calls `count` then.
  func add(packets: UInt64, bytes: UInt64, now: UInt64) {
    unsafe counter(0).pointee.wrappingAdd(packets, ordering: .relaxed)
    unsafe counter(1).pointee.wrappingAdd(bytes, ordering: .relaxed)
  }

  public var packets: UInt64 { unsafe counter(0).pointee.load(ordering: .relaxed) }
  public var bytes: UInt64 { unsafe counter(1).pointee.load(ordering: .relaxed) }
}
