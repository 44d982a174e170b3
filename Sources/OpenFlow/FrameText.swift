import Bytes
import Match

/// A frame as `ovs-ofctl` prints it in packet-ins and packet-outs: its headers as a match, and the checksum of
/// what it carries.
enum FrameText {
  static func text(of frame: [UInt8]) -> String {
    let (frame, inner) = withoutInnerTag(frame)
    var layout = FrameLayout()
    let key = FlowKey.extract(from: frame.rawSpan, layout: &layout)
    var match = FlowMatch(of: key ?? FlowKey())
    match.showNeighborDiscovery()
    var text = "\(match)"
    if let inner { text = insert(inner, into: text) }
    let start = Int(layout.transport)
    guard key != nil, let (name, offset) = checksum(match), start > 0, start + offset + 2 <= frame.count,
      !text.contains("nw_frag=later")
    else { return text }
    let count = name == "sctp" ? 4 : 2
    guard start + offset + count <= frame.count else { return text }
    let value = frame[start + offset..<start + offset + count].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    text += " \(name)_csum:" + String(value, radix: 16)
    return text
  }

  /// A frame with two VLAN tags without the second one, whose fields have names of their own here, and the text for
  /// it; one with a single tag and the text for the second one that it does not have.
  private static func withoutInnerTag(_ frame: [UInt8]) -> (frame: [UInt8], tag: String?) {
    guard frame.count >= 18, isTag(frame[12..<14]) else { return (frame, nil) }
    guard frame.count >= 22, isTag(frame[16..<18]) else { return (frame, "vlan_tci1=0x0000") }
    let control = UInt16(frame[18]) << 8 | UInt16(frame[19])
    let tag = "dl_vlan1=\(control & 0xfff),dl_vlan_pcp1=\(control >> 13)"
    return (Array(frame[..<16] + frame[20...]), tag)
  }

  private static func isTag(_ type: ArraySlice<UInt8>) -> Bool {
    type.elementsEqual([0x81, 0x00]) || type.elementsEqual([0x88, 0xa8])
  }

  /// Behind the first tag.
  private static func insert(_ tag: String, into text: String) -> String {
    let terms = text.split(separator: ",", omittingEmptySubsequences: false)
    guard let place = terms.firstIndex(where: { $0.hasPrefix("dl_vlan_pcp=") }) else { return text }
    return (terms[...place] + [tag[...]] + terms[(place + 1)...]).joined(separator: ",")
  }

  /// The protocol, and where its header has the checksum.
  private static func checksum(_ match: FlowMatch) -> (name: String, offset: Int)? {
    let protocols: [(Field.Prerequisite, String, Int)] = [
      (.tcp, "tcp", 16), (.udp, "udp", 6), (.sctp, "sctp", 8), (.icmpv4, "icmp", 2), (.icmpv6, "icmp6", 2),
    ]
    return protocols.first { $0.0.isMet(by: match) }.map { ($0.1, $0.2) }
  }
}

extension FlowMatch {
  /// Of neighbor discovery both link-layer addresses are shown, whichever of them the frame has, and not the
  /// reserved bits and the option's type.
  fileprivate mutating func showNeighborDiscovery() {
    guard Self.target.contains(where: { mask(at: $0) != 0 }) else { return }
    for slot in Self.hidden { set(slot, to: 0, mask: 0) }
    for slot in Self.addresses where mask(at: slot) == 0 { set(slot, to: 0) }
  }

  private static let target = slots("nd_target")
  private static let hidden = slots("nd_reserved", "nd_options_type")
  private static let addresses = slots("nd_sll", "nd_tll")

  private static func slots(_ names: String...) -> [Slot] { names.flatMap { Field.named($0)?.slots ?? [] } }
}
