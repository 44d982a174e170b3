import Synchronization

/// How often something has changed in each part of an FDB, so that who knows where an address was can tell with one
/// load whether it still is there. A part has the addresses whose hash ends alike.
///
/// # Memory and threads
/// One allocation, made by `allocate` and freed by `deallocate` with the FDB. Changed under the FDB's lock after the
/// change was made, read by anybody.
@safe struct FDBPlaces: @unchecked Sendable {
  private static var count: Int { 4096 }

  private let counts: UnsafeMutablePointer<Atomic<UInt32>>

  static func allocate() -> FDBPlaces { FDBPlaces() }

  private init() {
    unsafe counts = .allocate(capacity: Self.count)
    for i in 0..<Self.count { unsafe (counts + i).initialize(to: Atomic(0)) }
  }

  func deallocate() { unsafe counts.deallocate() }

  func change(_ home: Int) { unsafe counts[home & (Self.count - 1)].add(1, ordering: .releasing) }

  @inline(__always)
  func place(_ home: Int) -> FDBPlace { unsafe FDBPlace(counts + (home & (Self.count - 1))) }
}

/// What was known of one part of an FDB at one time. Valid as long as the FDB.
@safe struct FDBPlace: @unchecked Sendable, BitwiseCopyable {
  private let counter: UnsafeMutablePointer<Atomic<UInt32>>
  private var seen: UInt32

  @unsafe fileprivate init(_ counter: UnsafeMutablePointer<Atomic<UInt32>>) {
    unsafe self.counter = counter
    seen = unsafe counter.pointee.load(ordering: .acquiring)
  }

  /// Whether nothing has changed there.
  @inline(__always)
  var isUnchanged: Bool { unsafe counter.pointee.load(ordering: .acquiring) == seen }

  /// Makes now the time that is meant.
  @inline(__always)
  mutating func renew() { seen = unsafe counter.pointee.load(ordering: .acquiring) }
}
