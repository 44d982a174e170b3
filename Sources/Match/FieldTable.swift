// swift-format-ignore-file

private typealias W = FlowKey.Word
private let rw = true
private let ro = false
/// The experimenter in whose space NSH's fields are.
private let nshExperimenter: UInt32 = 0x005a_d650

extension Field {
  /// Every match field, in the order in which ovs-fields(7) lists them. Adding a field is adding a line; if the
  /// key does not carry its bits yet, also a word in `FlowKey` and a store in `Extract`.
  ///
  ///     name, aliases, bits, where in the key, how written, masks, prerequisite, writable, wire forms
  static let table: [Line] = metadata + tunnelMetadata + pipeline + registers + frame

  private static let metadata: [Line] = [
    Line("dp_hash", [], 32, [Slot(W.recirculation, 32, 32)], .hexadecimal, .any, .none, ro, [.et("DP_HASH", 0), .nx("DP_HASH", 35)]),
    Line("recirc_id", [], 32, [Slot(W.recirculation, 0, 32)], .decimal, .exact, .none, ro, [.nx("RECIRC_ID", 36)]),
    Line("packet_type", [], 32, [Slot(W.packetType, 32, 32)], .packetType, .exact, .none, ro, [.oxm("PACKET_TYPE", 44, .v15)]),
    Line("conj_id", [], 32, [Slot(W.conjunction, 32, 32)], .decimal, .exact, .none, ro, [.nx("CONJ_ID", 37)]),
    Line("tun_id", ["tunnel_id"], 64, [Slot(W.tunnelID, 0, 64)], .hexadecimal, .any, .none, rw, [.nx("TUN_ID", 16), .oxm("TUNNEL_ID", 38, .v13)]),
    Line("tun_src", [], 32, [Slot(W.tunnelIPv4, 32, 32)], .ipv4, .any, .none, rw, [.nx("TUN_IPV4_SRC", 31)]),
    Line("tun_dst", [], 32, [Slot(W.tunnelIPv4, 0, 32)], .ipv4, .any, .none, rw, [.nx("TUN_IPV4_DST", 32)]),
    Line("tun_ipv6_src", [], 128, [Slot(W.tunnelIPv6Source, 0, 64), Slot(W.tunnelIPv6Source + 1, 0, 64)], .ipv6, .any, .none, rw, [.nx("TUN_IPV6_SRC", 109)]),
    Line("tun_ipv6_dst", [], 128, [Slot(W.tunnelIPv6Destination, 0, 64), Slot(W.tunnelIPv6Destination + 1, 0, 64)], .ipv6, .any, .none, rw, [.nx("TUN_IPV6_DST", 110)]),
    Line("tun_flags", [], 1, [Slot(W.tunnel, 48, 1)], .tunnelFlags, .any, .none, rw, [.nx("TUN_FLAGS", 104, bytes: 2)]),
    Line("tun_ttl", [], 8, [Slot(W.tunnel, 40, 8)], .decimal, .exact, .none, ro, []),
    Line("tun_tos", [], 8, [Slot(W.tunnel, 32, 8)], .decimal, .exact, .none, ro, []),
    Line("tun_gbp_id", [], 16, [Slot(W.tunnel, 16, 16)], .decimal, .any, .none, rw, [.nx("TUN_GBP_ID", 38)]),
    Line("tun_gbp_flags", [], 8, [Slot(W.tunnel, 8, 8)], .hexadecimal, .any, .none, rw, [.nx("TUN_GBP_FLAGS", 39)]),
    Line("tun_erspan_idx", [], 20, [Slot(W.tunnelKinds, 44, 20)], .hexadecimal, .any, .none, rw, [.et("ERSPAN_IDX", 11)]),
    Line("tun_erspan_ver", [], 4, [Slot(W.tunnelKinds, 40, 4)], .decimal, .any, .none, rw, [.et("ERSPAN_VER", 12)]),
    Line("tun_erspan_dir", [], 1, [Slot(W.tunnelKinds, 32, 1)], .decimal, .any, .none, rw, [.et("ERSPAN_DIR", 13)]),
    Line("tun_erspan_hwid", [], 6, [Slot(W.tunnelKinds, 24, 6)], .hexadecimal, .any, .none, rw, [.et("ERSPAN_HWID", 14)]),
    Line("tun_gtpu_flags", [], 8, [Slot(W.tunnelKinds, 16, 8)], .hexadecimal, .any, .none, ro, [.et("GTPU_FLAGS", 15)]),
    Line("tun_gtpu_msgtype", [], 8, [Slot(W.tunnelKinds, 8, 8)], .decimal, .any, .none, ro, [.et("GTPU_MSGTYPE", 16)]),
  ]

