import Flow
import Match
import OVSOracle
import Testing

/// Rules as the real `ovs-ofctl` prints them. Needs it installed (Debian package openvswitch-common).
@Suite struct RuleOracleTests {
  @Test func printsWhatOpenVSwitchPrints() throws {
    let path = OVSOfctl.temporaryFile(holding: Self.rules.joined(separator: "\n") + "\n")
    defer { OVSOfctl.unlink(path) }
    let (output, succeeded) = OVSOfctl.run(["-F", "NXM+table_id", "parse-flows", path])
    try #require(succeeded)
    // NXT_FLOW_MOD (xid=0x1): ADD table:255 priority=5,tcp actions=drop
    let printed = output.split(separator: "\n").compactMap { line in
      line.firstRange(of: "ADD table:255").map { String(line[$0.upperBound...]) }
    }
    try #require(printed.count == Self.rules.count)
    let style = FlowDumpStyle(showsStatistics: false)
    for (text, expected) in zip(Self.rules, printed) {
      let rule = try FlowMod(parsing: text[...], command: .add)
      let ours = FlowStatistics(
        table: 0, priority: rule.priority, match: rule.match, cookie: 0, actions: rule.actions)
      #expect(ours.line(style) == expected, "\(text)")
      #expect(try FlowMod(parsing: expected[...], command: .add) == rule, "\(text) printed and read back")
    }
  }

  static let rules = [
    "actions=drop", "actions=", "priority=0 actions=normal", "priority=65535,actions=1",
    "priority=32768,tcp,actions=output:2", "in_port=LOCAL actions=1,2,3", "priority=0x10 udp actions=all",
    "tcp, tp_dst=80 ,priority=7 actions= local , in_port", "dl_vlan=5 actions=strip_vlan,flood",
    "ip,nw_dst=10.0.0.0/8,actions=dec_ttl,resubmit(,1)", "duration=5s,n_packets=3,idle_age=1,actions=drop",
  ]
}
