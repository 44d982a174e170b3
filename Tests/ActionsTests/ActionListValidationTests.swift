import Actions
import Match
import Testing

@Suite struct ActionListValidationTests {
  /// Refusals are those of ovs-ofctl 3.1; `v10` and `v13` as it picks the versions in which a flow is usable.
  static let rows: [(match: String, actions: String, v10: OpenFlowErrorCode?, v13: OpenFlowErrorCode?)] = [
    ("", "output:1,LOCAL,IN_PORT,TABLE,NORMAL,FLOOD,ALL,CONTROLLER,0,65279", nil, nil),
    ("", "mod_nw_src:1.2.3.4", nil, .matchInconsistent),
    ("arp", "mod_nw_dst:1.2.3.4", nil, .matchInconsistent),
    ("ip", "mod_nw_src:1.2.3.4", nil, nil),
    ("", "dec_ttl", nil, .matchInconsistent),
    ("ipv6", "dec_ttl,mod_nw_tos:4,mod_nw_ecn:1,mod_nw_ttl:2", nil, nil),
    ("ip", "mod_tp_src:80", nil, .matchInconsistent),
    ("icmp", "mod_tp_dst:80", nil, .matchInconsistent),
    ("udp6", "mod_tp_dst:80", nil, nil),
    ("sctp", "mod_tp_dst:80", nil, nil),
    ("", "strip_vlan", nil, .matchInconsistent),
    ("dl_vlan=5", "strip_vlan", nil, nil),
    ("dl_vlan=5", "strip_vlan,strip_vlan", nil, .matchInconsistent),
    ("", "mod_vlan_vid:1,strip_vlan", nil, nil),
    ("", "set_vlan_vid:1", nil, .matchInconsistent),
    ("", "set_vlan_pcp:1", nil, .matchInconsistent),
    ("", "push_vlan:0x8100,set_vlan_pcp:1", nil, nil),
    ("", "push_vlan:0x8100,push_vlan:0x88a8", nil, nil),
    ("", "push_vlan:0x8100,push_vlan:0x8100,push_vlan:0x8100", .badActionTag, .badActionTag),
    ("dl_vlan=5", "push_vlan:0x8100,push_vlan:0x8100", .badActionTag, .badActionTag),
    ("dl_vlan=5", "push_vlan:0x8100,strip_vlan,push_vlan:0x8100", nil, nil),
    ("", "set_field:5->vlan_vid", .matchInconsistent, .matchInconsistent),
    ("", "set_field:5->vlan_pcp", .matchInconsistent, .matchInconsistent),
    ("", "load:5->vlan_vid", .matchInconsistent, .matchInconsistent),
    ("dl_vlan=0xffff", "set_field:1->vlan_vid", .matchInconsistent, .matchInconsistent),
    ("vlan_vid=0x1000/0x1000", "set_field:5->vlan_vid,set_field:3->vlan_pcp", nil, nil),
    (
      "", "push_vlan:0x8100,set_field:5->vlan_vid,strip_vlan,set_field:5->vlan_vid", .matchInconsistent,
      .matchInconsistent
    ),
    ("", "mod_vlan_vid:3,set_field:4->vlan_vid", nil, nil),
    ("", "load:1->vlan_tci[12],load:5->vlan_vid", nil, nil),
    ("", "set_field:0x1005->vlan_tci,set_field:4->vlan_vid", nil, nil),
    ("dl_vlan=5", "set_field:0->vlan_tci,set_field:4->vlan_vid", .matchInconsistent, .matchInconsistent),
    ("", "set_field:5->dl_vlan", nil, nil),
    ("", "move:reg0[0..15]->NXM_OF_VLAN_TCI[],set_field:5->vlan_vid", .matchInconsistent, .matchInconsistent),
    ("", "move:OXM_OF_VLAN_VID[0..11]->NXM_NX_REG0[0..11]", nil, nil),
    ("", "set_field:1.2.3.4->ip_src", .matchInconsistent, .matchInconsistent),
    ("arp", "set_field:1.2.3.4->ip_src", .matchInconsistent, .matchInconsistent),
    ("tcp,ip_frag=later", "set_field:3->tcp_src", .matchInconsistent, .matchInconsistent),
    ("icmp", "set_field:3->tcp_src", .matchInconsistent, .matchInconsistent),
    ("icmp6,icmp_type=135,icmp_code=0", "set_field:2001:db8::1->nd_target", nil, nil),
    ("icmp6", "set_field:2001:db8::1->nd_target", .matchInconsistent, .matchInconsistent),
    ("", "move:NXM_OF_IP_SRC[]->NXM_NX_REG0[]", .matchInconsistent, .matchInconsistent),
    ("ip", "move:NXM_OF_IP_SRC[]->NXM_NX_REG0[]", nil, nil),
    ("", "output:NXM_OF_IP_SRC[]", .matchInconsistent, .matchInconsistent),
    ("", "write_actions(set_field:1.2.3.4->ip_src)", .matchInconsistent, .matchInconsistent),
    ("", "write_actions(mod_nw_src:1.2.3.4,strip_vlan,dec_ttl)", nil, nil),
    ("", "push_vlan:0x8100,write_actions(set_field:1->vlan_vid)", nil, nil),
    ("", "decap(),push_mpls:0x8847", nil, .matchInconsistent),
    ("", "decap(),encap(ethernet),push_mpls:0x8847", nil, nil),
    ("", "encap(nsh),decap(),push_mpls:0x8847", nil, .matchInconsistent),
    ("", "encap(mpls),pop_mpls:0x0800", nil, .matchInconsistent),
    ("ip", "decap(),dec_ttl", nil, nil),
    ("ip", "encap(nsh),decap(),dec_ttl", nil, .matchInconsistent),
    ("", "decap(),set_field:02:00:00:00:00:01->eth_src", .matchInconsistent, .matchInconsistent),
    ("", "decap(),encap(ethernet),set_field:02:00:00:00:00:01->eth_src", nil, nil),
    ("dl_type=0x894f", "decap(),dec_nsh_ttl", nil, nil),
    ("", "goto_table:4", nil, nil),
    ("", "goto_table:3", .badInstructionTableID, .badInstructionTableID),
    ("", "goto_table:2", .badInstructionTableID, .badInstructionTableID),
    ("", "output:1,clear_actions,write_actions(2),write_metadata:1,goto_table:9", nil, nil),
  ]

