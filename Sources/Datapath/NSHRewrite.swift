import Bytes
import Match

/// Adds and removes network service headers. RFC 8300, section 2.
enum NSHRewrite {
  /// Bytes of base and service path header.
  private static var baseLength: Int { 8 }
  /// Bytes of the context of metadata type 1.
  private static var contextLength: Int { 16 }
  private static var etherType: UInt16 { 0x894f }
  /// What a header begins with: version 0, no flags, TTL 63.
  private static var firstBits: UInt32 { 63 << 22 }
  /// Path 0, index 255.
  private static var path: UInt32 { 255 }

  /// Adds a header in front of the frame, of which the Ethernet header counts only if the next protocol is Ethernet.
  /// Metadata is 0. `false` when the frame has no room in front.
  ///
  /// - Parameters:
  ///   - type: of metadata, 1 or 2.
  ///   - next: the protocol of what follows; 3 for Ethernet.
  ///   - optionLength: bytes of metadata of type 2, a multiple of 4.
  static func push(
    type: UInt8, next: UInt8, optionLength: Int, onto packet: Packet, layout: inout FrameLayout
  ) -> Bool {
    let length = baseLength + (type == 1 ? contextLength : optionLength)
    let count = next == 3 ? HeaderMoves.ethernetLength + length : length
    guard packet.prepend(count) else { return false }
    HeaderMoves.hide(by: count, in: packet, layout)
    HeaderMoves.clearEthernet(etherType, in: packet)
    layout = FrameLayout()
    layout.payload = HeaderMoves.ethernetLength
    layout.network = layout.payload
    var bytes = packet.mutableBytes
    let words = UInt32(truncatingIfNeeded: length / 4)
    bytes.store(firstBits | words << 16 | UInt32(type) << 8 | UInt32(next), at: layout.network)
    bytes.store(path, at: layout.network + 4)
    for offset in stride(from: baseLength, to: length, by: 4) {
      bytes.store(UInt32(0), at: layout.network + offset)
    }
    return true
  }

  /// Puts up to 16 bytes of metadata where they belong: those at `index` in units of 16. What lies outside of the
  /// header is left out.
  static func setOptions(_ high: UInt64, _ low: UInt64, at index: Int, in packet: Packet, layout: FrameLayout)
  {
    guard let length = FlowKey.lengthOfNSH(in: packet.bytes, at: layout.network) else { return }
    var bytes = packet.mutableBytes
    for part in 0..<4 {
      let offset = baseLength + index * 16 + part * 4
      guard offset + 4 <= length else { return }
      let word = part < 2 ? high >> UInt64(32 - part * 32) : low >> UInt64(96 - part * 32)
      bytes.store(UInt32(truncatingIfNeeded: word), at: layout.network + offset)
    }
  }

  /// Removes the header that the frame begins with; a frame without a whole one stays as it is.
  ///
  /// - Parameter etherType: the type of what follows; 0 for an Ethernet frame.
  static func pop(etherType: UInt16, from packet: Packet, layout: inout FrameLayout) {
    let start = HeaderMoves.ethernetLength
    guard layout.network == start, let length = FlowKey.lengthOfNSH(in: packet.bytes, at: start) else {
      return
    }
    packet.removeFirst(etherType == 0 ? start + length : length)
    if etherType != 0 { HeaderMoves.clearEthernet(etherType, in: packet) }
    HeaderMoves.uncover(by: etherType == 0 ? start + length : length, in: packet, &layout)
  }
}
