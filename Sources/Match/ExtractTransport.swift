import Bytes

/// What lies in IP packets: ports, types, neighbour discovery.
extension FlowKey {
  @inline(__always)
  mutating func extractTransport(
    _ frame: borrowing RawSpan, proto: UInt64, isIPv6: Bool, at offset: Int, end: Int,
    layout: inout FrameLayout
  ) {
    let length = end - offset
    switch proto {
    case 6:  // TCP, RFC 9293
      guard length >= 20 else { return }
      let offsetAndFlags = Int(frame.load(UInt16.self, at: offset + 12))
      if 20...length ~= offsetAndFlags >> 12 * 4 {
        let flags = UInt64(truncatingIfNeeded: offsetAndFlags & 0xfff)
        words[Word.transport] = UInt64(frame.load(UInt32.self, at: offset)) << 32 | flags << 16
      }
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
}
