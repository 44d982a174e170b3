public import Bytes
public import Match

/// A port as controllers see it: `ofp_phy_port` of 1.0, `ofp_port` of 1.1 to 1.3 (1.3.5 section A.2.1)
/// and, with properties, of 1.4.
public struct PortDescription: MultipartItem {
  public var number: PortNumber
  /// Right-justified.
  public var hardwareAddress: UInt64
  /// At most 15 bytes of it are sent.
  public var name: String
  public var config: PortConfig
  public var state: PortState
  public var currentFeatures: PortFeatures
  public var advertisedFeatures: PortFeatures
  public var supportedFeatures: PortFeatures
  public var peerFeatures: PortFeatures
  /// Kilobits per second, 0 for unknown. In 1.0 they follow from the features.
  public var currentSpeed: UInt32
  public var maximumSpeed: UInt32

  public init(
    number: PortNumber, hardwareAddress: UInt64, name: String, config: PortConfig = [],
    state: PortState = [], currentFeatures: PortFeatures = [], advertisedFeatures: PortFeatures = [],
    supportedFeatures: PortFeatures = [], peerFeatures: PortFeatures = [], currentSpeed: UInt32 = 0,
    maximumSpeed: UInt32 = 0
  ) {
    self.number = number
    self.hardwareAddress = hardwareAddress
    self.name = name
    self.config = config
    self.state = state
    self.currentFeatures = currentFeatures
    self.advertisedFeatures = advertisedFeatures
    self.supportedFeatures = supportedFeatures
    self.peerFeatures = peerFeatures
    self.currentSpeed = currentSpeed
    self.maximumSpeed = maximumSpeed
  }

  static func byteCount(_ version: OpenFlowVersion) -> Int {
    switch version {
    case .v10: 48
    case .v11, .v12, .v13: 64
    case .v14, .v15: 72
    }
  }

  // MARK: Wire

  public static func kind(in version: OpenFlowVersion) -> MessageKind? { .portDescriptionReply }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    self.init(number: .none, hardwareAddress: 0, name: "")
    let start = reader
    number = try reader.readPort(version)
    switch version {
    case .v10:
      hardwareAddress = try reader.readMAC()
      try readNameAndState(&reader, version)
      try readFeatures(&reader, version)
      currentSpeed = currentFeatures.speed
      maximumSpeed = supportedFeatures.speed
    case .v11, .v12, .v13:
      try reader.skip(4)
      hardwareAddress = try reader.readMAC()
      try reader.skip(2)
      try readNameAndState(&reader, version)
      try readFeatures(&reader, version)
      currentSpeed = try reader.read()
      maximumSpeed = try reader.read()
    case .v14, .v15:
      let length = try Int(reader.read(UInt16.self))
      guard length >= 40, length <= start.count else { throw OpenFlowError(.badLength, start.remaining) }
      try reader.skip(2)
      hardwareAddress = try reader.readMAC()
      try reader.skip(2)
      try readNameAndState(&reader, version)
      var properties = MessageReader(try reader.take(length - 40))
      try readProperties(&properties, version)
    }
  }

  private mutating func readNameAndState(
    _ reader: inout MessageReader, _ version: OpenFlowVersion
  ) throws(OpenFlowError) {
    name = String(decoding: try reader.take(16).prefix(15).prefix { $0 != 0 }, as: UTF8.self)
    config = PortConfig(rawValue: try reader.read()).intersection(.known(version))
    state = PortState(rawValue: try reader.read()).intersection(.known(version))
  }

  private mutating func readFeatures(
    _ reader: inout MessageReader, _ version: OpenFlowVersion
  ) throws(OpenFlowError) {
    currentFeatures = PortFeatures(bits: try reader.read(), version)
    advertisedFeatures = PortFeatures(bits: try reader.read(), version)
    supportedFeatures = PortFeatures(bits: try reader.read(), version)
    peerFeatures = PortFeatures(bits: try reader.read(), version)
  }

  /// `OFPPDPT_ETHERNET`.
  private static var ethernetProperty: UInt16 { 0 }

  private mutating func readProperties(
    _ reader: inout MessageReader, _ version: OpenFlowVersion
  ) throws(OpenFlowError) {
    while let property = try reader.nextProperty() {
      // Those of other media, and experimenters', say nothing about an Ethernet port.
      guard property.type == Self.ethernetProperty else { continue }
      var value = property.value
      guard value.count == 28 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
      try value.skip(4)
      try readFeatures(&value, version)
      currentSpeed = try value.read()
      maximumSpeed = try value.read()
    }
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    writer.writePort(number, version)
    if version >= .v14 {
      writer.write(UInt16(Self.byteCount(version)))
      writer.pad(2)
    } else if version > .v10 {
      writer.pad(4)
    }
    writer.writeMAC(hardwareAddress)
    if version > .v10 { writer.pad(2) }
    writer.write(text: name, byteCount: 16)
    writer.write(config.intersection(.known(version)).rawValue)
    writer.write(state.intersection(.known(version)).rawValue)
    if version >= .v14 {
      writer.property(Self.ethernetProperty) { writer in
        writer.pad(4)
        writeFeatures(to: &writer, version)
      }
    } else {
      writeFeatures(to: &writer, version)
    }
  }

  private func writeFeatures(to writer: inout ByteWriter, _ version: OpenFlowVersion) {
    for features in [currentFeatures, advertisedFeatures, supportedFeatures, peerFeatures] {
      writer.write(features.bits(version))
    }
    guard version > .v10 else { return }
    writer.write(currentSpeed)
    writer.write(maximumSpeed)
  }

  /// The description of all `ports`, as a multipart reply. In 1.0 this is OFPST_PORT_DESC, which Open vSwitch
  /// took over from later versions, because a features reply has room for so many ports only.
  public static func encode(_ ports: [PortDescription], version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    MultipartReply(ports).messages(version: version, xid: xid)
  }
}