  @Test(arguments: rows.indices)
  func agreesWithOpenVSwitch(_ index: Int) throws {
    let row = Self.rows[index]
    let match = try FlowMatch(parsing: row.match[...])
    let actions = try ActionList.parse(row.actions[...], at: 0)
    #expect(Self.fault(actions, match, .v10)?.code == row.v10, "1.0: \(row.match) \(row.actions)")
    #expect(Self.fault(actions, match, .v13)?.code == row.v13, "1.3: \(row.match) \(row.actions)")
  }

  /// Lists that no text spells.
  static let others: [(name: String, actions: [Action], code: OpenFlowErrorCode, index: Int)] = [
    ("port NONE", [.popVLAN, .output(.none)], .badOutPort, 1),
    ("port 0xff00", [.output(PortNumber(rawValue: 0xff00))], .badOutPort, 0),
    ("cut at NORMAL", [.outputTruncated(.normal, maximumLength: 60)], .badOutPort, 0),
    ("cut to 13", [.outputTruncated(.local, maximumLength: 13)], .badActionArgument, 0),
    ("TPID", [.pushVLAN(tpid: 0x800)], .badActionArgument, 0),
    ("VID", [.setVLANID(4096, pushIfAbsent: true)], .badActionArgument, 0),
    ("PCP", [.setVLANPriority(8, pushIfAbsent: true)], .badActionArgument, 0),
    ("address", [.setEthernetSource(1 << 48)], .badActionArgument, 0),
    ("TOS", [.setIPDSCP(3)], .badActionArgument, 0),
    ("ECN", [.setIPECN(4)], .badActionArgument, 0),
    ("order", [.gotoTable(9), .popVLAN], .unsupportedOrder, 1),
    ("repetition", [.clearActions, .clearActions], .unsupportedOrder, 1),
    ("nesting", [.writeActions([.gotoTable(9)])], .unsupportedInstruction, 0),
    ("no table 255", [.gotoTable(255)], .badInstructionTableID, 0),
    ("too many", Array(repeating: .output(.local), count: 4000), .tooManyActions, 0),
    ("too many written", [.writeActions(Array(repeating: .output(.local), count: 4000))], .tooManyActions, 0),
  ]

  @Test(arguments: others.indices)
  func refuses(_ index: Int) {
    let row = Self.others[index]
    let fault = Self.fault(row.actions, FlowMatch(), .v10)
    #expect(fault?.code == row.code, "\(row.name)")
    #expect(fault?.index == row.index, "\(row.name)")
  }

  @Test func refusesWritesToWhereNothingIs() throws {
    let etherType = try #require(Field.named("eth_type"))
    let ttl = try #require(Field.named("nw_ttl"))
    let register = try #require(Field.named("reg0"))
    let ip = try FlowMatch(parsing: "ip")
    let all = Subfield(field: register)
    let rows: [([Action], OpenFlowErrorCode)] = [
      ([.setField(.init(field: etherType, value: 0x800, mask: 0xffff))], .badSetArgument),
      ([.setField(.init(field: ttl, value: 1, mask: 1))], .badSetMask),
      ([.setField(.init(field: ttl, value: 0, mask: 0x1ff))], .badSetLength),
      ([.move(from: all, to: Subfield(field: etherType))], .badSetArgument),
      ([.move(from: all, to: Subfield(field: register, bits: 31))], .badActionArgument),
      ([.move(from: all, to: Subfield(field: register, offset: 1, bits: 32))], .badSetLength),
      ([.outputField(Subfield(field: register, offset: 0, bits: 0))], .badSetLength),
      ([.outputField(Subfield(field: register, offset: -1, bits: 3))], .badSetLength),
      ([.outputField(Subfield(field: register, offset: .max, bits: .max))], .badSetLength),
    ]
    for (actions, code) in rows { #expect(Self.fault(actions, ip, .v10)?.code == code) }
  }

  @Test func namesWhatTheMatchLacks() throws {
    let actions = try ActionList.parse("1,set_field:80->tcp_src", at: 0)
    let fault = Self.fault(actions, FlowMatch(), .v10)
    #expect(fault?.description == "writing tcp_src needs tcp or tcp6 in the match")
    #expect(fault?.index == 1)
  }

  private static func fault(_ actions: [Action], _ match: FlowMatch, _ version: OpenFlowVersion)
    -> ActionError?
  {
    do throws(ActionError) {
      try ActionList.validate(actions, for: match, table: 3, version: version)
      return nil
    } catch { return error }
  }
}
