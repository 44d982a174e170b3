import Bytes
import Match

/// A frame as `ovs-ofctl` prints it in packet-ins and packet-outs: its headers as a match, and the checksum of
/// what it carries.
enum FrameText {
  static func text(of frame: [UInt8]) -> String {
    var layout = FrameLayout()
    guard let key = FlowKey.extract(from: frame.rawSpan, layout: &layout) else { return "" }
    let match = FlowMatch(of: key)
    var text = "\(match)"
    let start = Int(layout.transport)
    guard let (name, offset) = checksum(match), start > 0, start + offset + 2 <= frame.count,
      !text.contains("nw_frag=later")
    else { return text }
    let count = name == "sctp" ? 4 : 2
    guard start + offset + count <= frame.count else { return text }
    let value = frame[start + offset..<start + offset + count].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    text += " \(name)_csum:" + String(value, radix: 16)
    return text
  }

  /// The protocol, and where its header has the checksum.
  private static func checksum(_ match: FlowMatch) -> (name: String, offset: Int)? {
    let protocols: [(Field.Prerequisite, String, Int)] = [
      (.tcp, "tcp", 16), (.udp, "udp", 6), (.sctp, "sctp", 8), (.icmpv4, "icmp", 2), (.icmpv6, "icmp6", 2),
    ]
    return protocols.first { $0.0.isMet(by: match) }.map { ($0.1, $0.2) }
  }
}
