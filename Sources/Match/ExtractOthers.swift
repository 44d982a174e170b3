import Bytes

/// ARP, label stacks and network service headers.
extension FlowKey {
  /// RFC 826, for IPv4 over Ethernet.
  mutating func extractARP(
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
  mutating func extractMPLS(
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
  mutating func extractNSH(
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
