/// Up to 32 frames in the order in which they arrived or are to leave.
///
/// # Memory
/// Holds handles, not frames: whoever fills the batch says who gives the slots back. The array of handles is
/// one allocation, made once with the batch and freed by `deinit`.
@safe public struct PacketBatch: ~Copyable {
  /// The most frames of a batch. 32 keeps their headers and keys in the first-level cache; 256 was no faster.
  @inlinable public static var capacity: Int { 32 }

  @usableFromInline let packets: UnsafeMutablePointer<Packet>
  /// Frames in the batch.
  @inlinable public var count: Int { filled }
  @usableFromInline var filled: Int

  /// How many frames it is to be filled with at most, 1 to `capacity`.
  public var limit: Int {
    didSet { precondition(limit > 0 && limit <= Self.capacity, "a batch holds 1 to 32 packets") }
  }

  /// An empty batch.
  public init() {
    unsafe packets = .allocate(capacity: Self.capacity)
    filled = 0
    limit = Self.capacity
  }

  deinit { unsafe packets.deallocate() }

  @inlinable public var isEmpty: Bool { count == 0 }
  @inlinable public var isFull: Bool { count >= limit }
  /// How many frames it may be given until it is full.
  @inlinable public var room: Int { max(0, limit - count) }

  /// The frame at `index`, counted from 0.
  public subscript(index: Int) -> Packet {
    @inlinable @inline(__always) get {
      precondition(index >= 0 && index < count, "no such packet in the batch")
      return unsafe packets[index]
    }
  }

  /// Adds `packet` at the end. Precondition: it holds fewer than `capacity`.
  @inlinable @inline(__always)
  public mutating func append(_ packet: Packet) {
    precondition(filled < Self.capacity, "a batch holds 32 packets")
    unsafe (packets + filled).initialize(to: packet)
    filled += 1
  }

  /// Forgets the frames whose bits are set in `those`, the lowest for the first.
  public mutating func removeAll(in those: UInt32) {
    var kept = 0
    for i in 0..<filled where those >> UInt32(i) & 1 == 0 {
      unsafe packets[kept] = packets[i]
      kept += 1
    }
    filled = kept
  }

  /// Forgets all frames.
  @inlinable public mutating func removeAll() { filled = 0 }
}
