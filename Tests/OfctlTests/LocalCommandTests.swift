import Testing

@testable import Ofctl

/// Commands that need no switch, beside the real `ovs-ofctl`.
@Suite struct LocalCommandTests {
  @Test(arguments: [
    "tcp,tp_dst=80", "udp", "icmp", "icmp,icmp_type=8", "icmp,icmp_type=3", "sctp,sctp_src=5",
    "ip,nw_proto=2",
    "ip,nw_proto=47", "dl_type=0x1234", "dl_type=0x05ff", "vlan_tci=0x1003,tcp", "vlan_tci=0xb003,udp",
    "tcp,ip_frag=later", "tcp,ip_frag=first", "udp,ip_frag=first", "tcp6", "udp6", "ipv6",
    "tcp,nw_ttl=64,nw_tos=32,tcp_flags=syn", "tcp,tcp_flags=rst", "tcp,tcp_flags=0xfff", "ip",
    "ip,nw_src=10.0.0.1,nw_dst=10.255.0.2,nw_ttl=1", "arp", "arp,arp_op=9",
    "arp,arp_op=1,arp_spa=1.1.1.1,arp_tha=00:00:00:00:00:05", "rarp,arp_op=3", "icmp6",
    "icmp6,icmpv6_type=128", "icmp6,icmpv6_type=134", "icmp6,icmpv6_type=136",
    "icmp6,icmpv6_type=135,nd_target=fe80::1", "mpls,mpls_label=5,mpls_bos=1",
    "tcp6,ipv6_src=2001:db8::1,ipv6_dst=2001:db8::2,tp_dst=5,nw_tos=8,nw_ecn=1",
    "dl_src=00:01:02:03:04:05,dl_dst=06:07:08:09:0a:0b,udp,nw_src=1.2.3.4,nw_dst=5.6.7.8,udp_src=1,udp_dst=65535",
  ])
  func composesFrames(_ flow: String) {
    expectAsOVS(["compose-packet", flow])
    expectAsOVS(["compose-packet", flow, "0102030405"])
  }

  @Test func composesBareDigits() {
    let outcome = apus(["--bare", "compose-packet", "arp,dl_dst=ff:ff:ff:ff:ff:ff"])
    #expect(
      outcome.output == "ffffffffffff000000000000080600010800060400" + String(repeating: "0", count: 42)
        + "\n")
  }

  @Test(arguments: ["0xffff", "0x1005", "0x3005", "0xf005"])
  func checksVLANs(_ value: String) {
    expectAsOVS(["check-vlan", value, "0xffff"])
  }

  @Test func printsErrors() {
    for error in [
      "OFPBRC_BAD_LEN", "OFPBRC_MULTIPART_BUFFER_OVERFLOW", "NXBRC_NXM_INVALID", "OFPFMFC_OVERLAP", "BOGUS",
    ] { expectAsOVS(["print-error", error]) }
    for (error, request) in [
      ("OFPFMFC_OVERLAP", "0402000812345678"), ("NXBRC_NXM_INVALID", "0402000812345678"),
      ("NXBRC_NXM_INVALID", "0102000812345678"), ("OFPBRC_BAD_TYPE", "01 02 00 08 12 34 56 78"),
      ("OFPBRC_BAD_TYPE", "0102"), ("BOGUS", "0102000812345678"),
    ] { expectAsOVS(["encode-error-reply", error, request]) }
    #expect(apus(["print-error", "OFPFMFC_OVERLAPP"]).errors.contains("did you mean 'OFPFMFC_OVERLAP'?"))
  }

  @Test func encodesHellos() {
    for bitmap in ["0x10", "0x2", "0x12", "16"] { expectAsOVS(["encode-hello", bitmap]) }
    #expect(apus(["encode-hello", "0"]).status == 1)
  }

  @Test func cutsKeysAndValues() {
    expectAsOVS([
      "parse-key-value", "", "a", "a,b=", "a:b:c,(d)", "a(b,c)=d, e[1,2]=3", "x=(1,2)y", "  lead=3",
      "a=(b,c)d,e",
      "a=b(c,d)e", "a((b))", "a)b", "a=b)c,d", "a(b", "a=[1,2]", "k=v w", "k= v", "k=,v", "(a)", "=b", "a==b",
      "a:b=c",
    ])
  }

  @Test func printsMessages() {
    for message in [
      "0402000812345678", "04 02 00 08 12 34 56 78", "0402", "04020008123456780402000812345679", "zz", "040",
      "0100000800000001", "060000080000005a",
    ] { expectAsOVS(["ofp-print", message]) }
    for verbosity in ["0", "1", "2", "3", "9"] { expectAsOVS(["ofp-print", "0402000812345678", verbosity]) }
  }

  @Test func readsMatchesInTheTextOfNXM() {
    let lines = """
      NXM_OF_ETH_TYPE(0800), NXM_OF_IP_SRC_W(c0a80100/ffffff00)

      # a comment
      NXM_NX_COOKIE(0000000000000001)
      NXM_OF_VLAN_TCI_W(1123/1fff) # behind it
      <any>
      00000602(0800)
      NXM_OF_IN_PORT(0001),NXM_OF_IN_PORT(0001)
      OXM_OF_IN_PORT(00000001)
      NXM_OF_ETH_TYPE(08 00) NXM_OF_IP_PROTO(06)
      0001fe04(01020304)
      """
    for command in [
      ["parse-nx-match"], ["parse-nxm"], ["--strict", "parse-nx-match"], ["parse-oxm", "OpenFlow13"],
    ] {
      expectAsOVS(command, input: lines)
    }
    for wrong in ["NXM_OF_FOO(01)", "NXM_OF_IN_PORT(1)", "NXM_OF_IN_PORT", "NXM_OF_IN_PORT_W(0001/ffff)"] {
      #expect(apus(["parse-nx-match"], input: wrong).status == 1)
    }
  }

  @Test func readsActions() {
    let lines = """
      ffff 0018 00002320 0007 001f 00010004 000000000000f009
      # nothing
      0003 0008 00000000
      0000 0008 0001 000
      """
    let outcome = apus(["parse-actions", "OpenFlow10"], input: lines)
    #expect(outcome.output == "actions=load:0xf009->NXM_NX_REG0[]\n\nactions=strip_vlan\n\n")
    #expect(outcome.status == 1)
    expectAsOVS(["parse-actions", "OpenFlow10"], input: "0000 0008 0001\n")
    expectAsOVS(
      ["parse-instructions", "OpenFlow13"],
      input: "0001 0008 05 000000 0004 0018 00000000 0000 0010 00000001 0000 000000000000\n")
  }

  @Test func readsMatchesOf10() {
    for line in [
      "003820ff 000a 123456789abc 0123456789ab 0000 00 00 0800 00 06 0000 01020304 05060708 0050 0051",
      "003820f8 000a 123456789abc 0123456789ab 0005 00 00 0800 00 06 0000 01020304 05060708 0050 0051",
    ] { expectAsOVS(["parse-ofp10-match"], input: line + "\n") }
  }
}
