import Bytes
import Match
import Wire

/// Writes header fields into a frame, with every checksum that covers them.
///
/// Checksums are updated incrementally (RFC 1624, equation 3), so that one that was wrong stays wrong and is
/// noticed by the receiver. Of a frame whose transport checksum is unfinished, the field holds the sum over the
/// pseudo header only, not complemented: addresses change it, ports do not.
enum HeaderRewrite {
  /// Puts `value` into the bits of `mask` of the fields that word number `word` of a key stands for.
  static func set(_ value: UInt64, mask: UInt64, word: Int, in packet: Packet, layout: FrameLayout) {
    typealias W = FlowKey.Word
    var bytes = packet.mutableBytes
    switch word {
    case W.ethernetDestination: merge(value, mask & ~0xffff, at: 0, in: &bytes)
    case W.ethernetSource: merge(value, mask & ~0xffff, at: 6, in: &bytes)
    default:
      guard layout.network != 0 else { return }
      let type = bytes.load(UInt16.self, at: layout.network - 2)
      switch type {
      case 0x0800: setIPv4(value, mask, word, packet, layout)
      case 0x86dd: setIPv6(value, mask, word, packet, layout)
      case 0x8847, 0x8848: setMPLS(value, mask, word, at: layout.network, in: &bytes)
      case 0x894f: setNSH(value, mask, word, at: layout.network, in: &bytes)
      default: setARP(value, mask, word, at: layout.network, in: &bytes)
      }
    }
  }

  private static func merge(_ value: UInt64, _ mask: UInt64, at offset: Int, in bytes: inout MutableRawSpan) {
    let old = bytes.load(UInt64.self, at: offset)
    bytes.store(old & ~mask | value & mask, at: offset)
  }

  // MARK: IPv4

  private static func setIPv4(
    _ value: UInt64, _ mask: UInt64, _ word: Int, _ packet: Packet, _ layout: FrameLayout
  ) {
    var bytes = packet.mutableBytes
    let start = layout.network
    switch word {
    case FlowKey.Word.ip:
      // tos 8 at byte 1, TTL 8 at byte 8: both inside the header checksum.
      replace16(at: start, value >> 16 & 0xff, mask >> 16 & 0xff, checksum: start + 10, in: &bytes)
      replace16(at: start + 8, value & 0xff00, mask & 0xff00, checksum: start + 10, in: &bytes)
    case FlowKey.Word.ipv4:
      let old = bytes.load(UInt64.self, at: start + 12)
      let new = old & ~mask | value & mask
      bytes.store(new, at: start + 12)
      ChecksumUpdate.apply(old: old, new: new, at: start + 10, in: &bytes)
      updatePseudoHeader(old: old, new: new, packet, layout, proto: bytes.load(UInt8.self, at: start + 9))
    case FlowKey.Word.transport:
      setTransport(value, mask, packet, layout, proto: bytes.load(UInt8.self, at: start + 9))
    default: break
    }
  }

  private static func replace16(
    at offset: Int, _ value: UInt64, _ mask: UInt64, checksum: Int, in bytes: inout MutableRawSpan
  ) {
    guard mask != 0 else { return }
    let old = bytes.load(UInt16.self, at: offset)
    let new = old & ~UInt16(truncatingIfNeeded: mask) | UInt16(truncatingIfNeeded: value & mask)
    bytes.store(new, at: offset)
    ChecksumUpdate.apply(old: UInt64(old), new: UInt64(new), at: checksum, in: &bytes)
  }

  // MARK: IPv6

