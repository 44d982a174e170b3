import Bytes
import Match

/// What pushing and popping headers in front of a network header have in common.
///
/// A frame without an Ethernet header (its packet type is an EtherType) has 14 bytes in its place here: addresses of
/// 0 and the type. So layouts, offloads and `HeaderRewrite` are the same for all frames; what sends such a frame on
/// cuts the 14 bytes off.
enum HeaderMoves {
  /// Bytes of an Ethernet header without tags.
  static var ethernetLength: Int { 14 }

  /// Makes room for `count` bytes in front of the payload; the Ethernet header and its tags move down. `false` when
  /// the frame has no room in front.
  static func open(_ count: Int, in packet: Packet, _ layout: inout FrameLayout) -> Bool {
    let length = layout.payload
    guard length <= packet.length, packet.prepend(count) else { return false }
    var bytes = packet.mutableBytes
    // Ethernet headers with tags are of even length.
    for offset in stride(from: 0, to: length, by: 2) {
      bytes.store(bytes.load(UInt16.self, at: offset + count), at: offset)
    }
    return true
  }

  /// Takes `count` bytes at the begin of the payload out; the Ethernet header and its tags move up. Precondition: the
  /// payload has them.
  static func close(_ count: Int, in packet: Packet, _ layout: FrameLayout) {
    var bytes = packet.mutableBytes
    for offset in stride(from: layout.payload - 2, through: 0, by: -2) {
      bytes.store(bytes.load(UInt16.self, at: offset), at: offset + count)
    }
    packet.removeFirst(count)
  }

  /// Says what the payload is. Behind a length field (IEEE 802.3) the type takes the length's place, as in Open
  /// vSwitch.
  static func setType(_ type: UInt16, in packet: Packet, _ layout: FrameLayout) {
    var bytes = packet.mutableBytes
    let first = bytes.load(UInt16.self, at: 12)
    bytes.store(type, at: first == 0x8100 || first == 0x88a8 ? layout.payload - 2 : 12)
  }

  /// Writes an Ethernet header with addresses of 0.
  static func clearEthernet(_ type: UInt16, in packet: Packet) {
    var bytes = packet.mutableBytes
    bytes.store(UInt64(0), at: 0)
    bytes.store(UInt32(0), at: 8)
    bytes.store(type, at: 12)
  }

  /// The offload follows a header of `count` bytes that no device knows; from now on the packet behind it can only be
  /// finished in software.
  static func hide(by count: Int, in packet: Packet, _ layout: FrameLayout) {
    var offload = packet.offload
    guard offload.needsChecksum else { return }
    if offload.hiddenNetwork == 0 { offload.hiddenNetwork = UInt16(truncatingIfNeeded: layout.network) }
    offload.shift(by: count)
    packet.offload = offload
  }

  /// Reads the layout anew when `count` bytes in front are gone. When nothing hides the packet any more, devices can
  /// finish it again.
  static func uncover(by count: Int, in packet: Packet, _ layout: inout FrameLayout) {
    layout = FrameLayout()
    _ = FlowKey.extract(from: packet.bytes, layout: &layout)
    var offload = packet.offload
    guard offload.needsChecksum else { return }
    guard Int(offload.checksumStart) >= count + ethernetLength else {
      // It lay in what is gone, as nothing that a sender claimed is true of it.
      packet.offload = OffloadHeader()
      return
    }
    offload.shift(by: -count)
    if Int(offload.checksumStart) == layout.transport { offload.hiddenNetwork = 0 }
    packet.offload = offload
  }
}