  private static let tunnelMetadata: [Line] = (0..<TunnelMetadataMatch.count).map { i in
    Line("tun_metadata\(i)", [], TunnelMetadataMatch.maximumByteCount * 8, [], .hexadecimal, .any, .none, rw, [.nx("TUN_METADATA\(i)", 40 + i)])
  }

  private static let pipeline: [Line] = [
    Line("metadata", [], 64, [Slot(W.metadata, 0, 64)], .hexadecimal, .any, .none, rw, [.oxm("METADATA", 2, .v12)]),
    Line("in_port", [], 16, [Slot(W.ingress, 48, 16)], .port, .exact, .none, rw, [.of("IN_PORT", 0)]),
    Line("in_port_oxm", [], 32, [Slot(W.ingress, 32, 16), Slot(W.ingress, 48, 16)], .widePort, .exact, .none, rw, [.oxm("IN_PORT", 0, .v12)]),
    Line("actset_output", [], 32, [Slot(W.conjunction, 0, 32)], .widePort, .exact, .none, ro, [.onf("ACTSET_OUTPUT", 43, .v13), .oxm("ACTSET_OUTPUT", 43, .v15)]),
    Line("skb_priority", [], 32, [Slot(W.packetMark, 0, 32)], .hexadecimal, .exact, .none, ro, []),
    Line("pkt_mark", [], 32, [Slot(W.packetMark, 32, 32)], .hexadecimal, .any, .none, rw, [.nx("PKT_MARK", 33)]),
    Line("ct_state", [], 32, [Slot(W.connection, 32, 8)], .connectionState, .any, .none, ro, [.nx("CT_STATE", 105)]),
    Line("ct_zone", [], 16, [Slot(W.packetType, 16, 16)], .hexadecimal, .exact, .none, ro, [.nx("CT_ZONE", 106)]),
    Line("ct_mark", [], 32, [Slot(W.connection, 0, 32)], .hexadecimal, .any, .none, rw, [.nx("CT_MARK", 107)]),
    Line("ct_label", [], 128, [Slot(W.connectionLabel, 0, 64), Slot(W.connectionLabel + 1, 0, 64)], .hexadecimal, .any, .none, rw, [.nx("CT_LABEL", 108)]),
    Line("ct_nw_proto", [], 8, [Slot(W.packetType, 8, 8)], .decimal, .exact, .connection, ro, [.nx("CT_NW_PROTO", 119)]),
    Line("ct_nw_src", [], 32, [Slot(W.connectionIPv4, 32, 32)], .ipv4, .any, .connection, ro, [.nx("CT_NW_SRC", 120)]),
    Line("ct_nw_dst", [], 32, [Slot(W.connectionIPv4, 0, 32)], .ipv4, .any, .connection, ro, [.nx("CT_NW_DST", 121)]),
    Line("ct_ipv6_src", [], 128, [Slot(W.connectionIPv6Source, 0, 64), Slot(W.connectionIPv6Source + 1, 0, 64)], .ipv6, .any, .connection, ro, [.nx("CT_IPV6_SRC", 122)]),
    Line("ct_ipv6_dst", [], 128, [Slot(W.connectionIPv6Destination, 0, 64), Slot(W.connectionIPv6Destination + 1, 0, 64)], .ipv6, .any, .connection, ro, [.nx("CT_IPV6_DST", 123)]),
    Line("ct_tp_src", [], 16, [Slot(W.connectionPorts, 48, 16)], .decimal, .any, .connection, ro, [.nx("CT_TP_SRC", 124)]),
    Line("ct_tp_dst", [], 16, [Slot(W.connectionPorts, 32, 16)], .decimal, .any, .connection, ro, [.nx("CT_TP_DST", 125)]),
  ]