  private static func setIPv6(
    _ value: UInt64, _ mask: UInt64, _ word: Int, _ packet: Packet, _ layout: FrameLayout
  ) {
    typealias W = FlowKey.Word
    var bytes = packet.mutableBytes
    let start = layout.network
    switch word {
    case W.ip:
      let old = bytes.load(UInt64.self, at: start)
      // version 4 | traffic class 8 | flow label 20 | length 16 | next header 8 | hop limit 8
      let bits = (mask >> 16 & 0xff) << 52 | (mask >> 32 & 0xf_ffff) << 32 | mask >> 8 & 0xff
      let new = (value >> 16 & 0xff) << 52 | (value >> 32 & 0xf_ffff) << 32 | value >> 8 & 0xff
      bytes.store(old & ~bits | new & bits, at: start)
    case W.ipv6Source, W.ipv6Source + 1, W.ipv6Destination, W.ipv6Destination + 1:
      let offset = start + 8 + (word - W.ipv6Source) * 8
      let old = bytes.load(UInt64.self, at: offset)
      let new = old & ~mask | value & mask
      bytes.store(new, at: offset)
      if layout.transport != 0 {
        updatePseudoHeader(old: old, new: new, packet, layout, proto: transportProtocol(of: packet, layout))
      }
    case W.transport:
      setTransport(value, mask, packet, layout, proto: transportProtocol(of: packet, layout))
    case W.ndTarget, W.ndTarget + 1:
      guard hasDiscoveryTarget(packet, layout) else { return }
      replaceCovered(
        at: layout.transport + 8 + (word - W.ndTarget) * 8, value, mask, checksum: layout.transport + 2,
        packet, layout)
    case W.arpSourceHardware: setDiscoveryOption(1, value, mask, packet, layout)
    case W.arpTargetHardware: setDiscoveryOption(2, value, mask, packet, layout)
    default: break
    }
  }

  /// What the last header before the transport header says comes next.
  private static func transportProtocol(of packet: Packet, _ layout: FrameLayout) -> UInt8 {
    let bytes = packet.bytes
    var proto = bytes.load(UInt8.self, at: layout.network + 6)
    var position = layout.network + 40
    while position < layout.transport, position + 8 <= bytes.byteCount {
      let length = Int(bytes.load(UInt8.self, at: position + 1))
      let header = proto
      proto = bytes.load(UInt8.self, at: position)
      position += header == 44 ? 8 : header == 51 ? length * 4 + 8 : length * 8 + 8
    }
    return proto
  }

  /// Whether the message is long enough for a target address, behind which options may stand.
  private static func hasDiscoveryTarget(_ packet: Packet, _ layout: FrameLayout) -> Bool {
    layout.transport != 0 && layout.packetEnd(in: packet) - layout.transport >= 24
  }

  /// The address in a neighbour discovery option. RFC 4861, section 4.6.1.
  private static func setDiscoveryOption(
    _ type: UInt8, _ value: UInt64, _ mask: UInt64, _ packet: Packet, _ layout: FrameLayout
  ) {
    guard hasDiscoveryTarget(packet, layout) else { return }
    let bytes = packet.bytes
    let end = layout.packetEnd(in: packet)
    var position = layout.transport + 24
    while end - position >= 8 {
      let length = Int(bytes.load(UInt8.self, at: position + 1)) * 8
      guard length > 0 else { return }
      if bytes.load(UInt8.self, at: position) == type, length == 8 {
        return replaceCovered(
          at: position, value & 0xffff_ffff_ffff, mask & 0xffff_ffff_ffff, checksum: layout.transport + 2,
          packet, layout)
      }
      position += length
    }
  }

  // MARK: Transport

