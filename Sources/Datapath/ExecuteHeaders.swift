import Bytes
import Match
import Pipeline

/// Ops that add and take off headers.
extension PacketPath {
  /// Does `op` to a frame that nobody else holds. `false` when the frame has no room in front.
  static func rewrite(_ packet: Packet, _ op: FrameOp, layout: inout FrameLayout) -> Bool {
    switch op {
    case .pushTag(let tag): return VLANRewrite.push(tag, onto: packet, layout: &layout)
    case .popTag: VLANRewrite.pop(from: packet, layout: &layout)
    case .setTag(let tag): VLANRewrite.set(tag, in: packet)
    case .pushLabel(let entry, let type):
      return MPLSRewrite.push(entry, etherType: type, onto: packet, layout: &layout)
    case .popLabel(let type): MPLSRewrite.pop(etherType: type, from: packet, layout: &layout)
    case .pushLabelOverEthernet(let entry, let type):
      return MPLSRewrite.pushOverEthernet(entry, etherType: type, onto: packet, layout: &layout)
    case .popToEthernet: MPLSRewrite.popToEthernet(from: packet, layout: &layout)
    case .popEthernet: EthernetRewrite.pop(from: packet, layout: &layout)
    case .pushNSH(let type, let next, let optionLength):
      return NSHRewrite.push(
        type: type, next: next, optionLength: Int(optionLength), onto: packet, layout: &layout)
    case .options(let high, let low, let index):
      NSHRewrite.setOptions(high, low, at: Int(index), in: packet, layout: layout)
    case .popNSH(let type): NSHRewrite.pop(etherType: type, from: packet, layout: &layout)
    default: break
    }
    return true
  }
}
