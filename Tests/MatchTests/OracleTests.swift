import Match
import OVSOracle
import Testing

/// Matches as the real `ovs-ofctl` prints them. Needs it installed (Debian package openvswitch-common).
@Suite struct OracleTests {
  @Test func printsWhatOpenVSwitchPrints() throws {
    let flows = Self.matches.map { "\($0) actions=drop" }.joined(separator: "\n")
    let path = OVSOfctl.temporaryFile(holding: flows + "\n")
    defer { OVSOfctl.unlink(path) }
    let (output, succeeded) = OVSOfctl.run(["-F", "NXM+table_id", "parse-flows", path])
    try #require(succeeded, "\(output)")
    // NXT_FLOW_MOD (xid=0x1): ADD table:255 tcp,tp_dst=80 actions=drop
    let printed = output.split(separator: "\n").filter { $0.contains(": ADD ") }.map { line in
      let words = line.split(separator: " ")
      return words.count == 6 ? String(words[4]) : ""
    }
    try #require(printed.count == Self.matches.count)
    for (match, expected) in zip(Self.matches, printed) {
      let ours = try FlowMatch(parsing: match[...])
      #expect(ours.description == expected, "\(match)")
      let again = try FlowMatch(parsing: expected[...])
      #expect(again == ours, "\(match) printed and read back")
    }
  }

