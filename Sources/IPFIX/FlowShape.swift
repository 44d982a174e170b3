import Match

/// Which headers the frames of a flow have, and so which template its record follows. The templates and their numbers
/// are those of Open vSwitch 3.1, without the ones for tunnels.
struct FlowShape: Hashable, Sendable {
  enum Network: UInt16, CaseIterable, Sendable {
    case none = 0
    case ipv4 = 5
    case ipv6 = 10
  }

  enum Transport: UInt16, CaseIterable, Sendable {
    case none = 0
    case tcp = 1
    case udp = 2
    case sctp = 3
    case icmp = 4
  }

  /// Whether there is a VLAN tag.
  var isTagged: Bool
  var network: Network
  var transport: Transport
  var isEgress: Bool

  /// The lowest number that a template can have. RFC 7011, section 3.4.1.
  private static var firstTemplate: UInt16 { 256 }

  var templateID: UInt16 {
    let place = (isTagged ? 15 : 0) + network.rawValue + transport.rawValue
    return Self.firstTemplate + 4 * place + (isEgress ? 1 : 0)
  }

  /// Every shape that a flow can have, by template.
  static let all: [FlowShape] = {
    var all: [FlowShape] = []
    for isTagged in [false, true] {
      for network in Network.allCases {
        for transport in Transport.allCases where network != .none || transport == .none {
          for isEgress in [false, true] {
            all.append(
              FlowShape(isTagged: isTagged, network: network, transport: transport, isEgress: isEgress))
          }
        }
      }
    }
    return all
  }()

  /// That of frames with these fields.
  init(_ key: FlowKey, isEgress: Bool) {
    isTagged = key.words[FlowKey.Word.vlan] >> 32 & FlowKey.vlanPresent != 0
    self.isEgress = isEgress
    network =
      switch key.words[FlowKey.Word.ethernetDestination] & 0xffff {
      case 0x0800: .ipv4
      case 0x86dd: .ipv6
      default: .none
      }
    transport =
      switch (network, key.words[FlowKey.Word.ip] >> 24 & 0xff) {
      case (.none, _): .none
      case (_, 6): .tcp
      case (_, 17): .udp
      case (_, 132): .sctp
      case (.ipv4, 1), (.ipv6, 58): .icmp
      default: .none
      }
  }

  init(isTagged: Bool, network: Network, transport: Transport, isEgress: Bool) {
    self.isTagged = isTagged
    self.network = network
    self.transport = transport
    self.isEgress = isEgress
  }
}

// MARK: Fields

extension FlowShape {
  /// The fields of a record, in their order: those that say which flow it is, then its counters.
  var elements: [InformationElement] { keyElements + counterElements }

  private var keyElements: [InformationElement] {
    var elements: [InformationElement] = [
      .observationPointID, .flowDirection, .sourceMACAddress, .destinationMACAddress, .ethernetType,
      .ethernetHeaderLength,
      .ingressInterface, .ingressInterfaceType, .interfaceName, .interfaceDescription,
    ]
    if isEgress {
      elements += [.egressInterface, .egressInterfaceType, .interfaceName, .interfaceDescription]
    }
    if isTagged { elements += [.vlanID, .dot1qVLANID, .dot1qPriority] }
    guard network != .none else { return elements }
    elements += [
      .ipVersion, .ipTTL, .protocolIdentifier, .ipDiffServCodePoint, .ipPrecedence, .ipClassOfService,
    ]
    elements +=
      network == .ipv4
      ? [.sourceIPv4Address, .destinationIPv4Address]
      : [.sourceIPv6Address, .destinationIPv6Address, .flowLabelIPv6]
    switch transport {
    case .none: break
    case .tcp, .udp, .sctp: elements += [.sourceTransportPort, .destinationTransportPort]
    case .icmp:
      elements += network == .ipv4 ? [.icmpTypeIPv4, .icmpCodeIPv4] : [.icmpTypeIPv6, .icmpCodeIPv6]
    }
    return elements
  }

  private var counterElements: [InformationElement] {
    var elements: [InformationElement] = [
      .flowStartDeltaMicroseconds, .flowEndDeltaMicroseconds, .droppedPacketDeltaCount,
      .droppedPacketTotalCount, .packetDeltaCount, .packetTotalCount, .ingressUnicastPacketTotalCount,
      .ingressMulticastPacketTotalCount, .ingressBroadcastPacketTotalCount, .egressUnicastPacketTotalCount,
      .egressBroadcastPacketTotalCount, .postMulticastPacketDeltaCount, .postMulticastPacketTotalCount,
      .layer2OctetDeltaCount, .layer2OctetTotalCount, .flowEndReason,
    ]
    guard network != .none else { return elements }
    elements += [
      .droppedOctetDeltaCount, .droppedOctetTotalCount, .octetDeltaCount, .octetTotalCount,
      .octetDeltaSumOfSquares, .octetTotalSumOfSquares, .minimumIPTotalLength, .maximumIPTotalLength,
      .postMulticastOctetDeltaCount, .postMulticastOctetTotalCount,
    ]
    guard transport == .tcp else { return elements }
    elements += [
      .tcpACKTotalCount, .tcpFINTotalCount, .tcpPSHTotalCount, .tcpRSTTotalCount, .tcpSYNTotalCount,
      .tcpURGTotalCount,
    ]
    return elements
  }
}
