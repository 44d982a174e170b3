// Memory: a ring does not own what it points to: a mapping of the socket that the ring is part of, which lives longer.
// Entries are touched only at `index & mask`, and `mask` is below the number of entries that there is room for.
import CLinux

/// Where the parts of a ring lie: two indices that only grow, modulo 2^32, flags and a power of two of entries.
///
/// Source: the kernel's Documentation/networking/af_xdp.rst.
@safe struct XDPRingPlace<Entry: BitwiseCopyable> {
  let producer: UnsafeMutablePointer<UInt32>
  let consumer: UnsafeMutablePointer<UInt32>
  let flags: UnsafeMutablePointer<UInt32>
  let entries: UnsafeMutablePointer<Entry>
  /// How many entries; a power of two.
  let size: UInt32

  /// - Precondition: `memory` has room for `size` entries behind `offsets.desc`, and outlives the ring.
  init(_ memory: UnsafeMutableRawPointer, _ offsets: xdp_ring_offset, size: Int) {
    precondition(size > 0 && size <= 1 << 20 && size & (size - 1) == 0, "a ring of 2^n entries")
    unsafe producer = (memory + Int(offsets.producer)).assumingMemoryBound(to: UInt32.self)
    unsafe consumer = (memory + Int(offsets.consumer)).assumingMemoryBound(to: UInt32.self)
    unsafe flags = (memory + Int(offsets.flags)).assumingMemoryBound(to: UInt32.self)
    unsafe entries = (memory + Int(offsets.desc)).assumingMemoryBound(to: Entry.self)
    self.size = UInt32(size)
  }

  @inline(__always) var mask: UInt32 { size - 1 }

  /// Whether the kernel waits for a call before it looks at the ring.
  @inline(__always) var needsWakeUp: Bool {
    unsafe clinux_load_relaxed(flags) & UInt32(XDP_RING_NEED_WAKEUP) != 0
  }

  /// Entries between two indices: what the kernel's index says is not believed beyond the ring's size.
  @inline(__always) func distance(from first: UInt32, to end: UInt32) -> Int {
    Int(min(end &- first, size))
  }
}

/// A ring that the kernel reads: the fill ring, the transmit ring.
@safe struct XDPProducerRing<Entry: BitwiseCopyable>: ~Copyable {
  private let place: XDPRingPlace<Entry>
  /// Behind the last entry that was appended.
  private(set) var end: UInt32 = 0

  init(_ place: XDPRingPlace<Entry>) { self.place = place }

  var needsWakeUp: Bool { place.needsWakeUp }

  /// Before the first entry that the kernel has not taken.
  @inline(__always) var taken: UInt32 { unsafe clinux_load_acquire(place.consumer) }

  /// Entries that can be appended.
  @inline(__always) var room: Int { Int(place.size) - place.distance(from: taken, to: end) }

  /// Adds an entry, which the kernel sees when `publish` is called. Precondition: there is room.
  @inline(__always) mutating func append(_ entry: Entry) {
    unsafe place.entries[Int(end & place.mask)] = entry
    end &+= 1
  }

  @inline(__always) func publish() { unsafe clinux_store_release(place.producer, end) }
}

/// A ring that the kernel writes: the receive ring, the completion ring.
@safe struct XDPConsumerRing<Entry: BitwiseCopyable>: ~Copyable {
  private let place: XDPRingPlace<Entry>
  private var start: UInt32 = 0

  init(_ place: XDPRingPlace<Entry>) { self.place = place }

  /// Entries that are there.
  @inline(__always) var count: Int {
    unsafe place.distance(from: start, to: clinux_load_acquire(place.producer))
  }

  /// The entry `index` behind the first one. Precondition: `index` is below `count`.
  @inline(__always) subscript(index: Int) -> Entry {
    unsafe place.entries[Int((start &+ UInt32(truncatingIfNeeded: index)) & place.mask)]
  }

  /// Gives the first `count` entries back to the kernel.
  @inline(__always) mutating func removeFirst(_ count: Int) {
    start &+= UInt32(truncatingIfNeeded: count)
    unsafe clinux_store_release(place.consumer, start)
  }
}