  /// `xreg` and `xxreg` are two and four registers at once.
  private static let registers: [Line] =
    (0..<32).map { i in
      Line("reg\(i)", [], 32, [Slot(registerWord(i), i % 2 == 0 ? 32 : 0, 32)], .hexadecimal, .any, .none, rw, [i < 16 ? .nx("REG\(i)", i) : .et("REG\(i)", 17 + i - 16)])
    }
    + (0..<16).map { i in
      Line("xreg\(i)", [], 64, [Slot(registerWord(2 * i), 0, 64)], .hexadecimal, .any, .none, rw, [.register(i)])
    }
    + (0..<8).map { i in
      Line("xxreg\(i)", [], 128, [Slot(registerWord(4 * i), 0, 64), Slot(registerWord(4 * i + 2), 0, 64)], .hexadecimal, .any, .none, rw, [i < 4 ? .nx("XXREG\(i)", 111 + i) : .et("XXREG\(i)", 33 + i - 4)])
    }

  /// The word of register number `i`.
  private static func registerWord(_ i: Int) -> Int { i < 16 ? W.registers + i / 2 : W.upperRegisters + (i - 16) / 2 }

  private static let frame: [Line] = [
    Line("eth_src", ["dl_src"], 48, [Slot(W.ethernetSource, 16, 48)], .mac, .any, .ethernet, rw, [.of("ETH_SRC", 2), .oxm("ETH_SRC", 4, .v12)]),
    Line("eth_dst", ["dl_dst"], 48, [Slot(W.ethernetDestination, 16, 48)], .mac, .any, .ethernet, rw, [.of("ETH_DST", 1), .oxm("ETH_DST", 3, .v12)]),
    Line("eth_type", ["dl_type"], 16, [Slot(W.ethernetDestination, 0, 16)], .hexadecimal, .exact, .ethernet, ro, [.of("ETH_TYPE", 3), .oxm("ETH_TYPE", 5, .v12)]),
    Line("vlan_tci", [], 16, [Slot(W.vlan, 32, 16)], .tci, .any, .ethernet, rw, [.of("VLAN_TCI", 4)]),
    Line("dl_vlan", [], 12, [Slot(W.vlan, 32, 12)], .decimal, .exact, .ethernet, rw, []),
    Line("vlan_vid", [], 13, [Slot(W.vlan, 32, 13)], .decimal, .any, .ethernet, rw, [.oxm("VLAN_VID", 6, .v12)]),
    Line("dl_vlan_pcp", [], 3, [Slot(W.vlan, 45, 3)], .decimal, .exact, .ethernet, rw, []),
    Line("vlan_pcp", [], 3, [Slot(W.vlan, 45, 3)], .decimal, .exact, .vlan, rw, [.oxm("VLAN_PCP", 7, .v12)]),
    Line("mpls_label", [], 20, [Slot(W.mpls, 44, 20)], .decimal, .exact, .mpls, rw, [.oxm("MPLS_LABEL", 34, .v12)]),
    Line("mpls_tc", [], 3, [Slot(W.mpls, 41, 3)], .decimal, .exact, .mpls, rw, [.oxm("MPLS_TC", 35, .v12)]),
    Line("mpls_bos", [], 1, [Slot(W.mpls, 40, 1)], .decimal, .exact, .mpls, ro, [.oxm("MPLS_BOS", 36, .v13)]),
    Line("mpls_ttl", [], 8, [Slot(W.mpls, 32, 8)], .decimal, .exact, .mpls, rw, [.nx("MPLS_TTL", 30)]),
    Line("ip_src", ["nw_src", "ipv4_src"], 32, [Slot(W.ipv4, 32, 32)], .ipv4, .any, .ipv4, rw, [.of("IP_SRC", 7), .oxm("IPV4_SRC", 11, .v12)]),
    Line("ip_dst", ["nw_dst", "ipv4_dst"], 32, [Slot(W.ipv4, 0, 32)], .ipv4, .any, .ipv4, rw, [.of("IP_DST", 8), .oxm("IPV4_DST", 12, .v12)]),
    Line("ipv6_src", [], 128, [Slot(W.ipv6Source, 0, 64), Slot(W.ipv6Source + 1, 0, 64)], .ipv6, .any, .ipv6, rw, [.nx("IPV6_SRC", 19), .oxm("IPV6_SRC", 26, .v12)]),
    Line("ipv6_dst", [], 128, [Slot(W.ipv6Destination, 0, 64), Slot(W.ipv6Destination + 1, 0, 64)], .ipv6, .any, .ipv6, rw, [.nx("IPV6_DST", 20), .oxm("IPV6_DST", 27, .v12)]),
    Line("ipv6_label", [], 20, [Slot(W.ip, 32, 20)], .hexadecimal, .any, .ipv6, rw, [.nx("IPV6_LABEL", 27), .oxm("IPV6_FLABEL", 28, .v12)]),
    Line("nw_proto", ["ip_proto"], 8, [Slot(W.ip, 24, 8)], .decimal, .exact, .ip, ro, [.of("IP_PROTO", 6), .oxm("IP_PROTO", 10, .v12)]),
    Line("nw_tos", [], 8, [Slot(W.ip, 16, 8)], .decimal, .exact, .ip, rw, [.of("IP_TOS", 5)]),
    Line("ip_dscp", [], 6, [Slot(W.ip, 18, 6)], .decimal, .exact, .ip, rw, [.oxm("IP_DSCP", 8, .v12)]),
    Line("nw_ecn", ["ip_ecn"], 2, [Slot(W.ip, 16, 2)], .decimal, .exact, .ip, rw, [.nx("IP_ECN", 28), .oxm("IP_ECN", 9, .v12)]),
    Line("nw_ttl", [], 8, [Slot(W.ip, 8, 8)], .decimal, .exact, .ip, rw, [.nx("IP_TTL", 29)]),
    Line("ip_frag", ["nw_frag"], 2, [Slot(W.ip, 0, 2)], .fragment, .any, .ip, ro, [.nx("IP_FRAG", 26)]),
    Line("arp_op", [], 16, [Slot(W.ip, 24, 16)], .decimal, .exact, .arp, rw, [.of("ARP_OP", 15), .oxm("ARP_OP", 21, .v12)]),
    Line("arp_spa", [], 32, [Slot(W.ipv4, 32, 32)], .ipv4, .any, .arp, rw, [.of("ARP_SPA", 16), .oxm("ARP_SPA", 22, .v12)]),
    Line("arp_tpa", [], 32, [Slot(W.ipv4, 0, 32)], .ipv4, .any, .arp, rw, [.of("ARP_TPA", 17), .oxm("ARP_TPA", 23, .v12)]),
    Line("arp_sha", [], 48, [Slot(W.arpSourceHardware, 0, 48)], .mac, .any, .arp, rw, [.nx("ARP_SHA", 17), .oxm("ARP_SHA", 24, .v12)]),
    Line("arp_tha", [], 48, [Slot(W.arpTargetHardware, 0, 48)], .mac, .any, .arp, rw, [.nx("ARP_THA", 18), .oxm("ARP_THA", 25, .v12)]),
    Line("tcp_src", ["tp_src"], 16, [Slot(W.transport, 48, 16)], .decimal, .any, .tcp, rw, [.of("TCP_SRC", 9), .oxm("TCP_SRC", 13, .v12)]),
    Line("tcp_dst", ["tp_dst"], 16, [Slot(W.transport, 32, 16)], .decimal, .any, .tcp, rw, [.of("TCP_DST", 10), .oxm("TCP_DST", 14, .v12)]),
    Line("tcp_flags", [], 12, [Slot(W.transport, 16, 12)], .tcpFlags, .any, .tcp, ro, [.nx("TCP_FLAGS", 34), .onf("TCP_FLAGS", 42, .v13), .oxm("TCP_FLAGS", 42, .v15)]),
    Line("udp_src", [], 16, [Slot(W.transport, 48, 16)], .decimal, .any, .udp, rw, [.of("UDP_SRC", 11), .oxm("UDP_SRC", 15, .v12)]),
    Line("udp_dst", [], 16, [Slot(W.transport, 32, 16)], .decimal, .any, .udp, rw, [.of("UDP_DST", 12), .oxm("UDP_DST", 16, .v12)]),
    Line("sctp_src", [], 16, [Slot(W.transport, 48, 16)], .decimal, .any, .sctp, rw, [.oxm("SCTP_SRC", 17, .v12)]),
    Line("sctp_dst", [], 16, [Slot(W.transport, 32, 16)], .decimal, .any, .sctp, rw, [.oxm("SCTP_DST", 18, .v12)]),
    Line("icmp_type", [], 8, [Slot(W.transport, 48, 8)], .decimal, .exact, .icmpv4, rw, [.of("ICMP_TYPE", 13), .oxm("ICMPV4_TYPE", 19, .v12)]),
    Line("icmp_code", [], 8, [Slot(W.transport, 32, 8)], .decimal, .exact, .icmpv4, rw, [.of("ICMP_CODE", 14), .oxm("ICMPV4_CODE", 20, .v12)]),
    Line("icmpv6_type", [], 8, [Slot(W.transport, 48, 8)], .decimal, .exact, .icmpv6, rw, [.nx("ICMPV6_TYPE", 21), .oxm("ICMPV6_TYPE", 29, .v12)]),
    Line("icmpv6_code", [], 8, [Slot(W.transport, 32, 8)], .decimal, .exact, .icmpv6, rw, [.nx("ICMPV6_CODE", 22), .oxm("ICMPV6_CODE", 30, .v12)]),
    Line("nd_target", [], 128, [Slot(W.ndTarget, 0, 64), Slot(W.ndTarget + 1, 0, 64)], .ipv6, .any, .nd, rw, [.nx("ND_TARGET", 23), .oxm("IPV6_ND_TARGET", 31, .v12)]),
    Line("nd_sll", [], 48, [Slot(W.arpSourceHardware, 0, 48)], .mac, .any, .ndSolicit, rw, [.nx("ND_SLL", 24), .oxm("IPV6_ND_SLL", 32, .v12)]),
    Line("nd_tll", [], 48, [Slot(W.arpTargetHardware, 0, 48)], .mac, .any, .ndAdvert, rw, [.nx("ND_TLL", 25), .oxm("IPV6_ND_TLL", 33, .v12)]),
    Line("nd_reserved", [], 32, [Slot(W.transport, 0, 32)], .decimal, .exact, .nd, rw, [.ericsson("ICMPV6_ND_RESERVED", 1)]),
    Line("nd_options_type", [], 8, [Slot(W.transport, 40, 8)], .decimal, .exact, .nd, rw, [.ericsson("ICMPV6_ND_OPTIONS_TYPE", 2)]),
    Line("nsh_flags", [], 8, [Slot(W.nsh, 56, 8)], .decimal, .any, .nsh, rw, [.nsh("FLAGS", 1)]),
    Line("nsh_mdtype", [], 8, [Slot(W.nsh, 40, 8)], .decimal, .exact, .nsh, ro, [.nsh("MDTYPE", 2)]),
    Line("nsh_np", [], 8, [Slot(W.nsh, 32, 8)], .decimal, .exact, .nsh, ro, [.nsh("NP", 3)]),
    Line("nsh_spi", ["nsp"], 24, [Slot(W.nsh, 8, 24)], .hexadecimal, .exact, .nsh, rw, [.nsh("SPI", 4)]),
    Line("nsh_si", ["nsi"], 8, [Slot(W.nsh, 0, 8)], .decimal, .exact, .nsh, rw, [.nsh("SI", 5)]),
    Line("nsh_c1", ["nshc1"], 32, [Slot(W.nshContext + 0, 32, 32)], .hexadecimal, .any, .nsh, rw, [.nsh("C1", 6)]),
    Line("nsh_c2", ["nshc2"], 32, [Slot(W.nshContext + 0, 0, 32)], .hexadecimal, .any, .nsh, rw, [.nsh("C2", 7)]),
    Line("nsh_c3", ["nshc3"], 32, [Slot(W.nshContext + 1, 32, 32)], .hexadecimal, .any, .nsh, rw, [.nsh("C3", 8)]),
    Line("nsh_c4", ["nshc4"], 32, [Slot(W.nshContext + 1, 0, 32)], .hexadecimal, .any, .nsh, rw, [.nsh("C4", 9)]),
    Line("nsh_ttl", [], 8, [Slot(W.nsh, 48, 8)], .decimal, .exact, .nsh, rw, [.nsh("TTL", 10)]),
  ]
}

