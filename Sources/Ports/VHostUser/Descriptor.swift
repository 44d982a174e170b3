// Memory: descriptors are loaded from rings and tables of a guest, whose places were checked by whoever made the pointer.
import CLinux

/// A descriptor of a buffer, as it was when it was loaded: the guest may have changed it since.
///
/// Split and packed rings have the same 16 bytes up to the last four. Virtual I/O Device specification 1.2, sections
/// 2.7.5 and 2.8.1.
struct Descriptor: BitwiseCopyable {
  enum Flag {
    static var next: UInt16 { 1 }
    /// The device is to write.
    static var write: UInt16 { 2 }
    static var indirect: UInt16 { 4 }
    static var available: UInt16 { 1 << 7 }
    static var used: UInt16 { 1 << 15 }
  }
  static var byteCount: Int { 16 }

  var address: UInt64
  private var rest: UInt64

  @inline(__always)
  init(at place: UnsafeRawPointer) {
    address = unsafe clinux_load64(place)
    rest = unsafe clinux_load64(place + 8)
  }

  @inline(__always) var length: Int { Int(UInt32(truncatingIfNeeded: rest)) }
  /// Of a split ring.
  @inline(__always) var flags: UInt16 { UInt16(truncatingIfNeeded: rest >> 32) }
  @inline(__always) var next: UInt16 { UInt16(truncatingIfNeeded: rest >> 48) }
  /// Of a packed ring.
  @inline(__always) var buffer: UInt16 { UInt16(truncatingIfNeeded: rest >> 32) }
  @inline(__always) var packedFlags: UInt16 { UInt16(truncatingIfNeeded: rest >> 48) }
}

/// A descriptor that is one of a chain.
protocol DescriptorChain {
  /// The buffer at hand.
  var address: UInt64 { get }
  var length: Int { get }
  var isWritable: Bool { get }
  /// Goes on to the next buffer. `false` at the chain's end, and when the next one is a lie.
  mutating func advance(_ fault: inout RingFault?) -> Bool
}
