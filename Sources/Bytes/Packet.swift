/// One frame in a slot of a `PacketPool`, as a handle of one word.
///
/// # Memory
/// A slot is `PacketPool.slotByteCount` bytes: a descriptor of 64 bytes, then room for the frame. `start` may
/// move down into the headroom when a tag is pushed. The pool owns the slot and outlives every handle; the
/// thread that took the slot is the only one that touches it until it gives the slot back. Every access to
/// frame bytes goes through `bytes` or `mutableBytes`, whose bounds are kept inside the slot by `setLength`,
/// `prepend` and `removeFirst`, the only writers of `start` and `length`.
@safe @frozen public struct Packet: @unchecked Sendable {
  @frozen @usableFromInline struct Descriptor: BitwiseCopyable {
    /// Bytes from the slot's begin to the frame's first byte.
    @usableFromInline var start: UInt32
    /// Bytes of the frame.
    @usableFromInline var length: UInt32
    @usableFromInline var offload: OffloadHeader
    @usableFromInline var reassembly: PacketReassembly
    /// Which frame of the receive batch this one is, or is a copy of.
    @usableFromInline var origin: UInt16
    /// Transmit queues that hold the frame now. While it is not 0 the bytes must not change.
    @usableFromInline var holders: UInt16
    /// Which slot of the pool this is.
    @usableFromInline var slot: UInt32
    @usableFromInline var priority: UInt32
    /// As how many frames it was received.
    @usableFromInline var frames: UInt16

    @inlinable
    init(slot: UInt32) {
      start = UInt32(truncatingIfNeeded: Packet.firstByte + Packet.headroom)
      length = 0
      offload = OffloadHeader()
      reassembly = PacketReassembly()
      origin = 0
      holders = 0
      self.slot = slot
      priority = 0
      frames = 1
    }
  }

  @usableFromInline let base: UnsafeMutableRawPointer

  @inlinable @inline(__always)
  init(base: UnsafeMutableRawPointer) { unsafe self.base = base }

  @inlinable @inline(__always)
  var descriptor: UnsafeMutablePointer<Descriptor> {
    unsafe base.assumingMemoryBound(to: Descriptor.self)
  }

  /// Bytes that every received frame has in front of it: six tags, or one tunnel header.
  @inlinable public static var headroom: Int { 128 }
  /// The longest frame: 64 KiB of IP packet behind an Ethernet header with two tags.
  @inlinable public static var maximumLength: Int { 65_535 + 22 }
  @inlinable static var firstByte: Int { 64 }

  /// The frame's length in bytes.
  @inlinable @inline(__always)
  public var length: Int { unsafe Int(descriptor.pointee.length) }

  /// Bytes free in front of the frame.
  @inlinable
  public var headroom: Int { unsafe Int(descriptor.pointee.start) - Self.firstByte }

  /// What is left to do to the frame before it may go on a wire.
  @inlinable @inline(__always)
  public var offload: OffloadHeader {
    get { unsafe descriptor.pointee.offload }
    nonmutating set { unsafe descriptor.pointee.offload = newValue }
  }

  /// What it was made of.
  @inlinable @inline(__always)
  public var reassembly: PacketReassembly {
    get { unsafe descriptor.pointee.reassembly }
    nonmutating set { unsafe descriptor.pointee.reassembly = newValue }
  }

  /// Which frame of the receive batch this one is, or is a copy of.
  @inlinable @inline(__always)
  public var origin: Int {
    get { unsafe Int(descriptor.pointee.origin) }
    nonmutating set { unsafe descriptor.pointee.origin = UInt16(truncatingIfNeeded: newValue) }
  }

  /// The kernel's `skb->priority` for the frame, which chooses a queue of the device by which it leaves; 0 for none.
  @inlinable @inline(__always)
  public var priority: UInt32 {
    get { unsafe descriptor.pointee.priority }
    nonmutating set { unsafe descriptor.pointee.priority = newValue }
  }

  /// As how many frames it was received: more than one when they were merged.
  @inlinable @inline(__always)
  public var frames: Int {
    get { unsafe Int(descriptor.pointee.frames) }
    nonmutating set { unsafe descriptor.pointee.frames = UInt16(truncatingIfNeeded: newValue) }
  }

