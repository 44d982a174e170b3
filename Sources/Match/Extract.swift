import Bytes

/// Where a frame's headers start, for the code that rewrites them. Offsets in bytes from the frame's start.
@frozen public struct FrameLayout: BitwiseCopyable, Sendable {
  /// The network header, behind the EtherType that says which; 0 when it is not whole or not known.
  public var network: Int
  /// The transport header; 0 when the frame has none that is whole.
  public var transport: Int

  @inlinable
  public init() {
    network = 0
    transport = 0
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

    switch type {
    case 0x0800: extractIPv4(frame, at: offset, end: end, layout: &layout)
    case 0x86dd: extractIPv6(frame, at: offset, end: end, layout: &layout)
    case 0x0806, 0x8035: extractARP(frame, at: offset, end: end, layout: &layout)
    case 0x8847, 0x8848: extractMPLS(frame, at: offset, end: end, layout: &layout)
    case 0x894f: extractNSH(frame, at: offset, end: end, layout: &layout)
    default: break
    }
    return true
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

  /// RFC 791, section 3.1.
  @inline(__always)
  private mutating func extractIPv4(
    _ frame: borrowing RawSpan, at offset: Int, end: Int, layout: inout FrameLayout
  ) {
    guard end - offset >= 20 else { return }
    let first = frame.load(UInt64.self, at: offset)
    let headerLength = Int(first >> 56 & 0xf) * 4
    let totalLength = Int(first >> 32 & 0xffff)
    guard headerLength >= 20, totalLength >= headerLength, totalLength <= end - offset
    else { return }
    layout.network = offset
    let tos = first >> 48 & 0xff
    let second = frame.load(UInt32.self, at: offset + 8)
    let ttl = UInt64(second >> 24)
    let proto = UInt64(second >> 16 & 0xff)
    var fragment: UInt64 = 0
    if first & 0x1fff != 0 {
      fragment = Fragment.any | Fragment.later
    } else if first & 0x2000 != 0 {
      fragment = Fragment.any
    }
    words[Word.ipv4] = frame.load(UInt64.self, at: offset + 12)
    words[Word.ip] = proto << 24 | tos << 16 | ttl << 8 | fragment
    guard fragment & Fragment.later == 0 else { return }
    extractTransport(
      frame, proto: proto, isIPv6: false, at: offset + headerLength, end: offset + totalLength,
      layout: &layout)
  }

  /// RFC 8200, sections 3 and 4.
  @inline(__always)
  private mutating func extractIPv6(
    _ frame: borrowing RawSpan, at offset: Int, end: Int, layout: inout FrameLayout
  ) {
    guard end - offset >= 40 else { return }
    let first = frame.load(UInt64.self, at: offset)
    let payloadLength = Int(first >> 16 & 0xffff)
    guard payloadLength <= end - offset - 40 else { return }
    let stop = offset + 40 + payloadLength
    var proto = first >> 8 & 0xff
    let hopLimit = first & 0xff
    let trafficClass = first >> 52 & 0xff
    let label = first >> 32 & 0xf_ffff
    var fragment: UInt64 = 0
    var position = offset + 40
    var isWhole = true
    headers: while true {
      switch proto {
      case 0, 43, 60:  // hop-by-hop options, routing, destination options
        guard stop - position >= 8 else {
          isWhole = false
          break headers
        }
        proto = UInt64(frame.load(UInt8.self, at: position))
        position += Int(frame.load(UInt8.self, at: position + 1)) * 8 + 8
      case 51:  // authentication header, RFC 4302: counts 4-byte words, less 2
        guard stop - position >= 8 else {
          isWhole = false
          break headers
        }
        proto = UInt64(frame.load(UInt8.self, at: position))
        position += Int(frame.load(UInt8.self, at: position + 1)) * 4 + 8
      case 44:
        guard stop - position >= 8 else {
          isWhole = false
          break headers
        }
        let offsetAndFlags = frame.load(UInt16.self, at: position + 2)
        if offsetAndFlags & 0xfff8 != 0 {
          fragment = Fragment.any | Fragment.later
          break headers
        }
        if offsetAndFlags & 1 != 0 { fragment = Fragment.any }
        proto = UInt64(frame.load(UInt8.self, at: position))
        position += 8
      default:
        break headers
      }
      guard position <= stop else {
        isWhole = false
        break
      }
    }
    words[Word.ipv6Source] = frame.load(UInt64.self, at: offset + 8)
    words[Word.ipv6Source + 1] = frame.load(UInt64.self, at: offset + 16)
    words[Word.ipv6Destination] = frame.load(UInt64.self, at: offset + 24)
    words[Word.ipv6Destination + 1] = frame.load(UInt64.self, at: offset + 32)
    // Of a packet whose headers cannot be followed to their end the addresses are all that counts.
    guard isWhole else { return }
    layout.network = offset
    let low = proto << 24 | trafficClass << 16 | hopLimit << 8 | fragment
    words[Word.ip] = label << 32 | low
    guard fragment & Fragment.later == 0 else { return }
    extractTransport(frame, proto: proto, isIPv6: true, at: position, end: stop, layout: &layout)
  }

  @inline(__always)
  private mutating func extractTransport(
    _ frame: borrowing RawSpan, proto: UInt64, isIPv6: Bool, at offset: Int, end: Int,
    layout: inout FrameLayout
  ) {
    let length = end - offset
    switch proto {
    case 6:  // TCP, RFC 9293
      guard length >= 20 else { return }
      let flags = UInt64(frame.load(UInt16.self, at: offset + 12) & 0xfff)
      words[Word.transport] = UInt64(frame.load(UInt32.self, at: offset)) << 32 | flags << 16
    case 17:  // UDP, RFC 768
      guard length >= 8 else { return }
      words[Word.transport] = UInt64(frame.load(UInt32.self, at: offset)) << 32
    case 132:  // SCTP, RFC 9260
      guard length >= 12 else { return }
      words[Word.transport] = UInt64(frame.load(UInt32.self, at: offset)) << 32
    case 1 where !isIPv6:
      guard length >= 8 else { return }
      storeTypeAndCode(frame, at: offset)
    case 58 where isIPv6:
      guard length >= 4 else { return }
      storeTypeAndCode(frame, at: offset)
      extractNeighbourDiscovery(frame, at: offset, end: end)
    default:
      return
    }
    layout.transport = offset
  }

  @inline(__always)
  private mutating func storeTypeAndCode(_ frame: borrowing RawSpan, at offset: Int) {
    let type = UInt64(frame.load(UInt8.self, at: offset))
    let code = UInt64(frame.load(UInt8.self, at: offset + 1))
    words[Word.transport] = type << 48 | code << 32
  }

  /// Reserved bits, target and link-layer address of a neighbour solicitation or advertisement. RFC 4861,
  /// section 4. Two addresses of one kind make the message say nothing of addresses.
  private mutating func extractNeighbourDiscovery(_ frame: borrowing RawSpan, at offset: Int, end: Int) {
    let typeAndCode = frame.load(UInt16.self, at: offset)
    guard typeAndCode == 0x8700 || typeAndCode == 0x8800, end - offset >= 8 else { return }
    words[Word.transport] |= UInt64(frame.load(UInt32.self, at: offset + 4))
    guard end - offset >= 24 else { return }
    var source: UInt64 = 0
    var target: UInt64 = 0
    var optionType: UInt64 = 0
    var isAmbiguous = false
    var position = offset + 24
    while end - position >= 8 {
      let length = Int(frame.load(UInt8.self, at: position + 1)) * 8
      guard length > 0, length <= end - position else { break }
      let type = frame.load(UInt8.self, at: position)
      if length == 8, type == 1 || type == 2 {
        guard (type == 1 ? source : target) == 0 else {
          isAmbiguous = true
          break
        }
        let address = frame.load(UInt64.self, at: position) & 0xffff_ffff_ffff
        if type == 1 { source = address } else { target = address }
        if optionType == 0 { optionType = UInt64(type) }
      }
      position += length
    }
    words[Word.transport] |= optionType << 40
    guard !isAmbiguous else { return }
    words[Word.ndTarget] = frame.load(UInt64.self, at: offset + 8)
    words[Word.ndTarget + 1] = frame.load(UInt64.self, at: offset + 16)
    if typeAndCode == 0x8700 {
      words[Word.arpSourceHardware] = source
    } else {
      words[Word.arpTargetHardware] = target
    }
  }

  /// RFC 826, for IPv4 over Ethernet.
  private mutating func extractARP(
    _ frame: borrowing RawSpan, at offset: Int, end: Int, layout: inout FrameLayout
  ) {
    guard end - offset >= 28 else { return }
    let first = frame.load(UInt64.self, at: offset)
    guard first >> 16 == 0x0001_0800_0604 else { return }
    layout.network = offset
    let operation = first & 0xffff
    let sender = frame.load(UInt32.self, at: offset + 14)
    let target = frame.load(UInt32.self, at: offset + 24)
    words[Word.ip] = (operation > 0xff ? 0 : operation) << 24
    words[Word.ipv4] = UInt64(sender) << 32 | UInt64(target)
    words[Word.arpSourceHardware] = frame.load(UInt64.self, at: offset + 6) & 0xffff_ffff_ffff
    words[Word.arpTargetHardware] = frame.load(UInt64.self, at: offset + 16) & 0xffff_ffff_ffff
  }

  /// The first three entries of a label stack. RFC 3032, section 2.1.
  private mutating func extractMPLS(
    _ frame: borrowing RawSpan, at offset: Int, end: Int, layout: inout FrameLayout
  ) {
    guard end - offset >= 4 else { return }
    layout.network = offset
    let first = UInt64(frame.load(UInt32.self, at: offset))
    words[Word.mpls] = first << 32
    guard first & Self.bottomOfStack == 0, end - offset >= 8 else { return }
    let second = UInt64(frame.load(UInt32.self, at: offset + 4))
    words[Word.mpls] |= second
    guard second & Self.bottomOfStack == 0, end - offset >= 12 else { return }
    words[Word.mpls + 1] = UInt64(frame.load(UInt32.self, at: offset + 8)) << 32
  }

  private static var bottomOfStack: UInt64 { 0x100 }

  /// Base and service path header, and the context of metadata type 1. RFC 8300, section 2.
  private mutating func extractNSH(
    _ frame: borrowing RawSpan, at offset: Int, end: Int, layout: inout FrameLayout
  ) {
    guard end - offset >= 8 else { return }
    // version 2 | O 1 | 1 unused | TTL 6 | length 6, in words of 4 bytes | 4 unused | type 4 | next 8
    let base = UInt64(frame.load(UInt32.self, at: offset))
    let length = Int(base >> 16 & 0x3f) * 4
    let type = base >> 8 & 0xf
    guard base >> 30 == 0, length >= 8, length <= end - offset, type != 1 || length == 24 else { return }
    layout.network = offset
    let flags = base >> 28 & 3
    let ttl = base >> 22 & 0x3f
    words[Word.nsh] =
      flags << 56 | ttl << 48 | type << 40 | (base & 0xff) << 32
      | UInt64(frame.load(UInt32.self, at: offset + 4))
    guard type == 1 else { return }
    words[Word.nshContext] = frame.load(UInt64.self, at: offset + 8)
    words[Word.nshContext + 1] = frame.load(UInt64.self, at: offset + 16)
  }
}
