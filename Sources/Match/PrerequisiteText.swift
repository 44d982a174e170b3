extension Field.Prerequisite {
  /// What to write into a match so that the prerequisite is met: any one of these.
  public var spellings: [String] {
    switch self {
    case .none: []
    case .ethernet: ["packet_type=(0,0)"]
    case .vlan: ["dl_vlan"]
    case .ipv4: ["ip"]
    case .ipv6: ["ipv6"]
    case .ip: ["ip", "ipv6"]
    case .arp: ["arp", "rarp"]
    case .mpls: ["mpls", "mplsm"]
    case .nsh: ["dl_type=0x894f"]
    case .tcp: ["tcp", "tcp6"]
    case .udp: ["udp", "udp6"]
    case .sctp: ["sctp", "sctp6"]
    case .icmpv4: ["icmp"]
    case .icmpv6: ["icmp6"]
    case .nd: ["icmp6,icmp_type=135", "icmp6,icmp_type=136"]
    case .ndSolicit: ["icmp6,icmp_type=135"]
    case .ndAdvert: ["icmp6,icmp_type=136"]
    case .connection: ["ct_state=+trk-inv"]
    }
  }
}
