import Wire

extension FlowMatch {
  /// Whether every frame that the match takes fulfils `prerequisite`.
  public func satisfies(_ prerequisite: Field.Prerequisite) -> Bool {
    switch prerequisite {
    case .none, .ethernet: true
    case .vlan: demanded(Self.vlanPresentBit) == 1
    case .ipv4: etherType == .ipv4
    case .ipv6: etherType == .ipv6
    case .ip: etherType == .ipv4 || etherType == .ipv6
    case .arp: etherType == .arp || etherType == .rarp
    case .tcp: satisfies(.ip) && ipProtocol == .tcp
    case .udp: satisfies(.ip) && ipProtocol == .udp
    case .sctp: satisfies(.ip) && ipProtocol == .sctp
    case .icmpv4: etherType == .ipv4 && ipProtocol == .icmp
    case .icmpv6: etherType == .ipv6 && ipProtocol == .icmpv6
    case .nd: satisfies(.ndSolicit) || satisfies(.ndAdvert)
    case .ndSolicit: satisfies(.icmpv6) && demanded(Self.icmpTypeSlot) == 135
    case .ndAdvert: satisfies(.icmpv6) && demanded(Self.icmpTypeSlot) == 136
    }
  }

  /// The EtherType that every frame must have, if there is one.
  var etherType: EtherType? {
    demanded(Slot(FlowKey.Word.ethernetDestination, 0, 16)).map { EtherType(rawValue: UInt16($0)) }
  }

  /// The IP protocol that every frame must have, if there is one. Under ARP these are bits of the opcode.
  var ipProtocol: IPProtocol? {
    demanded(Slot(FlowKey.Word.ip, 24, 8)).map { IPProtocol(rawValue: UInt8($0)) }
  }

  /// What must be in `slot` when all of its bits are demanded.
  private func demanded(_ slot: Slot) -> UInt64? {
    mask.words[slot.word] & slot.mask == slot.mask ? key[slot] : nil
  }

  private static var vlanPresentBit: Slot { Slot(FlowKey.Word.vlan, 44, 1) }
  private static var icmpTypeSlot: Slot { Slot(FlowKey.Word.transport, 48, 8) }
}

extension Field.Prerequisite {
  /// What to write into a match so that it is fulfilled: any one of these.
  public var spellings: [String] {
    switch self {
    case .none, .ethernet: []
    case .vlan: ["dl_vlan"]
    case .ipv4: ["ip"]
    case .ipv6: ["ipv6"]
    case .ip: ["ip", "ipv6"]
    case .arp: ["arp", "rarp"]
    case .tcp: ["tcp", "tcp6"]
    case .udp: ["udp", "udp6"]
    case .sctp: ["sctp", "sctp6"]
    case .icmpv4: ["icmp"]
    case .icmpv6: ["icmp6"]
    case .nd: ["icmp6,icmp_type=135", "icmp6,icmp_type=136"]
    case .ndSolicit: ["icmp6,icmp_type=135"]
    case .ndAdvert: ["icmp6,icmp_type=136"]
    }
  }
}
