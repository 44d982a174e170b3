import Bytes
import Match
import OVSOracle
import TestKit
import Testing

/// Frames as the real `ovs-ofctl parse-pcap` reads them.
@Suite struct ExtractOracleTests {
  /// A capture file: Ethernet, microseconds, this machine's byte order.
  private static func capture(_ frames: [[UInt8]]) -> [UInt8] {
    func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    var file = word(0xa1b2_c3d4) + [2, 0, 4, 0] + word(0) + word(0) + word(65_535) + word(1)
    for frame in frames {
      file += word(0) + word(0) + word(UInt32(frame.count)) + word(UInt32(frame.count)) + frame
    }
    return file
  }

  /// What of a line a match can say: neither tags and labels further inside, nor fields of headers that the
  /// frame does not have, which are printed as 0.
  private static func terms(of line: Substring) -> String {
    let isLater = line.contains("nw_frag=later")
    return line.split(separator: ",").filter { term in
      let name = term.prefix { $0 != "=" }
      switch name {
      case "in_port", "mpls_lse1", "mpls_lse2", "vlan_tci1", "dl_vlan1", "dl_vlan_pcp1": return false
      case "nd_tll": return !line.contains("icmp_type=135")
      case "nd_sll": return !line.contains("icmp_type=136")
      case "nw_proto", "nw_tos", "nw_ecn", "nw_ttl", "nw_frag": return !line.contains("dl_type=")
      case "tp_src", "tp_dst", "tcp_flags": return !isLater && !line.contains("nw_proto=")
      case "icmp_type", "icmp_code": return !isLater
      default: return true
      }
    }.joined(separator: ",")
  }

  @Test func readsWhatOpenVSwitchReads() throws {
    let rows = ExtractTests.rows
    let path = OVSOfctl.temporaryFile(holding: Self.capture(rows.map(\.frame.bytes)))
    defer { OVSOfctl.unlink(path) }
    let (text, _) = OVSOfctl.run(["parse-pcap", path])
    let lines = text.split(separator: "\n")
    try #require(lines.count == rows.count)
    for (row, line) in zip(rows, lines) {
      var layout = FrameLayout()
      let bytes = row.frame.bytes
      let key = try #require(FlowKey.extract(from: bytes.rawSpan, layout: &layout))
      let match = try FlowMatch(parsing: Self.terms(of: line)[...])
      if !match.matches(key) { Issue.record("\(row.name): \(line)\n\(FlowMatch(of: key))") }
    }
  }
}
