import Bytes

/// Where a frame's headers start, for the code that rewrites them. Offsets in bytes from the frame's start.
@frozen public struct FrameLayout: BitwiseCopyable, Sendable {
  /// The network header, behind the EtherType that says which; 0 when it is not whole or not known.
  public var network: Int
  /// The transport header; 0 when the frame has none that is whole.
  public var transport: Int
  /// What follows the EtherType, known or not.
  public var payload: Int

  @inlinable
  public init() {
    network = 0
    transport = 0
    payload = 0
  }
}

extension FlowKey {
  /// Reads every field of `frame` into a key. `layout` says where the headers are.
  ///
  /// Each header is used only if it is whole and consistent; from the first one that is not, its fields and
  /// those behind it stay 0, so that a rule cannot be fooled by half a header. Fields of the transport header
  /// stay 0 in later fragments. Two tags are read; behind them `eth_type` is what the inner tag says.
  ///
  /// - Returns: `nil` when the frame is shorter than an Ethernet header, or ends within a tag.
  public static func extract(from frame: borrowing RawSpan, layout: inout FrameLayout) -> FlowKey? {
    var key = FlowKey()
    return key.fill(from: frame, layout: &layout) ? key : nil
  }

  /// The same into this key, whose words must all be 0. It writes cold words only for frames of a type for which
  /// `hasColdWords` says so. `false` where `extract` returns `nil`.
  public mutating func fill(from frame: borrowing RawSpan, layout: inout FrameLayout) -> Bool {
    let end = frame.byteCount
    guard end >= 14 else { return false }
    let destinationAndMore = frame.load(UInt64.self, at: 0)
    let restOfSource = UInt64(frame.load(UInt32.self, at: 8))
    let source = (destinationAndMore & 0xffff) << 32 | restOfSource
    words[Word.ethernetSource] = source << 16

    var type = frame.load(UInt16.self, at: 12)
    var offset = 14
    if Self.isTag(type) {
      guard end >= 18 else { return false }
      var tags = UInt64(type) << 48 | (UInt64(frame.load(UInt16.self, at: 14)) | Self.vlanPresent) << 32
      type = frame.load(UInt16.self, at: 16)
      offset = 18
      if Self.isTag(type) {
        guard end >= 22 else { return false }
        tags |= UInt64(type) << 16 | (UInt64(frame.load(UInt16.self, at: 18)) | Self.vlanPresent)
        type = frame.load(UInt16.self, at: 20)
        offset = 22
      }
      words[Word.vlan] = tags
    }
    if type < 0x600 { type = Self.typeBehindLength(frame, at: &offset) }
    words[Word.ethernetDestination] = destinationAndMore & ~0xffff | UInt64(type)
    layout = FrameLayout()
    layout.payload = offset
    extractNetwork(type, frame, at: offset, layout: &layout)
    return true
  }

  /// Reads what an EtherType of `type` announces, from `offset` on.
  @inline(__always)
  mutating func extractNetwork(
    _ type: UInt16, _ frame: borrowing RawSpan, at offset: Int, layout: inout FrameLayout
  ) {
    let end = frame.byteCount
    switch type {
    case 0x0800: extractIPv4(frame, at: offset, end: end, layout: &layout)
    case 0x86dd: extractIPv6(frame, at: offset, end: end, layout: &layout)
    case 0x0806, 0x8035: extractARP(frame, at: offset, end: end, layout: &layout)
    case 0x8847, 0x8848: extractMPLS(frame, at: offset, end: end, layout: &layout)
    case 0x894f: extractNSH(frame, at: offset, end: end, layout: &layout)
    default: break
    }
  }

  /// Whether `type` is the TPID of a VLAN tag: 802.1Q or 802.1ad.
  @inline(__always)
  private static func isTag(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88a8 }

  /// The type of a frame whose EtherType field is a length (IEEE 802.3): that of its SNAP header if it has
  /// one with an EtherType, else 0x5ff, Open vSwitch's number for such frames.
  private static func typeBehindLength(_ frame: borrowing RawSpan, at offset: inout Int) -> UInt16 {
    guard frame.byteCount - offset >= 8 else { return 0x5ff }
    let header = frame.load(UInt64.self, at: offset)
    guard header >> 16 == 0xaaaa_0300_0000, header & 0xffff >= 0x600 else { return 0x5ff }
    offset += 8
    return UInt16(truncatingIfNeeded: header)
  }
}
