import Testing

@testable import Ofctl

/// Which form a flow mod is sent in, and its text, beside the real `ovs-ofctl`.
@Suite struct ParseFlowTests {
  static let flows = [
    "actions=drop", "in_port=1,actions=drop", "in_port=LOCAL,actions=normal",
    "dl_src=00:00:00:00:00:01,actions=drop",
    "dl_src=00:00:00:00:00:01/00:00:00:00:00:0f,actions=drop", "vlan_tci=0x1000/0x1000,actions=2",
    "vlan_tci=0x1003,actions=2", "dl_vlan=3,actions=output:1", "dl_vlan=3,dl_vlan_pcp=2,actions=drop",
    "dl_vlan_pcp=2,actions=drop", "actions=strip_vlan", "ip,nw_src=1.2.3.0/24,actions=3",
    "ip,nw_src=1.0.3.0/255.0.255.0,actions=drop", "ip,nw_tos=4,actions=drop", "ip,nw_ecn=1,actions=drop",
    "ip,nw_ttl=4,actions=drop", "ip,ip_frag=no,actions=drop", "ipv6,ipv6_src=::1,actions=drop",
    "ipv6,ipv6_label=3,actions=drop", "tcp,tp_dst=80,actions=output:1", "tcp,tp_src=4/0xfff4,actions=drop",
    "tcp,tcp_flags=syn,actions=drop", "udp,udp_dst=5,actions=drop", "sctp,actions=drop",
    "sctp,sctp_src=5,actions=drop", "icmp,icmp_type=3,actions=drop", "icmp6,icmpv6_type=3,actions=drop",
    "icmp6,icmpv6_type=135,nd_target=::1,actions=drop", "arp,arp_op=1,actions=drop",
    "arp,arp_spa=1.1.1.1,actions=drop", "arp,arp_sha=00:00:00:00:00:01,actions=drop", "reg0=1,actions=drop",
    "xreg0=1,actions=drop", "metadata=1,actions=drop", "tun_id=1,actions=drop",
    "tun_metadata0=1,actions=drop",
    "mpls,mpls_label=3,actions=drop", "mpls,mpls_bos=1,actions=drop", "pkt_mark=1,actions=drop",
    "ct_state=+new,actions=drop", "conj_id=1,actions=drop", "table=1,actions=drop", "table=0,actions=drop",
    "table=255,actions=drop", "cookie=1,actions=drop", "priority=1,actions=drop", "importance=3,actions=drop",
    "idle_timeout=5,hard_timeout=4,actions=normal", "send_flow_rem,check_overlap,actions=drop",
    "actions=set_field:1->reg0", "actions=mod_nw_src:1.1.1.1", "ip,actions=mod_nw_src:1.1.1.1",
    "ip,actions=set_field:5->ip_dscp", "tcp,actions=set_field:4->tp_src", "actions=write_metadata:3",
    "actions=mod_vlan_vid:4", "actions=load:1->reg0[]", "actions=resubmit(,1)", "actions=controller",
    "actions=dec_ttl", "ip,actions=dec_ttl", "actions=goto_table:1", "actions=clear_actions",
    "cookie=5,table=3,tcp,tp_dst=80,actions=output:1",
  ]

  static let options: [[String]] = [
    [], ["-O", "OpenFlow13"], ["-OOpenFlow15"], ["-F", "NXM"], ["--flow-format=OpenFlow10+table_id"],
    ["--protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15"],
  ]

  @Test(arguments: options) func printsAsOVS(_ options: [String]) {
    for flow in Self.flows { expectAsOVS(options + ["parse-flow", flow]) }
  }

  @Test func readsFiles() {
    let file = """
      # a comment
      table=3,ip,actions=drop

        tcp,tp_dst=80,actions=output:1 # another
      """
    expectAsOVS(["parse-flows", "-"], input: file)
    expectAsOVS(["-O", "OpenFlow14", "parse-flows", "-"], input: file)
  }

  @Test func saysWhichLineIsWrong() {
    let outcome = apus(["parse-flows", "-"], input: "ip,actions=drop\n\ntpc,actions=drop\n")
    #expect(outcome.errors.hasPrefix("-:3: "))
    #expect(outcome.errors.contains("did you mean 'tcp'?"))
  }
}
