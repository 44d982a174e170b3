private typealias W = FlowKey.Word

extension Field.Prerequisite {
  private static var packetType: Slot { Slot(W.packetType, 32, 32) }
  private static var protocolNumber: Slot { Slot(W.ip, 24, 8) }
  private static var fragment: Slot { Slot(W.ip, 0, 8) }
  private static var vlanPresent: Slot { Slot(W.vlan, 44, 1) }
  private static var icmpType: Slot { Slot(W.transport, 48, 8) }
  private static var icmpCode: Slot { Slot(W.transport, 32, 8) }
  private static var connectionState: Slot { Slot(W.connection, 32, 32) }

  /// Whether every frame that `match` means has the fields that stand under this prerequisite.
  /// OpenFlow 1.3.5 section A.2.3.8.
  public func isMet(by match: FlowMatch) -> Bool {
    switch self {
    case .none: true
    case .ethernet: match.value(at: Self.packetType) == 0
    case .vlan: match.demands(1, at: Self.vlanPresent)
    case .ipv4: match.etherType == 0x0800
    case .ipv6: match.etherType == 0x86dd
    case .ip: match.etherType == 0x0800 || match.etherType == 0x86dd
    case .arp: match.etherType == 0x0806 || match.etherType == 0x8035
    case .mpls: match.etherType == 0x8847 || match.etherType == 0x8848
    case .nsh: match.etherType == 0x894f
    case .tcp: Self.isTransport(6, over: .ip, match)
    case .udp: Self.isTransport(17, over: .ip, match)
    case .sctp: Self.isTransport(132, over: .ip, match)
    case .icmpv4: Self.isTransport(1, over: .ipv4, match)
    case .icmpv6: Self.isTransport(58, over: .ipv6, match)
    case .nd: Self.ndSolicit.isMet(by: match) || Self.ndAdvert.isMet(by: match)
    case .ndSolicit: Self.isNeighborDiscovery(135, match)
    case .ndAdvert: Self.isNeighborDiscovery(136, match)
    case .connection: Self.isValidConnection(match)
    }
  }

  /// A later fragment has no transport header.
  private static func isTransport(_ number: UInt64, over network: Self, _ match: FlowMatch) -> Bool {
    network.isMet(by: match) && match.demands(number, at: protocolNumber)
      && match.value(at: fragment) & FlowKey.Fragment.later == 0
  }

  private static func isNeighborDiscovery(_ type: UInt64, _ match: FlowMatch) -> Bool {
    icmpv6.isMet(by: match) && match.demands(type, at: icmpType) && match.value(at: icmpCode) == 0
  }

  /// A state that only valid connections have is demanded, or that the connection is tracked and not invalid.
  private static func isValidConnection(_ match: FlowMatch) -> Bool {
    typealias State = ConnectionStateText
    let state = match.value(at: connectionState)
    let mask = match.mask(at: connectionState)
    return state & UInt64(State.ofValid) != 0
      || state & UInt64(State.tracked) != 0 && mask & ~state & UInt64(State.invalid) != 0
  }
}

extension FlowMatch {
  /// Whether all bits at `slot` are demanded, and are `value`.
  func demands(_ value: UInt64, at slot: Slot) -> Bool {
    let word = self[word: slot.word]
    return word.mask & slot.mask == slot.mask && (word.value & slot.mask) >> UInt64(slot.shift) == value
  }

  /// The EtherType that every frame must have, if there is one: that of the Ethernet header, or the one that a
  /// packet without such a header has as its packet type. OpenFlow 1.5.1 section 7.2.3.11.
  public var etherType: UInt16? {
    let packetType = Slot(FlowKey.Word.packetType, 32, 32)
    let isEthernet = value(at: packetType) == 0
    let slot = isEthernet ? Slot(FlowKey.Word.ethernetDestination, 0, 16) : Slot(packetType.word, 32, 16)
    guard mask(at: slot) == 0xffff, isEthernet || value(at: packetType) >> 16 == 1 else { return nil }
    return UInt16(truncatingIfNeeded: value(at: slot))
  }
}
