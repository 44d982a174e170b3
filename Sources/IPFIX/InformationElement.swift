/// One field of a template: a number and a length. IANA, "IP Flow Information Export (IPFIX) Entities".
struct InformationElement: Hashable, Sendable {
  var number: UInt16
  /// In bytes; 65535 for one whose records say how long it is. RFC 7011, section 7.
  var length: UInt16

  static var variable: UInt16 { 65_535 }

  init(_ number: UInt16, _ length: UInt16) {
    self.number = number
    self.length = length
  }
}

extension InformationElement {
  // MARK: Where and what

  static let observationPointID = Self(138, 4)
  static let flowDirection = Self(61, 1)
  static let sourceMACAddress = Self(56, 6)
  static let destinationMACAddress = Self(80, 6)
  static let ethernetType = Self(256, 2)
  static let ethernetHeaderLength = Self(240, 1)
  static let ingressInterface = Self(10, 4)
  static let ingressInterfaceType = Self(368, 4)
  static let egressInterface = Self(14, 4)
  static let egressInterfaceType = Self(369, 4)
  static let interfaceName = Self(82, variable)
  static let interfaceDescription = Self(83, variable)
  static let vlanID = Self(58, 2)
  static let dot1qVLANID = Self(243, 2)
  static let dot1qPriority = Self(244, 1)
  static let ipVersion = Self(60, 1)
  static let ipTTL = Self(192, 1)
  static let protocolIdentifier = Self(4, 1)
  static let ipDiffServCodePoint = Self(195, 1)
  static let ipPrecedence = Self(196, 1)
  static let ipClassOfService = Self(5, 1)
  static let sourceIPv4Address = Self(8, 4)
  static let destinationIPv4Address = Self(12, 4)
  static let sourceIPv6Address = Self(27, 16)
  static let destinationIPv6Address = Self(28, 16)
  static let flowLabelIPv6 = Self(31, 4)
  static let sourceTransportPort = Self(7, 2)
  static let destinationTransportPort = Self(11, 2)
  static let icmpTypeIPv4 = Self(176, 1)
  static let icmpCodeIPv4 = Self(177, 1)
  static let icmpTypeIPv6 = Self(178, 1)
  static let icmpCodeIPv6 = Self(179, 1)

  // MARK: When and how much

  static let flowStartDeltaMicroseconds = Self(158, 4)
  static let flowEndDeltaMicroseconds = Self(159, 4)
  static let droppedPacketDeltaCount = Self(133, 8)
  static let droppedPacketTotalCount = Self(135, 8)
  static let packetDeltaCount = Self(2, 8)
  static let packetTotalCount = Self(86, 8)
  static let ingressUnicastPacketTotalCount = Self(354, 8)
  static let ingressMulticastPacketTotalCount = Self(355, 8)
  static let ingressBroadcastPacketTotalCount = Self(356, 8)
  static let egressUnicastPacketTotalCount = Self(357, 8)
  static let egressBroadcastPacketTotalCount = Self(358, 8)
  static let postMulticastPacketDeltaCount = Self(19, 8)
  static let postMulticastPacketTotalCount = Self(174, 8)
  static let layer2OctetDeltaCount = Self(352, 8)
  static let layer2OctetTotalCount = Self(353, 8)
  static let flowEndReason = Self(136, 1)
  static let droppedOctetDeltaCount = Self(132, 8)
  static let droppedOctetTotalCount = Self(134, 8)
  static let octetDeltaCount = Self(1, 8)
  static let octetTotalCount = Self(85, 8)
  static let octetDeltaSumOfSquares = Self(198, 8)
  static let octetTotalSumOfSquares = Self(199, 8)
  static let minimumIPTotalLength = Self(25, 8)
  static let maximumIPTotalLength = Self(26, 8)
  static let postMulticastOctetDeltaCount = Self(20, 8)
  static let postMulticastOctetTotalCount = Self(175, 8)
  static let tcpACKTotalCount = Self(222, 8)
  static let tcpFINTotalCount = Self(219, 8)
  static let tcpPSHTotalCount = Self(221, 8)
  static let tcpRSTTotalCount = Self(220, 8)
  static let tcpSYNTotalCount = Self(218, 8)
  static let tcpURGTotalCount = Self(223, 8)

  // MARK: Of the exporter

  static let exportingProcessID = Self(144, 4)
  static let notSentPacketTotalCount = Self(167, 8)
}
