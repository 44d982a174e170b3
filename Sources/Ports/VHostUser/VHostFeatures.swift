/// Features of the virtual device that a guest's driver chooses from: Virtual I/O Device specification 1.2, sections 5.1.3
/// and 6, and the vhost-user specification's own bits.
struct VHostFeatures: OptionSet, Hashable, Sendable {
  let rawValue: UInt64

  /// The device takes unfinished checksums.
  static let checksum = VHostFeatures(rawValue: 1 << 0)
  /// The guest takes unfinished checksums.
  static let guestChecksum = VHostFeatures(rawValue: 1 << 1)
  /// The device says how long packets may be.
  static let mtu = VHostFeatures(rawValue: 1 << 3)
  static let guestTSO4 = VHostFeatures(rawValue: 1 << 7)
  static let guestTSO6 = VHostFeatures(rawValue: 1 << 8)
  static let guestECN = VHostFeatures(rawValue: 1 << 9)
  static let hostTSO4 = VHostFeatures(rawValue: 1 << 11)
  static let hostTSO6 = VHostFeatures(rawValue: 1 << 12)
  static let hostECN = VHostFeatures(rawValue: 1 << 13)
  /// A frame for the guest may take several of its buffers.
  static let mergeableBuffers = VHostFeatures(rawValue: 1 << 15)
  static let status = VHostFeatures(rawValue: 1 << 16)
  static let controlQueue = VHostFeatures(rawValue: 1 << 17)
  static let guestAnnounce = VHostFeatures(rawValue: 1 << 21)
  static let multiqueue = VHostFeatures(rawValue: 1 << 22)
  /// Dirty pages are logged.
  static let logAll = VHostFeatures(rawValue: 1 << 26)
  static let indirectDescriptors = VHostFeatures(rawValue: 1 << 28)
  static let eventIndex = VHostFeatures(rawValue: 1 << 29)
  /// The front end may ask for protocol features.
  static let protocolFeatures = VHostFeatures(rawValue: 1 << 30)
  static let version1 = VHostFeatures(rawValue: 1 << 32)
  static let packedRing = VHostFeatures(rawValue: 1 << 34)
  /// Buffers are given back in the order in which they were made available, which costs drivers less.
  static let inOrder = VHostFeatures(rawValue: 1 << 35)
  static let guestUSO4 = VHostFeatures(rawValue: 1 << 54)
  static let guestUSO6 = VHostFeatures(rawValue: 1 << 55)
  static let hostUSO = VHostFeatures(rawValue: 1 << 56)

  /// What the device is never without.
  static let basic: VHostFeatures = [
    .mtu, .mergeableBuffers, .status, .controlQueue, .guestAnnounce, .multiqueue, .logAll,
    .indirectDescriptors, .eventIndex, .protocolFeatures, .version1, .packedRing, .inOrder,
  ]
  static let offloads: VHostFeatures = [
    .checksum, .guestChecksum, .guestTSO4, .guestTSO6, .guestECN, .hostTSO4, .hostTSO6, .hostECN,
    .guestUSO4, .guestUSO6, .hostUSO,
  ]

  /// Whether the guest may send what is unfinished, so that the header in front of a frame says something.
  var mayBeUnfinished: Bool { !isDisjoint(with: [.checksum, .hostTSO4, .hostTSO6, .hostUSO]) }

  /// What the guest takes unfinished.
  var offloadsOfGuest: PortOffloads {
    guard contains(.guestChecksum) else { return [] }
    var offloads: PortOffloads = .checksum
    if isSuperset(of: [.guestTSO4, .guestTSO6]) { offloads.insert(.tcpSegmentation) }
    if isSuperset(of: [.guestUSO4, .guestUSO6]) { offloads.insert(.udpSegmentation) }
    return offloads
  }

  /// Bytes of the header in front of each frame.
  var headerLength: Int { isDisjoint(with: [.version1, .mergeableBuffers]) ? 10 : 12 }
}

/// What front end and back end agree on about their own messages.
struct VHostProtocolFeatures: OptionSet, Hashable, Sendable {
  let rawValue: UInt64

  static let multiqueue = VHostProtocolFeatures(rawValue: 1 << 0)
  /// The log of dirty pages comes as a file.
  static let logMemory = VHostProtocolFeatures(rawValue: 1 << 1)
  /// The front end has a station announced that cannot do so itself.
  static let rarp = VHostProtocolFeatures(rawValue: 1 << 2)
  /// Any request may ask for an answer.
  static let replyAck = VHostProtocolFeatures(rawValue: 1 << 3)
  static let mtu = VHostProtocolFeatures(rawValue: 1 << 4)
  static let inflight = VHostProtocolFeatures(rawValue: 1 << 12)
  static let memorySlots = VHostProtocolFeatures(rawValue: 1 << 15)

  static let offered: VHostProtocolFeatures = [
    .multiqueue, .logMemory, .rarp, .replyAck, .mtu, .inflight, .memorySlots,
  ]
}
