/// What is measured: the rules, and the frames that meet them.
struct Scenario {
  var name: String
  var rules: [String]
  /// Bytes of a frame, without the FCS.
  var frameByteCount = 60
  /// Frames of as many UDP flows arrive in turn.
  var flowCount = 1

  static let all = [
    Scenario(name: "output: one rule, one flow", rules: ["actions=output:2"]),
    Scenario(name: "normal: two known addresses", rules: ["priority=0,actions=normal"]),
    Scenario(name: "normal, 1514 bytes", rules: ["priority=0,actions=normal"], frameByteCount: 1514),
    Scenario(name: "push and pop a VLAN tag", rules: ["actions=push_vlan:0x8100,pop_vlan,output:2"]),
    Scenario(name: "tag of VLAN 10", rules: ["actions=mod_vlan_vid:10,output:2"]),
    Scenario(name: "rewrite addresses and TTL", rules: ["ip,actions=dec_ttl,mod_nw_src:192.0.2.1,output:2"]),
    Scenario(
      name: "1,000 rules of one mask, 1,000 flows",
      rules: (0..<1000).map { "udp,tp_dst=\(1024 + $0),actions=output:2" }, flowCount: 1000),
    Scenario(
      name: "100 rules of 32 masks, 100 flows",
      rules: (0..<100).map {
        "priority=\(100 + $0 % 32),ip,nw_dst=10.\($0).0.0/\(1 + $0 % 32),actions=output:2"
      } + ["priority=1,actions=output:2"], flowCount: 100),
    Scenario(
      name: "ten tables, one after the other",
      rules: (0..<10).map { "table=\($0),actions=goto_table:\($0 + 1)" } + ["table=10,actions=output:2"]),
  ]

  /// One frame for each flow: Ethernet, IPv4, UDP with good checksums. RFC 791, RFC 768.
  var frames: [[UInt8]] {
    (0..<flowCount).map { flow in
      let port = UInt16(1024 + flow)
      var ip: [UInt8] = [0x45, 0] + bytes(UInt16(frameByteCount - 14)) + [0, 0, 0x40, 0, 64, 17, 0, 0]
      ip += [10, 0, 0, 1, 10, UInt8(flow % 100), 0, 2]
      let sum = stride(from: 0, to: 20, by: 2).reduce(UInt32(0)) {
        $0 + UInt32(ip[$1]) << 8 + UInt32(ip[$1 + 1])
      }
      let checksum = ~UInt16(truncatingIfNeeded: (sum & 0xffff) + sum >> 16)
      ip.replaceSubrange(10..<12, with: bytes(checksum))
      let udp = bytes(4000) + bytes(port) + bytes(UInt16(frameByteCount - 34)) + [0, 0]
      let header: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0] + ip + udp
      return header + [UInt8](repeating: 0, count: frameByteCount - header.count)
    }
  }

  private func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}
