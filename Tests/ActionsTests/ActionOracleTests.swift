import Actions
import Bytes
import Match
import OVSOracle
import Testing

/// Actions as the real `ovs-ofctl` prints them. Needs it installed (Debian package openvswitch-common).
@Suite struct ActionOracleTests {
  private struct Flow {
    let match: FlowMatch
    let actions: [Action]

    init(_ text: String) throws {
      let parts = text.split(separator: "actions=", maxSplits: 1, omittingEmptySubsequences: false)
      match = try FlowMatch(parsing: parts[0].hasSuffix(",") ? parts[0].dropLast() : parts[0])
      actions = try ActionList.parse(parts[1], at: 0)
    }
  }

  private static let flows = CapturedActions.all.map { row in
    row.match + (row.match.isEmpty ? "" : ",") + "actions=" + row.actions
  }

  /// The text behind `actions=` on every line that has one.
  private func printedActions(_ arguments: [String], _ flows: [String]) throws -> [String] {
    let path = OVSOfctl.temporaryFile(holding: flows.joined(separator: "\n") + "\n")
    defer { OVSOfctl.unlink(path) }
    let (output, succeeded) = OVSOfctl.run(arguments + [path])
    try #require(succeeded, "\(output)")
    let lines = output.split(separator: "\n").compactMap { line in
      line.split(separator: "actions=", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first
    }
    try #require(lines.count == flows.count)
    return lines.map(String.init)
  }

  /// What ovs-ofctl reads from its own messages: our lists after their way through our messages.
  @Test(arguments: OpenFlowVersion.allCases)
  func agreesAfterTheWire(version: OpenFlowVersion) throws {
    let usable = zip(CapturedActions.all, Self.flows).filter { row, text in
      (version == .v10 ? row.v10 : row.v13) != nil && !text.contains("write_metadata:1,goto")
    }
    let arguments = ["-O", version == .v10 ? "OpenFlow10" : "OpenFlow13", "parse-flows"]
    let printed = try printedActions(arguments, usable.map(\.1))
    #expect(usable.count > 90)
    for (text, expected) in zip(usable.map(\.1), printed) {
      let flow = try Flow(text)
      let decoded: [Action]
      if version == .v10 {
        var reader = ByteReader(ActionCodec.encode(flow.actions, version: .v10, for: flow.match))
        decoded = try ActionCodec.decode(&reader, version: .v10)
      } else {
        var reader = ByteReader(InstructionCodec.encode(flow.actions, for: flow.match))
        decoded = try InstructionCodec.decode(&reader)
      }
      // Open vSwitch calls it pop_vlan when it came by 1.3; here it has one name.
      let ours = ActionList.format(decoded).replacing(
        "strip_vlan", with: version == .v10 ? "strip_vlan" : "pop_vlan")
      #expect(ours == expected, "\(text)")
    }
  }

  /// What it prints of a text that was in no message. Where ours differs on purpose is said beside.
  @Test func agreesOnTexts() throws {
    let different = [
      // One action here, which is printed by its older name.
      "pop_vlan",
      // A text that can be read back, instead of ANY.
      "set_field:5/0->reg0",
      // In the parts in which a message carries it.
      "load:0x100000000000000020",
      // Without the bits of the value that the mask leaves out.
      "set_field:00:11:22:33:44:55/ff:ff", "set_field:1.2.3.4/255.0.0.255",
      "set_field:2001:db8::1/ffff::ffff",
    ]
    let texts = (Self.flows + Self.more + Self.extensions).filter { text in
      !different.contains { text.contains($0) }
    }
    // Priorities keep the lines in order, for diff-flows sorts.
    let numbered = texts.enumerated().map { "priority=\(60_000 - $0.offset),\($0.element)" }
    let path = OVSOfctl.temporaryFile(holding: numbered.joined(separator: "\n") + "\n")
    let empty = OVSOfctl.temporaryFile(holding: "")
    defer {
      OVSOfctl.unlink(path)
      OVSOfctl.unlink(empty)
    }
    let (output, _) = OVSOfctl.run(["diff-flows", path, empty])
    var printed: [Int: String] = [:]
    for line in output.split(separator: "\n") where line.contains("priority=") {
      let sides = line.split(separator: "actions=", maxSplits: 1, omittingEmptySubsequences: false)
      let digits = sides[0].split(separator: "priority=").last?.prefix { $0.isNumber } ?? ""
      if sides.count == 2, let priority = Int(digits) { printed[60_000 - priority] = String(sides[1]) }
    }
    try #require(printed.count == texts.count, "\(output.prefix(500))")
    for (index, text) in texts.enumerated() {
      #expect(ActionList.format(try Flow(text).actions) == printed[index], "\(text)")
    }
  }

  private static let more = [
    "actions=0", "actions=65279", "actions=OUTPUT:1", "actions=Normal", "actions=DROP", "actions= 1 , 2",
    "actions=1,,2", "actions=output=1", "actions=output(1)", "actions=output:4294967290",
    "actions=output(port=1,max_len=14)", "actions=output(port=IN_PORT,max_len=64)", "actions=all,flood,table",
    "actions=NORMAL,CONTROLLER:12,LOCAL", "actions=controller(max_len=0)", "actions=controller:0",
    "actions=controller(reason=action)", "actions=controller(reason=invalid_ttl,max_len=9,id=65535)",
    "actions=push_vlan:33024", "actions=set_vlan_vid:5", "actions=set_vlan_pcp:5",
    "ip,actions=set_nw_ttl:2", "ip,actions=dec_ttl()", "actions=set_field:0->reg0",
    "actions=set_field:0/1->reg0", "actions=set_field:0->metadata", "ip,actions=set_field:0->nw_ttl",
    "tcp,actions=set_field:80/0xf0->tcp_src", "tcp,actions=set_field:0/0xf->tcp_dst",
    "actions=set_field:0x1000/0xf000->vlan_tci", "actions=set_field:5->vlan_tci",
    "vlan_vid=0x1000/0x1000,actions=set_field:4101/0x100f->vlan_vid", "actions=set_field:LOCAL->in_port",
    "ip,actions=set_field:1.2.3.0/24->ip_src", "ip,actions=set_field:1.2.3.4/255.0.0.255->ip_src",
    "ipv6,actions=set_field:2001::/16->ipv6_src", "ipv6,actions=set_field:0->ipv6_label",
    "ipv6,actions=set_field:2001:db8::1/ffff::ffff->ipv6_src",
    "actions=set_field:00:11:00:00:00:00/ff:ff:00:00:00:00->eth_src", "actions=set_field:5->dl_vlan",
    "actions=set_field:5->dl_vlan_pcp", "actions=set_field:00:11:22:33:44:55->dl_dst",
    "actions=load:0->reg0", "actions=load:7->metadata[60..63]", "actions=load:1->eth_dst[40]",
    "actions=output:reg0[0..15],output:metadata", "actions=resubmit(in_port,4)", "actions=resubmit(1,255)",
    "actions=resubmit:0", "actions=write_metadata:0", "actions=write_metadata:0/0", "actions=goto_table:254",
    "actions=write_actions(output(port=1,max_len=64),resubmit(,2)),goto_table:3",
    "actions=write_actions(move:reg0->reg1,load:1->reg0,set_field:1->reg3,set_field:1/1->reg4)",
    "actions=write_actions(push_vlan:0x8100,strip_vlan,dec_ttl)",
  ]

  /// Of later versions and of extensions.
  private static let extensions = [
    "actions=encap(nsh)",
    "actions=encap(nsh(md_type=1))",
    "actions=encap(nsh(md_type=2))",
    "actions=encap(nsh(md_type=2,tlv(0x1000,10,0x12345678)))",
    "actions=encap(nsh(md_type=2,tlv(0x1000,10,0x12345678),tlv(0x2000,20,0xfedcba9876543210)))",
    "actions=encap(nsh(tlv(0x1000,10,0x12)))",
    "actions=encap(nsh())",
    "actions=encap(ethernet)",
    "actions=encap(ethernet())",
    "actions=encap(mpls)",
    "actions=encap(mpls_mc)",
    "actions=encap:ethernet",
    "actions=encap:nsh",
    "actions=decap",
    "actions=decap()",
    "actions=decap(packet_type(ns=0,type=0))",
    "actions=decap(packet_type(ns=1,type=0x894f))",
    "actions=decap(packet_type(ns=0,type=0xfffe))",
    "actions=decap(packet_type(ns=2,type=5))",
    "actions=dec_nsh_ttl",
    "eth_type=0x894f,actions=dec_nsh_ttl",
    "actions=encap(nsh),dec_nsh_ttl",
    "actions=decap,dec_nsh_ttl",
    "actions=write_actions(group:5,set_field:1->reg0)",
    "actions=write_actions()",
    "actions=write_actions(drop)",
    "actions=write_actions(resubmit(,1))",
    "actions=write_actions(controller(userdata=00))",
    "actions=write_actions(encap(nsh))",
    "actions=write_actions(set_tunnel:3)",
    "actions=write_actions(dec_ttl(1,2))",
    "actions=write_actions(output(port=1,max_len=100))",
    "actions=write_actions(set_field:1->metadata)",
    "actions=write_actions(output:reg0)",
    "actions=write_actions(move:reg0->reg1)",
    "actions=write_actions(push_mpls:0x8847,pop_mpls:0x800)",
    "actions=clear_actions()",
    "actions=meter:0xffff0000",
    "actions=meter(1)",
    "actions=meter:1,2,goto_table:5",
    "actions=push_mpls:0x8847,set_mpls_label:5",
    "ip,actions=push_mpls:0x8847,mod_nw_src:1.2.3.4",
    "ip,actions=push_mpls:0x8847,pop_mpls:0x0800,mod_nw_src:1.2.3.4",
    "mpls,actions=pop_mpls:0x0800,mod_nw_src:1.2.3.4",
    "actions=set_vlan_vid:5",
    "actions=mod_vlan_vid:5",
    "vlan_tci=0x1000/0x1000,actions=set_vlan_vid:5",
    "vlan_tci=0x1000/0x1000,actions=mod_vlan_vid:5",
    "actions=push_vlan:0x8100,set_vlan_vid:5,set_vlan_pcp:3",
    "actions=push_vlan:0x8100,mod_vlan_vid:5",
    "vlan_tci=0,actions=set_vlan_vid:5",
    "actions=enqueue:1:2,set_queue:3",
    "actions=controller(userdata=00.01.02)",
    "actions=controller(userdata=000102)",
    "actions=controller(pause)",
    "actions=controller(pause,max_len=5)",
    "actions=controller(meter_id=5)",
    "actions=controller(reason=action_set)",
    "actions=controller(reason=group)",
    "actions=controller(reason=packet_out)",
    "actions=controller(reason=no_match,id=5,max_len=3,userdata=aa.bb,pause,meter_id=7)",
    "actions=controller(id=5)",
    "actions=controller()",
    "actions=controller(max_len=5)",
    "actions=controller(5)",
    "actions=controller(userdata=)",
    "actions=controller:userdata=00",
    "actions=controller(max_len=65535)",
    "actions=controller(pause=1)",
    "actions=controller(meter_id=0)",
    "actions=controller(meter_id=0xffffffff)",
    "actions=push:reg0,pop:reg1",
    "actions=pop:tun_id,push:in_port",
    "actions=pop:xxreg0",
    "tcp,actions=pop:tcp_src,push:tcp_dst",
    "actions=load:0x123456789abcdef012->xxreg0",
    "actions=load:0x123456789abcdef012->xxreg0[0..127]",
    "actions=set_field:1->tun_id",
    "actions=load:1->tun_metadata0[0..15]",
    "actions=group:5,group:6",
    "actions=output:tun_id[0..15]",
    "actions=output(max_len=100,port=1)",
    "actions=output(port=1,max_len=100)",
    "actions=exit,output:1",
    "actions=clone(drop)",
    "actions=clone()",
    "actions=clone(clone(1))",
  ]

  /// What ovs-ofctl refuses is refused here, by the parser or by the validation.
  @Test(arguments: [
    "actions=drop,1", "actions=1,drop", "actions=foo", "actions=outptu:3", "actions=output",
    "actions=output:",
    "actions=output:1/2", "actions=output(port=1)", "actions=output(max_len=64)",
    "actions=output(port=1,max_len=13)", "actions=output(port=NORMAL,max_len=64)",
    "actions=output(port=1,max_len=64,foo=1)", "actions=output:65280", "actions=NONE", "actions=output:UNSET",
    "actions=set_field:5", "actions=set_field:5->nosuch", "actions=set_field:->reg0",
    "actions=set_field:0x100000000->reg0", "actions=set_field:0x800->eth_type",
    "actions=set_field:5->reg0[0..3]",
    "ip,actions=set_field:1/1->nw_ttl", "ip,actions=set_field:5->nw_tos", "ip,actions=set_field:64->ip_dscp",
    "arp,actions=set_field:256->arp_op", "actions=set_field:5->vlan_vid", "actions=load:5",
    "actions=load:-1->reg0",
    "actions=load:5->reg0[40]", "actions=load:5->reg0[3..2]", "actions=load:0x12->reg0[0..3]",
    "actions=load:5->reg0junk", "actions=load:5->reg0[]junk", "actions=move:reg0",
    "actions=move:reg0->reg1->reg2",
    "actions=move:reg0[0..3]->reg1[0..4]", "actions=move:reg0[0..15]->eth_type",
    "actions=move:NXM_OF_IP_SRC[]->reg0", "actions=push_vlan", "actions=push_vlan:0x8101",
    "actions=push_vlan:0x8100,push_vlan:0x8100,push_vlan:0x8100", "actions=mod_vlan_vid:4096",
    "actions=mod_vlan_pcp:8", "ip,actions=mod_nw_tos:3", "ip,actions=mod_nw_ecn:4",
    "ip,actions=mod_nw_ttl:256",
    "tcp,actions=mod_tp_src:65536", "actions=mod_dl_src:00:11:22:33:44", "ip,actions=mod_nw_src:1.2.3",
    "actions=resubmit", "actions=resubmit(,)", "actions=resubmit(,256)", "actions=controller:70000",
    "actions=controller(reason=foo)", "actions=controller(foo=3)", "actions=goto_table",
    "actions=goto_table:256",
    "actions=goto_table:0", "actions=goto_table:1,output:1", "actions=goto_table:1,goto_table:2",
    "actions=write_metadata:1,write_actions(1)", "actions=clear_actions,clear_actions",
    "actions=write_actions(goto_table:1)", "actions=write_actions(set_field:1.2.3.4->ip_src)",
    "actions=write_metadata", "actions=write_metadata:0xg", "actions=apply_actions(1)",
    "actions=meter:0",
    "actions=1,meter:1",
    "actions=meter:1,meter:2",
    "actions=enqueue:NORMAL:1",
    "mpls,actions=set_mpls_label:0x100000",
    "mpls,actions=set_mpls_tc:8",
    "mpls,actions=set_mpls_ttl:256",
    "actions=pop:eth_type",
    "actions=pop:tcp_src",
    "actions=delete_field:reg0",
    "actions=resubmit(1,2,ct)",
    "ip,actions=resubmit(,2,foo)",
    "actions=encap(nsh(md_type=3))",
    "actions=encap(foo)",
    "actions=encap()",
    "actions=decap(packet_type(ns=1,id=0x894f))",
    "actions=controller(reason=5)",
    "actions=controller(max_len=65536)",
    "actions=controller(userdata=0g)",
    "actions=write_actions(write_actions(1))",
    "actions=write_actions(meter:1)",
    "actions=group:all",
    "actions=drop,goto_table:3",
    "actions=clone(goto_table:1)",
  ])
  func refusesWhatItRefuses(text: String) throws {
    // A flow without a table counts as one of table 0.
    #expect(!OVSOfctl.run(["parse-flow", "table=0," + text]).succeeded)
    #expect(throws: (any Error).self) {
      let flow = try Flow(text)
      try ActionList.validate(flow.actions, for: flow.match, table: 0)
    }
  }
}
