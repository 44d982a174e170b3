/// Each action by itself, with an output behind it. The difference to "output" is what it costs.
func actionSuite() {
  let udp = Frames.udp()
  let tagged = Frames.tagged(udp, [0x8100, 10])
  let actions: [(String, String, [UInt8])] = [
    ("output", "", udp),
    ("push VLAN", "push_vlan:0x8100,", udp), ("pop VLAN", "strip_vlan,", tagged),
    ("push and pop VLAN", "push_vlan:0x8100,pop_vlan,", udp), ("set VLAN", "mod_vlan_vid:20,", tagged),
    ("set Ethernet addresses", "mod_dl_src:02:00:00:00:00:09,mod_dl_dst:02:00:00:00:00:0a,", udp),
    ("set IPv4 addresses", "mod_nw_src:192.0.2.1,mod_nw_dst:192.0.2.2,", udp),
    ("set DSCP", "mod_nw_tos:184,", udp), ("set UDP ports", "mod_tp_src:1,mod_tp_dst:2,", udp),
    ("set IPv6 address", "set_field:2001:db8::1->ipv6_dst,", Frames.tcp6),
    ("set ARP address", "set_field:192.0.2.1->arp_tpa,", Frames.arp),
    ("dec TTL", "dec_ttl,", udp), ("dec TTL, IPv6", "dec_ttl,", Frames.tcp6),
    ("push MPLS", "push_mpls:0x8847,set_field:17->mpls_label,", udp),
    ("pop MPLS", "pop_mpls:0x0800,", Frames.mpls),
    ("dec MPLS TTL", "dec_mpls_ttl,", Frames.mpls),
    ("set register", "set_field:7->reg0,", udp), ("move", "move:NXM_OF_IP_SRC[]->NXM_NX_REG1[],", udp),
    ("resubmit", "resubmit(,1),", udp), ("clone", "clone(mod_dl_dst:02:00:00:00:00:0a,output:3),", udp),
    (
      "learn, refreshed",
      "learn(table=2,priority=9,idle_timeout=60,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),",
      udp
    ),
  ]
  for (name, text, frame) in actions {
    path("action: \(name)", rules: [prerequisite(frame) + "actions=\(text)output:2"], frames: [frame])
  }
  path(
    "action: meter", rules: ["actions=meter:1,output:2"],
    meters: ["meter=1,pktps,bands=type=drop,rate=1000000000"])
  path(
    "action: group, all", rules: ["actions=group:1"],
    groups: ["group_id=1,type=all,bucket=output:2,bucket=mod_vlan_vid:5,output:3"])
  path(
    "action: group, select", rules: ["actions=group:1"],
    groups: ["group_id=1,type=select,bucket=output:2,bucket=output:3"])
  path(
    "action: group, indirect", rules: ["actions=group:1"],
    groups: ["group_id=1,type=indirect,bucket=output:2"])
}

/// What a rule has to ask for before its actions may touch such a frame.
private func prerequisite(_ frame: [UInt8]) -> String {
  switch (frame[12], frame[13]) {
  case (8, 0): "udp,"
  case (8, 6): "arp,"
  case (0x86, 0xdd): "ipv6,"
  case (0x88, 0x47): "mpls,"
  default: "dl_vlan=10,"
  }
}