  static let matches = [
    "in_port=1", "in_port=LOCAL", "in_port=local", "in_port=NONE", "in_port=ANY", "in_port=0",
    "in_port=normal", "in_port=65279", "in_port=UNSET",
    "metadata=5", "metadata=0", "metadata=0x5/0xf", "metadata=18446744073709551615",
    "reg0=5", "reg0=0", "reg0=0x5/3", "reg15=4294967295", "reg7=0/0xff", "reg0=1,reg3=2,reg12=3",
    "dl_src=01:00:00:00:00:00/01:00:00:00:00:00", "dl_dst=1:2:3:4:5:6", "eth_dst=AA:BB:cc:1:2:3",
    "eth_src=1:2:3:4:5:6,eth_dst=1:2:3:4:5:7,metadata=3,in_port=4",
    "dl_type=0x88cc", "dl_type=2048", "dl_type=0", "eth_type=0x0806", "dl_type=0x8035", "dl_type=0x86dd",
    "eth_type=0x8847", "mpls", "mplsm", "eth,ip",
    "dl_vlan=10", "dl_vlan=0", "dl_vlan=4095", "dl_vlan=0xffff", "dl_vlan=5,dl_vlan_pcp=3", "dl_vlan_pcp=3",
    "vlan_pcp=3", "vlan_pcp=0", "vlan_vid=0x1005,vlan_pcp=3", "vlan_tci=0", "vlan_tci=0/0xfff",
    "vlan_tci=0x1005", "vlan_tci=0x1000/0x1000", "vlan_tci=0x1000/0x1fff", "vlan_tci=0xf000/0xf000",
    "vlan_tci=0xb00a", "vlan_tci=0xb00a/0xf00f", "vlan_tci=5", "vlan_tci=0/0x1000", "vlan_vid=5",
    "vlan_vid=0x1000/0x1000", "vlan_vid=0x1005/0x100f", "vlan_vid=5/15", "vlan_vid=0x1005/0xfff",
    "vlan_tci=0x1000/0x1000,dl_vlan=7", "vlan_tci=0x2000/0xe000",
    "ip", "ipv4", "ip4", "icmp", "tcp", "udp", "sctp", "ipv6", "ip6", "icmp6", "tcp6", "udp6", "sctp6", "arp",
    "rarp", "ip,nw_proto=47", "ip,nw_proto=0", "ip,nw_proto=6", "ip,nw_proto=132", "ipv6,nw_proto=58",
    "ipv6,nw_proto=1", "ip,nw_proto=58", "ipv6,nw_proto=17", "ip,tcp", "dl_type=0x800,nw_proto=6",
    "ip,nw_src=10.1.2.3/8", "ip,nw_src=10.1.2.3/255.0.255.0", "ip,nw_src=1.2.3.4/0,nw_dst=5.6.7.8",
    "nw_src=1.2.3.4,ip", "ip,ip_src=1.2.3.4,ip_dst=5.6.7.0/255.255.255.0",
    "ip,nw_tos=32", "ip,nw_tos=33", "ip,nw_tos=0", "tcp,nw_tos=255", "ip,ip_dscp=8", "ip,nw_ecn=3",
    "ip,nw_ecn=0", "ip,nw_ttl=64", "ip,nw_tos=0x20,nw_ecn=1,nw_ttl=255",
    "ip,ip_frag=no", "ip,nw_frag=yes", "ip,ip_frag=first", "ip,ip_frag=later", "ip,ip_frag=NOT_LATER",
    "tcp,nw_frag=no", "ipv6,nw_frag=first",
    "ipv6,ipv6_src=fe80::/64", "ipv6,ipv6_src=fe80::1/ffff::ffff", "ipv6,ipv6_dst=1:0:0:2::3",
    "ipv6,ipv6_dst=1:0:2:3:4:5:6:7", "ipv6,ipv6_dst=::ffff:1.2.3.4", "ipv6,ipv6_dst=::1:2",
    "ipv6,ipv6_src=1::5/16,ipv6_dst=::1", "ipv6,ipv6_src=::/ffff::", "ipv6,ipv6_label=0x12345",
    "ipv6,ipv6_label=5/0xff", "ipv6,ipv6_label=0",
    "arp,nw_src=1.2.3.4,nw_dst=1.2.3.5,nw_proto=1", "arp,arp_op=2", "rarp,arp_op=3",
    "arp,arp_spa=1.2.3.0/24,arp_tpa=1.2.3.5,arp_sha=1:2:3:4:5:6,arp_tha=1:2:3:4:5:7,arp_op=1",
    "arp,arp_sha=1:1:1:1:1:1/ff:ff:ff:0:0:0",
    "tcp,tp_src=80", "tcp,tcp_src=80/0xfff0", "tcp,tcp_dst=0", "tcp,tp_src=0/0xff", "udp,udp_src=5",
    "udp,tp_src=5/0xfff,tp_dst=6", "sctp,sctp_src=5,sctp_dst=6", "sctp,tp_dst=6", "tcp6,tp_dst=5",
    "udp6,udp_dst=5", "tp_dst=80,tcp",
    "tcp,tcp_flags=+syn-ack", "tcp,tcp_flags=0x12", "tcp,tcp_flags=0x12/0x12", "tcp,tcp_flags=syn|ack",
    "tcp,tcp_flags=+[200]", "tcp,tcp_flags=0xfff", "tcp,tcp_flags=0", "tcp,tcp_flags=fin",
    "tcp,tcp_flags=0x0/0x2", "tcp6,tcp_flags=+ack+ns", "tcp,tp_src=1,tp_dst=2,tcp_flags=+fin",
    "icmp,icmp_type=8", "icmp,icmp_type=8,icmp_code=0", "icmp,tp_src=8,tp_dst=0", "icmp6,icmp_type=5",
    "icmp6,icmpv6_type=128,icmpv6_code=0", "icmp6,tp_src=135,nd_target=1::1",
    "icmp6,icmpv6_type=135,nd_target=::1,nd_sll=1:2:3:4:5:6",
    "icmp6,icmpv6_type=136,nd_target=fe80::/64,nd_tll=1:2:3:4:5:6",
    "icmp6,icmpv6_type=135,icmpv6_code=0,nd_sll=1:1:1:1:1:1/ff:ff:ff:0:0:0",
    "reg0=1,metadata=4,in_port=3,dl_vlan=5,dl_vlan_pcp=2,dl_src=1:2:3:4:5:6,dl_dst=1:2:3:4:5:7,tcp,"
      + "nw_src=1.2.3.4,nw_dst=4.4.4.4,nw_tos=4,nw_ecn=1,nw_ttl=6,nw_frag=no,tp_src=5,tp_dst=6,tcp_flags=+syn",
    "ipv6,in_port=3,ipv6_src=::1,ipv6_dst=::2,ipv6_label=5,nw_proto=88,nw_tos=4,nw_ecn=2,nw_ttl=4,nw_frag=yes",
    "ip, , tcp", "tcp tp_dst=80",
    "dp_hash=5", "dp_hash=0x5/0x7", "recirc_id=3", "recirc_id=0", "conj_id=7", "pkt_mark=5/0xf", "pkt_mark=0",
    "tun_id=5", "tunnel_id=0x5/0x7", "tun_id=0", "tun_src=1.2.3.4", "tun_dst=1.2.3.4/8", "tun_ipv6_src=::1",
    "tun_ipv6_dst=fe80::/64", "tun_flags=oam", "tun_flags=0", "tun_flags=-oam", "tun_flags=+oam",
    "tun_flags=1/1",
    "tun_gbp_id=5", "tun_gbp_id=5/7", "tun_gbp_flags=0x8", "tun_gbp_flags=0",
    "tun_erspan_ver=1,tun_erspan_idx=5",
    "tun_erspan_ver=2,tun_erspan_dir=1,tun_erspan_hwid=3", "tun_gtpu_flags=0x30", "tun_gtpu_msgtype=255",
    "tun_id=5,tun_src=1.2.3.4,tun_ipv6_dst=::1,tun_gbp_id=5,tun_gbp_flags=1,tun_flags=oam,metadata=3,reg3=4",
    "in_port_oxm=1", "in_port_oxm=LOCAL", "actset_output=5", "actset_output=unset", "actset_output=local",
    "ct_state=+trk+est", "ct_state=trk|est", "ct_state=-trk", "ct_state=0", "ct_state=0xff",
    "ct_state=0x21/0x21",
    "ct_state=+new-est+rel-rpl+inv-trk+snat-dnat", "ct_state=0/0xff", "ct_zone=0", "ct_zone=0xffff",
    "ct_mark=0x5/0x7", "ct_mark=0", "ct_label=5", "ct_label=0x123456789012345678901234567890ab",
    "ct_label=0x5/0xff",
    "ct_state=+trk-inv,ip,ct_nw_src=1.2.3.4,ct_nw_dst=1.2.3.0/24,ct_nw_proto=6,ct_tp_src=5",
    "ct_state=+est,ct_nw_proto=17,ct_tp_src=0x5/0xff,ct_tp_dst=7",
    "ct_state=+new,ipv6,ct_ipv6_src=::1,ct_ipv6_dst=::/8",
    "xreg0=5", "xreg7=0x1234567812345678/0xff", "xxreg0=5", "xxreg3=0x5/0xff", "xreg1=5,reg0=3",
    "mpls,mpls_label=5", "mpls,mpls_label=0,mpls_tc=0,mpls_bos=0,mpls_ttl=0", "mplsm,mpls_bos=1,mpls_ttl=255",
    "mpls,mpls_tc=7,in_port=3", "dl_type=0x894f", "dl_type=0x894f,nsh_flags=3",
    "dl_type=0x894f,nsh_flags=1/1",
    "dl_type=0x894f,nsh_mdtype=1,nsh_np=3,nsh_spi=0x123456,nsh_si=255,nsh_ttl=63",
    "dl_type=0x894f,nsh_mdtype=1,nsh_c1=1,nsh_c2=0x2/0xff,nshc3=0,nsh_c4=0xffffffff",
    "dl_type=0x894f,nsp=5,nsi=6,nsh_spi=5",
    "icmp6,icmp_type=135,icmp_code=0,nd_reserved=5,nd_options_type=1",
    "icmp6,icmp_type=136,nd_reserved=0,nd_options_type=2,nd_tll=1:1:1:1:1:1",
    "packet_type=(0,0)", "packet_type=(0,0),ip", "packet_type=(1,0x800)",
    "packet_type=(1,0x800),nw_src=1.2.3.4",
    "packet_type=(1,0x86dd),ipv6_src=::1,nw_proto=5",
    "packet_type=(1,0x800),nw_proto=6,tp_src=5,tcp_flags=+syn",
    "packet_type=(1,0x800),nw_proto=1,icmp_type=5", "packet_type=(2,0)", "packet_type=(1, 0x894f),nsh_spi=5",
    "packet_type=(1,0x8847),mpls_label=5", "packet_type=(1,0x800),in_port=1,reg0=1,tun_id=5",
    "arp,arp_op=300", "arp,arp_op=255", "arp,arp_op=0", "arp,nw_proto=2",
    "tun_metadata0", "tun_metadata0=0x1234", "tun_metadata1=0x1234/0xffff",
    "tun_metadata63=5,tun_metadata2=6",
    "pkt_mark=1,recirc_id=2,dp_hash=3,conj_id=4,actset_output=5,ct_state=+trk+est,ct_zone=6,ct_mark=7,ct_label=8,"
      + "tcp,reg0=1,reg15=2,tun_id=3,metadata=4,in_port=5,dl_vlan=6,dl_src=1:2:3:4:5:6,nw_src=1.2.3.4,tp_src=7",
  ]
}
