/// What is still to be done to a frame before it may go on a real wire: the virtio_net_hdr, decoded.
///
/// A host that has checksum and segmentation offload hands over frames with an unfinished checksum, up to
/// 64 KiB long. The switch carries them as they are, with this beside them, and finishes them only at a port
/// whose far end cannot. Source: Virtual I/O Device specification 1.2, section 5.1.6.
@frozen public struct OffloadHeader: BitwiseCopyable, Equatable, Sendable {
  /// Segmentation types of `gsoType`, without the ECN bit.
  public enum GSO {
    public static var none: UInt8 { 0 }
    public static var tcp4: UInt8 { 1 }
    public static var udp: UInt8 { 3 }
    public static var tcp6: UInt8 { 4 }
    public static var udpL4: UInt8 { 5 }
    /// Set beside `tcp4` or `tcp6`: the TCP header carries CWR.
    public static var ecn: UInt8 { 0x80 }
  }
  public enum Flags {
    /// The checksum from `checksumStart` on is to be finished and stored at `checksumOffset` behind it.
    public static var needsChecksum: UInt8 { 1 }
    /// The device has verified the checksum.
    public static var dataValid: UInt8 { 2 }
  }

  public var flags: UInt8
  public var gsoType: UInt8
  /// Bytes of all headers, Ethernet to transport; a hint that receivers must not trust.
  public var headerLength: UInt16
  /// Payload bytes of each segment when `gsoType` is not none.
  public var segmentSize: UInt16
  /// Bytes from the start of the frame to where checksumming starts.
  public var checksumStart: UInt16
  /// Bytes from `checksumStart` to the checksum field.
  public var checksumOffset: UInt16
  /// Where the IP header is whose packet is unfinished, when the switch has put headers in front of it that no
  /// device knows; 0 otherwise. Such frames are finished in software wherever they leave.
  public var hiddenNetwork: UInt16

  /// A frame with nothing left to do.
  @inlinable
  public init() {
    flags = 0
    gsoType = 0
    headerLength = 0
    segmentSize = 0
    checksumStart = 0
    checksumOffset = 0
    hiddenNetwork = 0
  }

  /// Whether the transport checksum is unfinished.
  @inlinable public var needsChecksum: Bool { flags & Flags.needsChecksum != 0 }
  /// Whether the frame is to be cut into segments.
  @inlinable public var isGSO: Bool { gsoType & ~GSO.ecn != GSO.none }

  /// Whether there is nothing to say of the frame: all fields but these are offsets.
  @inlinable public var isPlain: Bool { flags == 0 && gsoType == GSO.none }

  /// Moves the offsets by `count` bytes: positive after a push in front of them, negative after a pop.
  @inlinable
  public mutating func shift(by count: Int) {
    if needsChecksum { checksumStart = UInt16(truncatingIfNeeded: Int(checksumStart) + count) }
    if isGSO { headerLength = UInt16(truncatingIfNeeded: Int(headerLength) + count) }
    if hiddenNetwork != 0 { hiddenNetwork = UInt16(truncatingIfNeeded: Int(hiddenNetwork) + count) }
  }
}