  /// How many transmit queues hold the frame. While it is not 0 the frame's bytes must not change.
  @inlinable @inline(__always)
  public var holders: Int {
    get { unsafe Int(descriptor.pointee.holders) }
    nonmutating set { unsafe descriptor.pointee.holders = UInt16(truncatingIfNeeded: newValue) }
  }

  /// The frame's bytes.
  @inlinable @inline(__always)
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let d = unsafe descriptor.pointee
      return unsafe _overrideLifetime(
        RawSpan(_unsafeStart: base + Int(d.start), byteCount: Int(d.length)), borrowing: self)
    }
  }

  /// The frame's bytes, to be changed in place. Precondition: nobody else holds the frame.
  @inlinable @inline(__always)
  public var mutableBytes: MutableRawSpan {
    @_lifetime(borrow self)
    get {
      let d = unsafe descriptor.pointee
      return unsafe _overrideLifetime(
        MutableRawSpan(_unsafeStart: base + Int(d.start), byteCount: Int(d.length)), borrowing: self)
    }
  }

  /// Where the frame starts, for a system call. Valid for `length` bytes, writable up to `maximumLength` and
  /// a byte more behind the whole headroom, and writable for `headroom` bytes in front, which belong to nobody.
  @inlinable @inline(__always)
  public var pointer: UnsafeMutableRawPointer {
    unsafe base + Int(descriptor.pointee.start)
  }

  /// Makes the slot hold a frame of `length` bytes behind the whole headroom, bytes as they are.
  /// Precondition: `length` is at most `maximumLength`.
  @inlinable @inline(__always)
  public func setLength(_ length: Int) {
    precondition(length >= 0 && length <= Self.maximumLength, "a frame longer than its slot")
    unsafe descriptor.pointee.start = UInt32(truncatingIfNeeded: Self.firstByte + Self.headroom)
    unsafe descriptor.pointee.length = UInt32(truncatingIfNeeded: length)
  }

  /// Grows the frame by `count` bytes at its end; their content is unspecified. Precondition: it is then at most
  /// `maximumLength` long.
  @inlinable
  public func grow(by count: Int) {
    precondition(count >= 0 && length + count <= Self.maximumLength, "a frame longer than its slot")
    unsafe descriptor.pointee.length += UInt32(truncatingIfNeeded: count)
  }

  /// Grows the frame by `count` bytes at its front; their content is unspecified. `false` when the headroom
  /// is used up, and then nothing has changed.
  @inlinable
  public func prepend(_ count: Int) -> Bool {
    guard count <= headroom, length + count <= Self.maximumLength else { return false }
    unsafe descriptor.pointee.start -= UInt32(truncatingIfNeeded: count)
    unsafe descriptor.pointee.length += UInt32(truncatingIfNeeded: count)
    return true
  }

  /// Takes `count` bytes off the front. Precondition: the frame has that many.
  @inlinable
  public func removeFirst(_ count: Int) {
    precondition(count >= 0 && count <= length, "a frame shorter than what is taken off it")
    unsafe descriptor.pointee.start += UInt32(truncatingIfNeeded: count)
    unsafe descriptor.pointee.length -= UInt32(truncatingIfNeeded: count)
  }

  /// Cuts the frame's end off, so that `length` bytes remain. Precondition: it has that many.
  @inlinable
  public func truncate(to length: Int) {
    precondition(length >= 0 && length <= self.length, "a frame shorter than what shall remain of it")
    unsafe descriptor.pointee.length = UInt32(truncatingIfNeeded: length)
  }

  /// Makes this slot hold the same frame as `other`: bytes, offload, reassembly, origin, priority and count.
  @inlinable
  public func copy(from other: Packet) {
    setLength(other.length)
    unsafe pointer.copyMemory(from: other.pointer, byteCount: other.length)
    offload = other.offload
    reassembly = other.reassembly
    origin = other.origin
    priority = other.priority
    frames = other.frames
  }

  /// Makes the slot hold `bytes` with nothing left to do. Precondition: at most `maximumLength` bytes.
  public func copy(from bytes: RawSpan) {
    setLength(bytes.byteCount)
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress {
        unsafe pointer.copyMemory(from: start, byteCount: source.count)
      }
    }
    offload = OffloadHeader()
  }
}
