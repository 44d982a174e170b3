public import Match

/// What a frame begins with: an Ethernet header, or what an EtherType names. OpenFlow 1.5.1 section 7.2.3.11.
///
/// The key of a frame without an Ethernet header has the type in `packet_type`, and 0 in all that Ethernet would have.
extension KeyReference {
  @inlinable
  public var isEthernet: Bool { !hasColdWords || self[FlowKey.Word.packetType] >> 32 == 0 }

  /// The type of what follows the Ethernet header, or of what the frame begins with.
  @inlinable
  public var networkType: UInt16 {
    get {
      UInt16(
        truncatingIfNeeded: isEthernet
          ? self[FlowKey.Word.ethernetDestination] : self[FlowKey.Word.packetType] >> 32)
    }
    nonmutating set {
      if isEthernet {
        let word = FlowKey.Word.ethernetDestination
        self[word] = self[word] & ~0xffff | UInt64(newValue)
      } else {
        let word = FlowKey.Word.packetType
        self[word] = self[word] & ~(0xffff << 32) | UInt64(newValue) << 32
      }
    }
  }

  /// Makes the frame begin with an Ethernet header whose addresses are 0, or with what followed it.
  public func setEthernet(_ isEthernet: Bool) {
    let type = UInt64(networkType)
    self[FlowKey.Word.ethernetDestination] = isEthernet ? type : 0
    self[FlowKey.Word.ethernetSource] = 0
    let others = self[FlowKey.Word.packetType] & 0xffff_ffff
    self[FlowKey.Word.packetType] = isEthernet ? others : others | (1 << 16 | type) << 32
  }

  /// Takes over all words of headers behind the Ethernet header, and their type.
  public func takeNetwork(of other: KeyReference) {
    for word in FlowKey.Word.ip..<FlowKey.Word.firstCold { self[word] = other[word] }
    for word in FlowKey.Word.firstColdOfFrame..<FlowKey.wordCount { self[word] = other[word] }
    networkType = other.networkType
  }

  /// The words in which Ethernet's fields lie: no rule that demands one of them takes a frame without that header.
  @inlinable
  public static var ethernetWords: UInt64 {
    1 << UInt64(FlowKey.Word.ethernetDestination) | 1 << UInt64(FlowKey.Word.ethernetSource)
      | 1 << UInt64(FlowKey.Word.vlan)
  }
}
