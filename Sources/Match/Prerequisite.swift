private typealias W = FlowKey.Word

extension Field.Prerequisite {
  private static var etherType: Slot { Slot(W.ethernetDestination, 0, 16) }
  private static var protocolNumber: Slot { Slot(W.ip, 24, 8) }
  private static var fragment: Slot { Slot(W.ip, 0, 8) }
  private static var vlanPresent: Slot { Slot(W.vlan, 44, 1) }
  private static var icmpType: Slot { Slot(W.transport, 48, 8) }
  private static var icmpCode: Slot { Slot(W.transport, 32, 8) }

  /// Whether every frame that `match` means has the fields that stand under this prerequisite.
  /// OpenFlow 1.3.5 section A.2.3.8.
  public func isMet(by match: FlowMatch) -> Bool {
    switch self {
    case .none, .ethernet: true
    case .vlan: match.demands(1, at: Self.vlanPresent)
    case .ipv4: match.demands(0x0800, at: Self.etherType)
    case .ipv6: match.demands(0x86dd, at: Self.etherType)
    case .ip: Self.ipv4.isMet(by: match) || Self.ipv6.isMet(by: match)
    case .arp: match.demands(0x0806, at: Self.etherType) || match.demands(0x8035, at: Self.etherType)
    case .tcp: Self.isTransport(6, over: .ip, match)
    case .udp: Self.isTransport(17, over: .ip, match)
    case .sctp: Self.isTransport(132, over: .ip, match)
    case .icmpv4: Self.isTransport(1, over: .ipv4, match)
    case .icmpv6: Self.isTransport(58, over: .ipv6, match)
    case .nd: Self.ndSolicit.isMet(by: match) || Self.ndAdvert.isMet(by: match)
    case .ndSolicit: Self.isNeighborDiscovery(135, match)
    case .ndAdvert: Self.isNeighborDiscovery(136, match)
    }
  }

  /// A later fragment has no transport header.
  private static func isTransport(_ number: UInt64, over network: Self, _ match: FlowMatch) -> Bool {
    network.isMet(by: match) && match.demands(number, at: protocolNumber)
      && match.key[fragment] & FlowKey.Fragment.later == 0
  }

  private static func isNeighborDiscovery(_ type: UInt64, _ match: FlowMatch) -> Bool {
    icmpv6.isMet(by: match) && match.demands(type, at: icmpType) && match.key[icmpCode] == 0
  }
}

extension FlowMatch {
  /// Whether all bits at `slot` are demanded, and are `value`.
  func demands(_ value: UInt64, at slot: Slot) -> Bool {
    mask.words[slot.word] & slot.mask == slot.mask && key[slot] == value
  }
}
