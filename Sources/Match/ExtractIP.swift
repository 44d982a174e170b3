import Bytes

/// IPv4 and IPv6 headers.
extension FlowKey {
  /// RFC 791, section 3.1.
  @inline(__always)
  mutating func extractIPv4(
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
  mutating func extractIPv6(
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
}