  private static func setTransport(
    _ value: UInt64, _ mask: UInt64, _ packet: Packet, _ layout: FrameLayout, proto: UInt8
  ) {
    let start = layout.transport
    guard start != 0 else { return }
    var bytes = packet.mutableBytes
    let old = bytes.load(UInt32.self, at: start)
    switch proto {
    case 6, 17:
      if proto == 6, !hasWholeTCPHeader(packet, layout) { return }
      let new = old & ~UInt32(mask >> 32) | UInt32(value >> 32 & mask >> 32)
      bytes.store(new, at: start)
      guard !isUnfinished(packet, layout) else { return }
      let checksum = start + (proto == 6 ? 16 : 6)
      // RFC 768: a UDP checksum of 0 says that there is none.
      if proto == 17, bytes.load(UInt16.self, at: checksum) == 0 { return }
      ChecksumUpdate.apply(old: UInt64(old), new: UInt64(new), at: checksum, in: &bytes)
      if proto == 17, bytes.load(UInt16.self, at: checksum) == 0 {
        bytes.store(0xffff as UInt16, at: checksum)
      }
    case 132:
      let before = SCTPChecksum.state(of: packet, layout: layout)
      bytes.store(old & ~UInt32(mask >> 32) | UInt32(value >> 32 & mask >> 32), at: start)
      SCTPChecksum.follow(from: before, in: packet, layout: layout)
    case 1, 58:
      let bits = UInt32(mask >> 48 & 0xff) << 24 | UInt32(mask >> 32 & 0xff) << 16
      let wanted = UInt32(value >> 48 & 0xff) << 24 | UInt32(value >> 32 & 0xff) << 16
      let new = old & ~bits | wanted & bits
      bytes.store(new, at: start)
      if !isUnfinished(packet, layout) {
        ChecksumUpdate.apply(old: UInt64(old >> 16), new: UInt64(new >> 16), at: start + 2, in: &bytes)
      }
      if proto == 58, mask & 0xff_00_ffff_ffff != 0 { setDiscovery(value, mask, packet, layout) }
    default: break
    }
  }

  /// Whether the header's length, RFC 9293's data offset, is one that it can have. Ports of a segment that nobody can
  /// read are not worth a change; Open vSwitch leaves them as well.
  private static func hasWholeTCPHeader(_ packet: Packet, _ layout: FrameLayout) -> Bool {
    let length = Int(packet.bytes.load(UInt8.self, at: layout.transport + 12) >> 4) * 4
    return length >= 20 && layout.transport + length <= layout.packetEnd(in: packet)
  }

  /// `nd_reserved` and `nd_options_type`, the type of the first option.
  private static func setDiscovery(_ value: UInt64, _ mask: UInt64, _ packet: Packet, _ layout: FrameLayout) {
    guard layout.transport != 0, layout.packetEnd(in: packet) - layout.transport >= 8 else { return }
    let checksum = layout.transport + 2
    replaceCovered(
      at: layout.transport, value & 0xffff_ffff, mask & 0xffff_ffff, checksum: checksum, packet, layout)
    guard layout.packetEnd(in: packet) - layout.transport >= 32 else { return }
    replaceCovered(
      at: layout.transport + 24, value << 16, (mask >> 40 & 0xff) << 56, checksum: checksum, packet, layout)
  }

  /// Changes 8 bytes that the checksum at `checksum` covers.
  private static func replaceCovered(
    at offset: Int, _ value: UInt64, _ mask: UInt64, checksum: Int, _ packet: Packet, _ layout: FrameLayout
  ) {
    var bytes = packet.mutableBytes
    let old = bytes.load(UInt64.self, at: offset)
    let new = old & ~mask | value & mask
    bytes.store(new, at: offset)
    guard !isUnfinished(packet, layout) else { return }
    ChecksumUpdate.apply(old: old, new: new, at: checksum, in: &bytes)
  }

  /// Whether the transport header's checksum is left to a device. That of a header further inside, behind a
  /// tunnel's, is none of ours.
  private static func isUnfinished(_ packet: Packet, _ layout: FrameLayout) -> Bool {
    packet.offload.needsChecksum && Int(packet.offload.checksumStart) == layout.transport
  }

  /// Follows a change of addresses in the checksum of the transport header. RFC 9293, section 3.1.
  private static func updatePseudoHeader(
    old: UInt64, new: UInt64, _ packet: Packet, _ layout: FrameLayout, proto: UInt8
  ) {
    guard layout.transport != 0 else { return }
    var bytes = packet.mutableBytes
    let isUnfinished = isUnfinished(packet, layout)
    let checksum: Int
    switch proto {
    case 6: checksum = layout.transport + 16
    case 17:
      checksum = layout.transport + 6
      if !isUnfinished, bytes.load(UInt16.self, at: checksum) == 0 { return }
    case 58: checksum = layout.transport + 2
    default: return
    }
    if isUnfinished {
      ChecksumUpdate.applyToUnfinished(old: old, new: new, at: checksum, in: &bytes)
    } else {
      ChecksumUpdate.apply(old: old, new: new, at: checksum, in: &bytes)
      if proto == 17, bytes.load(UInt16.self, at: checksum) == 0 {
        bytes.store(0xffff as UInt16, at: checksum)
      }
    }
  }

