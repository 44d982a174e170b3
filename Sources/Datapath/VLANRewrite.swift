import Bytes
import Match

/// Adds, removes and replaces the outermost VLAN tag of a frame; offsets of headers and offloads follow.
enum VLANRewrite {
  /// Adds a tag (TPID 16 | TCI 16; the present bit is not part of a TCI on the wire). `false` when the frame
  /// has no room in front.
  static func push(_ tag: UInt32, onto packet: Packet, layout: inout FrameLayout) -> Bool {
    guard packet.prepend(4) else { return false }
    var bytes = packet.mutableBytes
    let head = bytes.load(UInt64.self, at: 4)
    let rest = bytes.load(UInt32.self, at: 12)
    bytes.store(head, at: 0)
    bytes.store(rest, at: 8)
    bytes.store(onWire(tag), at: 12)
    shift(packet, &layout, by: 4)
    return true
  }

  /// Removes the outermost tag. A frame too short to have one stays as it is.
  static func pop(from packet: Packet, layout: inout FrameLayout) {
    guard packet.length >= 18 else { return }
    var bytes = packet.mutableBytes
    let head = bytes.load(UInt64.self, at: 0)
    let rest = bytes.load(UInt32.self, at: 8)
    bytes.store(head, at: 4)
    bytes.store(rest, at: 12)
    packet.removeFirst(4)
    shift(packet, &layout, by: -4)
  }

  /// Replaces the outermost tag.
  static func set(_ tag: UInt32, in packet: Packet) {
    guard packet.length >= 18 else { return }
    var bytes = packet.mutableBytes
    bytes.store(onWire(tag), at: 12)
  }

  /// Bit 12 of a TCI is the drop eligible indicator on the wire; frames leave with it clear.
  private static func onWire(_ tag: UInt32) -> UInt32 { tag & ~UInt32(FlowKey.vlanPresent) }

  private static func shift(_ packet: Packet, _ layout: inout FrameLayout, by count: Int) {
    if layout.network != 0 { layout.network += count }
    if layout.transport != 0 { layout.transport += count }
    layout.payload += count
    var offload = packet.offload
    offload.shift(by: count)
    packet.offload = offload
  }
}