/// A wire form without its length, which is the field's unless `byteCount` says otherwise.
private struct WireName {
  var prefix: String
  var name: String
  var oxmClass: UInt32
  var number: Int
  var experimenter: UInt32 = 0
  var since: OpenFlowVersion?
  var byteCount: Int?

  static func of(_ name: String, _ number: Int) -> WireName { WireName(prefix: "NXM_OF_", name: name, oxmClass: 0, number: number) }
  static func nx(_ name: String, _ number: Int, bytes: Int? = nil) -> WireName { WireName(prefix: "NXM_NX_", name: name, oxmClass: 1, number: number, byteCount: bytes) }
  static func oxm(_ name: String, _ number: Int, _ since: OpenFlowVersion) -> WireName { WireName(prefix: "OXM_OF_", name: name, oxmClass: 0x8000, number: number, since: since) }
  static func register(_ number: Int) -> WireName { WireName(prefix: "OXM_OF_", name: "PKT_REG\(number)", oxmClass: 0x8001, number: number, since: .v13) }
  static func onf(_ name: String, _ number: Int, _ since: OpenFlowVersion) -> WireName { WireName(prefix: "ONFOXM_ET_", name: name, oxmClass: 0xffff, number: number, experimenter: ExperimenterID.onf, since: since) }
  static func et(_ name: String, _ number: Int) -> WireName { WireName(prefix: "NXOXM_ET_", name: name, oxmClass: 0xffff, number: number, experimenter: ExperimenterID.nicira) }
  static func nsh(_ name: String, _ number: Int) -> WireName { WireName(prefix: "NXOXM_NSH_", name: name, oxmClass: 0xffff, number: number, experimenter: nshExperimenter) }
  static func ericsson(_ name: String, _ number: Int) -> WireName { WireName(prefix: "ERICOXM_OF_", name: name, oxmClass: 0x1000, number: number) }
}

extension Field.Line {
  fileprivate convenience init(
    _ name: String, _ aliases: [String], _ bits: Int, _ slots: [Slot], _ format: Field.Format, _ maskRule: Field.MaskRule,
    _ prerequisite: Field.Prerequisite, _ isWritable: Bool, _ wireNames: [WireName]
  ) {
    let byteCount = bits == 48 ? 6 : [1, 2, 4, 8, 16].first { bits <= 8 * $0 } ?? bits / 8
    let wireForms = wireNames.map { wire in
      let length = (wire.byteCount ?? byteCount) + (wire.oxmClass == 0xffff ? 4 : 0)
      return Field.WireForm(
        name: wire.prefix + wire.name,
        header: OXMHeader(rawValue: wire.oxmClass << 16 | UInt32(wire.number) << 9 | UInt32(length), experimenter: wire.experimenter),
        since: wire.since)
    }
    self.init(
      name: name, aliases: aliases, bits: bits, slots: slots, format: format, maskRule: maskRule,
      prerequisite: prerequisite, isWritable: isWritable, wireForms: wireForms)
  }
}
