// swift-format-ignore-file

private typealias W = FlowKey.Word
private let rw = true
private let ro = false

extension Field {
  /// Every match field, in the order in which ovs-fields(7) lists them. Adding a field is adding a line; if the
  /// key does not carry its bits yet, also a word in `FlowKey` and a store in `Extract`.
  ///
  ///     name, aliases, where in the key, how written, masks, prerequisite, writable, NXM header, OXM header
  public static let all: [Field] = [
    Field("metadata", [], [Slot(W.metadata, 0, 64)], .hexadecimal, .any, .none, rw, 0, 0x8000_0408),
    Field("in_port", [], [Slot(W.ingress, 48, 16)], .port, .exact, .none, rw, 0x0000_0002, 0x8000_0004),
    Field("reg0", [], [Slot(W.registers + 0, 32, 32)], .hexadecimal, .any, .none, rw, 0x0001_0004, 0),
    Field("reg1", [], [Slot(W.registers + 0, 0, 32)], .hexadecimal, .any, .none, rw, 0x0001_0204, 0),
    Field("reg2", [], [Slot(W.registers + 1, 32, 32)], .hexadecimal, .any, .none, rw, 0x0001_0404, 0),
    Field("reg3", [], [Slot(W.registers + 1, 0, 32)], .hexadecimal, .any, .none, rw, 0x0001_0604, 0),
    Field("reg4", [], [Slot(W.registers + 2, 32, 32)], .hexadecimal, .any, .none, rw, 0x0001_0804, 0),
    Field("reg5", [], [Slot(W.registers + 2, 0, 32)], .hexadecimal, .any, .none, rw, 0x0001_0a04, 0),
    Field("reg6", [], [Slot(W.registers + 3, 32, 32)], .hexadecimal, .any, .none, rw, 0x0001_0c04, 0),
    Field("reg7", [], [Slot(W.registers + 3, 0, 32)], .hexadecimal, .any, .none, rw, 0x0001_0e04, 0),
    Field("reg8", [], [Slot(W.registers + 4, 32, 32)], .hexadecimal, .any, .none, rw, 0x0001_1004, 0),
    Field("reg9", [], [Slot(W.registers + 4, 0, 32)], .hexadecimal, .any, .none, rw, 0x0001_1204, 0),
    Field("reg10", [], [Slot(W.registers + 5, 32, 32)], .hexadecimal, .any, .none, rw, 0x0001_1404, 0),
    Field("reg11", [], [Slot(W.registers + 5, 0, 32)], .hexadecimal, .any, .none, rw, 0x0001_1604, 0),
    Field("reg12", [], [Slot(W.registers + 6, 32, 32)], .hexadecimal, .any, .none, rw, 0x0001_1804, 0),
    Field("reg13", [], [Slot(W.registers + 6, 0, 32)], .hexadecimal, .any, .none, rw, 0x0001_1a04, 0),
    Field("reg14", [], [Slot(W.registers + 7, 32, 32)], .hexadecimal, .any, .none, rw, 0x0001_1c04, 0),
    Field("reg15", [], [Slot(W.registers + 7, 0, 32)], .hexadecimal, .any, .none, rw, 0x0001_1e04, 0),
    Field("eth_src", ["dl_src"], [Slot(W.ethernetSource, 16, 48)], .mac, .any, .ethernet, rw, 0x0000_0406, 0x8000_0806),
    Field("eth_dst", ["dl_dst"], [Slot(W.ethernetDestination, 16, 48)], .mac, .any, .ethernet, rw, 0x0000_0206, 0x8000_0606),
    Field("eth_type", ["dl_type"], [Slot(W.ethernetDestination, 0, 16)], .hexadecimal, .exact, .ethernet, ro, 0x0000_0602, 0x8000_0a02),
    Field("vlan_tci", [], [Slot(W.vlan, 32, 16)], .tci, .any, .ethernet, rw, 0x0000_0802, 0),
    Field("dl_vlan", [], [Slot(W.vlan, 32, 12)], .decimal, .exact, .ethernet, rw, 0, 0),
    Field("vlan_vid", [], [Slot(W.vlan, 32, 13)], .decimal, .any, .ethernet, rw, 0, 0x8000_0c02),
    Field("dl_vlan_pcp", [], [Slot(W.vlan, 45, 3)], .decimal, .exact, .ethernet, rw, 0, 0),
    Field("vlan_pcp", [], [Slot(W.vlan, 45, 3)], .decimal, .exact, .vlan, rw, 0, 0x8000_0e01),
    Field("ip_src", ["nw_src", "ipv4_src"], [Slot(W.ipv4, 32, 32)], .ipv4, .any, .ipv4, rw, 0x0000_0e04, 0x8000_1604),
    Field("ip_dst", ["nw_dst", "ipv4_dst"], [Slot(W.ipv4, 0, 32)], .ipv4, .any, .ipv4, rw, 0x0000_1004, 0x8000_1804),
    Field("ipv6_src", [], [Slot(W.ipv6Source, 0, 64), Slot(W.ipv6Source + 1, 0, 64)], .ipv6, .any, .ipv6, rw, 0x0001_2610, 0x8000_3410),
    Field("ipv6_dst", [], [Slot(W.ipv6Destination, 0, 64), Slot(W.ipv6Destination + 1, 0, 64)], .ipv6, .any, .ipv6, rw, 0x0001_2810, 0x8000_3610),
    Field("ipv6_label", [], [Slot(W.ip, 32, 20)], .hexadecimal, .any, .ipv6, rw, 0x0001_3604, 0x8000_3804),
    Field("nw_proto", ["ip_proto"], [Slot(W.ip, 24, 8)], .decimal, .exact, .ip, ro, 0x0000_0c01, 0x8000_1401),
    Field("nw_tos", [], [Slot(W.ip, 16, 8)], .decimal, .exact, .ip, rw, 0x0000_0a01, 0),
    Field("ip_dscp", [], [Slot(W.ip, 18, 6)], .decimal, .exact, .ip, rw, 0, 0x8000_1001),
    Field("nw_ecn", ["ip_ecn"], [Slot(W.ip, 16, 2)], .decimal, .exact, .ip, rw, 0x0001_3801, 0x8000_1201),
    Field("nw_ttl", [], [Slot(W.ip, 8, 8)], .decimal, .exact, .ip, rw, 0x0001_3a01, 0),
    Field("ip_frag", ["nw_frag"], [Slot(W.ip, 0, 2)], .fragment, .any, .ip, ro, 0x0001_3401, 0),
    Field("arp_op", [], [Slot(W.ip, 24, 8)], .decimal, .exact, .arp, rw, 0x0000_1e02, 0x8000_2a02),
    Field("arp_spa", [], [Slot(W.ipv4, 32, 32)], .ipv4, .any, .arp, rw, 0x0000_2004, 0x8000_2c04),
    Field("arp_tpa", [], [Slot(W.ipv4, 0, 32)], .ipv4, .any, .arp, rw, 0x0000_2204, 0x8000_2e04),
    Field("arp_sha", [], [Slot(W.arpSourceHardware, 0, 48)], .mac, .any, .arp, rw, 0x0001_2206, 0x8000_3006),
    Field("arp_tha", [], [Slot(W.arpTargetHardware, 0, 48)], .mac, .any, .arp, rw, 0x0001_2406, 0x8000_3206),
    Field("tcp_src", ["tp_src"], [Slot(W.transport, 48, 16)], .decimal, .any, .tcp, rw, 0x0000_1202, 0x8000_1a02),
    Field("tcp_dst", ["tp_dst"], [Slot(W.transport, 32, 16)], .decimal, .any, .tcp, rw, 0x0000_1402, 0x8000_1c02),
    Field("tcp_flags", [], [Slot(W.transport, 16, 12)], .tcpFlags, .any, .tcp, ro, 0x0001_4402, 0x8000_5402),
    Field("udp_src", [], [Slot(W.transport, 48, 16)], .decimal, .any, .udp, rw, 0x0000_1602, 0x8000_1e02),
    Field("udp_dst", [], [Slot(W.transport, 32, 16)], .decimal, .any, .udp, rw, 0x0000_1802, 0x8000_2002),
    Field("sctp_src", [], [Slot(W.transport, 48, 16)], .decimal, .any, .sctp, rw, 0, 0x8000_2202),
    Field("sctp_dst", [], [Slot(W.transport, 32, 16)], .decimal, .any, .sctp, rw, 0, 0x8000_2402),
    Field("icmp_type", [], [Slot(W.transport, 48, 8)], .decimal, .exact, .icmpv4, rw, 0x0000_1a01, 0x8000_2601),
    Field("icmp_code", [], [Slot(W.transport, 32, 8)], .decimal, .exact, .icmpv4, rw, 0x0000_1c01, 0x8000_2801),
    Field("icmpv6_type", [], [Slot(W.transport, 48, 8)], .decimal, .exact, .icmpv6, rw, 0x0001_2a01, 0x8000_3a01),
    Field("icmpv6_code", [], [Slot(W.transport, 32, 8)], .decimal, .exact, .icmpv6, rw, 0x0001_2c01, 0x8000_3c01),
    Field("nd_target", [], [Slot(W.ndTarget, 0, 64), Slot(W.ndTarget + 1, 0, 64)], .ipv6, .any, .nd, rw, 0x0001_2e10, 0x8000_3e10),
    Field("nd_sll", [], [Slot(W.arpSourceHardware, 0, 48)], .mac, .any, .ndSolicit, rw, 0x0001_3006, 0x8000_4006),
    Field("nd_tll", [], [Slot(W.arpTargetHardware, 0, 48)], .mac, .any, .ndAdvert, rw, 0x0001_3206, 0x8000_4206),
  ]
}

extension Field {
  fileprivate init(
    _ name: String, _ aliases: [String], _ slots: [Slot], _ format: Format, _ maskRule: MaskRule,
    _ prerequisite: Prerequisite, _ isWritable: Bool, _ nxm: UInt32, _ oxm: UInt32
  ) {
    self.init(
      name: name, aliases: aliases, slots: slots, format: format, maskRule: maskRule,
      prerequisite: prerequisite, isWritable: isWritable, nxm: nxm, oxm: oxm)
  }
}