  // MARK: ARP

  private static func setARP(
    _ value: UInt64, _ mask: UInt64, _ word: Int, at start: Int, in bytes: inout MutableRawSpan
  ) {
    typealias W = FlowKey.Word
    let address: UInt64 = 0xffff_ffff_ffff
    switch word {
    case W.ip:
      let bits = UInt16(truncatingIfNeeded: mask >> 24)
      let old = bytes.load(UInt16.self, at: start + 6)
      bytes.store(old & ~bits | UInt16(truncatingIfNeeded: value >> 24) & bits, at: start + 6)
    case W.ipv4:
      let sender = bytes.load(UInt32.self, at: start + 14)
      let target = bytes.load(UInt32.self, at: start + 24)
      bytes.store(sender & ~UInt32(mask >> 32) | UInt32(value >> 32 & mask >> 32), at: start + 14)
      bytes.store(
        target & ~UInt32(truncatingIfNeeded: mask) | UInt32(truncatingIfNeeded: value & mask), at: start + 24)
    case W.arpSourceHardware: merge(value, mask & address, at: start + 6, in: &bytes)
    case W.arpTargetHardware: merge(value, mask & address, at: start + 16, in: &bytes)
    default: break
    }
  }

  // MARK: MPLS and NSH

  /// Changes label stack entries that were read.
  private static func setMPLS(
    _ value: UInt64, _ mask: UInt64, _ word: Int, at start: Int, in bytes: inout MutableRawSpan
  ) {
    let offset = start + (word - FlowKey.Word.mpls) * 8
    guard offset >= start else { return }
    mergeEntry(value >> 32, mask >> 32, at: offset, in: &bytes)
    mergeEntry(value, mask, at: offset + 4, in: &bytes)
  }

  /// Merges the lower halves of `value` and `mask` into one entry of the label stack, if it is there.
  private static func mergeEntry(
    _ value: UInt64, _ mask: UInt64, at offset: Int, in bytes: inout MutableRawSpan
  ) {
    let bits = UInt32(truncatingIfNeeded: mask)
    guard bits != 0, offset + 4 <= bytes.byteCount else { return }
    let old = bytes.load(UInt32.self, at: offset)
    bytes.store(old & ~bits | UInt32(truncatingIfNeeded: value) & bits, at: offset)
  }

  /// Changes what RFC 8300 lets change: flags, TTL, service path, context of metadata type 1.
  private static func setNSH(
    _ value: UInt64, _ mask: UInt64, _ word: Int, at start: Int, in bytes: inout MutableRawSpan
  ) {
    typealias W = FlowKey.Word
    switch word {
    case W.nsh:
      let old = bytes.load(UInt64.self, at: start)
      // version 2 | flags 2 | TTL 6 | length 6 | unused 4 | type 4 | next 8 | path 24 | index 8
      let bits = (mask >> 56 & 3) << 60 | (mask >> 48 & 0x3f) << 54 | mask & 0xffff_ffff
      let new = (value >> 56 & 3) << 60 | (value >> 48 & 0x3f) << 54 | value & 0xffff_ffff
      bytes.store(old & ~bits | new & bits, at: start)
    case W.nshContext, W.nshContext + 1:
      let offset = start + 8 + (word - W.nshContext) * 8
      // Type 1 alone has this context, and was read only if it is whole.
      guard bytes.load(UInt32.self, at: start) >> 8 & 0xf == 1 else { return }
      merge(value, mask, at: offset, in: &bytes)
    default: break
    }
  }
}
