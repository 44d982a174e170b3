import Bytes
import Match

/// Adds and removes entries of a label stack. RFC 3032, section 2.1.
enum MPLSRewrite {
  /// Bytes of an entry.
  private static var entryLength: Int { 4 }

  /// Adds an entry in front of the payload, behind all tags. `false` when the frame has no room in front.
  static func push(
    _ entry: UInt32, etherType: UInt16, onto packet: Packet, layout: inout FrameLayout
  ) -> Bool {
    guard layout.payload >= HeaderMoves.ethernetLength,
      HeaderMoves.open(entryLength, in: packet, &layout)
    else { return false }
    HeaderMoves.setType(etherType, in: packet, layout)
    return finish(entry, entryLength, packet, &layout)
  }

  /// Makes the whole frame, its Ethernet header included, what is labelled. `false` when the frame has no room in
  /// front.
  static func pushOverEthernet(
    _ entry: UInt32, etherType: UInt16, onto packet: Packet, layout: inout FrameLayout
  ) -> Bool {
    let count = HeaderMoves.ethernetLength + entryLength
    guard packet.prepend(count) else { return false }
    HeaderMoves.hide(by: count, in: packet, layout)
    HeaderMoves.clearEthernet(etherType, in: packet)
    layout.payload = HeaderMoves.ethernetLength
    return finish(entry, 0, packet, &layout)
  }

  private static func finish(
    _ entry: UInt32, _ count: Int, _ packet: Packet, _ layout: inout FrameLayout
  ) -> Bool {
    var bytes = packet.mutableBytes
    bytes.store(entry, at: layout.payload)
    if count != 0 { HeaderMoves.hide(by: count, in: packet, layout) }
    layout.network = layout.payload
    layout.transport = 0
    return true
  }

  /// Removes the outermost entry; what is behind it is of `etherType`. A frame too short to have one stays as it is.
  static func pop(etherType: UInt16, from packet: Packet, layout: inout FrameLayout) {
    guard packet.length >= layout.payload + entryLength, layout.payload >= HeaderMoves.ethernetLength else {
      return
    }
    HeaderMoves.close(entryLength, in: packet, layout)
    HeaderMoves.setType(etherType, in: packet, layout)
    HeaderMoves.uncover(by: entryLength, in: packet, &layout)
  }

  /// Removes the last entry of a frame without an Ethernet header; what is behind it is an Ethernet frame. A frame
  /// too short stays as it is.
  static func popToEthernet(from packet: Packet, layout: inout FrameLayout) {
    let count = HeaderMoves.ethernetLength + entryLength
    guard packet.length >= count else { return }
    packet.removeFirst(count)
    HeaderMoves.uncover(by: count, in: packet, &layout)
  }
}
