/// A fixed number of packet slots, owned by one thread.
///
/// # Memory
/// One allocation, made at start and freed by `deinit`. `take` and `give` move slot numbers on a stack; a slot
/// is given back exactly once for each time it was taken. Pages of
/// slots that were never used, or only for short frames, are never touched, so they cost no memory.
@safe public struct PacketPool: ~Copyable {
  /// Bytes of a slot. Not a multiple of 4,096: the headers of neighbouring slots fall into different sets of
  /// the first-level cache.
  @inlinable static var slotByteCount: Int { 17 * 4096 + 192 }

  @usableFromInline let memory: UnsafeMutableRawPointer
  @usableFromInline let free: UnsafeMutablePointer<UInt32>
  /// How many slots the pool has.
  public let capacity: Int
  @usableFromInline var freeCount: Int

  /// A pool of `capacity` slots.
  public init(capacity: Int) {
    self.capacity = capacity
    freeCount = capacity
    unsafe memory = .allocate(byteCount: capacity * Self.slotByteCount, alignment: 4096)
    unsafe free = .allocate(capacity: capacity)
    for i in 0..<capacity { unsafe free[i] = UInt32(capacity - 1 - i) }
  }

  deinit {
    unsafe memory.deallocate()
    unsafe free.deallocate()
  }

  /// Slots that are free now.
  @inlinable public var available: Int { freeCount }

  /// A free slot, holding an empty frame; `nil` when all are in use.
  @inlinable
  public mutating func take() -> Packet? {
    guard freeCount > 0 else { return nil }
    freeCount -= 1
    let slot = unsafe free[freeCount]
    let packet = unsafe Packet(base: memory + Int(slot) * Self.slotByteCount)
    unsafe packet.descriptor.initialize(to: .init(slot: slot))
    return packet
  }

  /// Gives a slot back. Its handle must not be used again.
  @inlinable
  public mutating func give(_ packet: Packet) {
    precondition(freeCount < capacity, "a packet slot was given back twice")
    unsafe free[freeCount] = packet.descriptor.pointee.slot
    freeCount += 1
  }

  /// Gives the slots of all frames of `batch` back. Their handles must not be used again.
  @inlinable @inline(__always)
  public mutating func give(_ batch: borrowing PacketBatch) {
    for i in 0..<batch.count { give(batch[i]) }
  }
}
