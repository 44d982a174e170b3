import Bytes
import Match

/// Takes the Ethernet header off a frame.
enum EthernetRewrite {
  /// What is left begins with what follows the EtherType; `HeaderMoves` says what stands in the header's place.
  static func pop(from packet: Packet, layout: inout FrameLayout) {
    let count = layout.payload - HeaderMoves.ethernetLength
    guard count >= 0, packet.length >= layout.payload else { return }
    packet.removeFirst(count)
    HeaderMoves.clearEthernet(packet.bytes.load(UInt16.self, at: 12), in: packet)
    if count > 0 { HeaderMoves.uncover(by: count, in: packet, &layout) }
  }
}
