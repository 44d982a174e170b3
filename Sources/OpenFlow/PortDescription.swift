import Bytes
public import Match

/// What a controller may configure of a port: `ofp_port_config` in the bits of OpenFlow 1.0 (section 5.2.1).
/// Those that 1.3 kept have the same bits there.
public struct PortConfig: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static var down: PortConfig { .init(rawValue: 1 << 0) }
  public static var noSTP: PortConfig { .init(rawValue: 1 << 1) }
  public static var noReceive: PortConfig { .init(rawValue: 1 << 2) }
  public static var noReceiveSTP: PortConfig { .init(rawValue: 1 << 3) }
  public static var noFlood: PortConfig { .init(rawValue: 1 << 4) }
  public static var noForward: PortConfig { .init(rawValue: 1 << 5) }
  public static var noPacketIn: PortConfig { .init(rawValue: 1 << 6) }

  /// The bits that `version` has.
  static func known(_ version: OpenFlowVersion) -> PortConfig {
    version == .v10 ? .init(rawValue: 0x7f) : [.down, .noReceive, .noForward, .noPacketIn]
  }
}

/// The state of a port: `ofp_port_state` of OpenFlow 1.3. Version 1.0 knows `linkDown` alone.
public struct PortState: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static var linkDown: PortState { .init(rawValue: 1 << 0) }
  public static var blocked: PortState { .init(rawValue: 1 << 1) }
  public static var live: PortState { .init(rawValue: 1 << 2) }
}

/// Speeds, media and flow control: `ofp_port_features` in the bits of OpenFlow 1.3.
public struct PortFeatures: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static var mb10Half: PortFeatures { .init(rawValue: 1 << 0) }
  public static var mb10Full: PortFeatures { .init(rawValue: 1 << 1) }
  public static var mb100Half: PortFeatures { .init(rawValue: 1 << 2) }
  public static var mb100Full: PortFeatures { .init(rawValue: 1 << 3) }
  public static var gb1Half: PortFeatures { .init(rawValue: 1 << 4) }
  public static var gb1Full: PortFeatures { .init(rawValue: 1 << 5) }
  public static var gb10Full: PortFeatures { .init(rawValue: 1 << 6) }
  public static var gb40Full: PortFeatures { .init(rawValue: 1 << 7) }
  public static var gb100Full: PortFeatures { .init(rawValue: 1 << 8) }
  public static var tb1Full: PortFeatures { .init(rawValue: 1 << 9) }
  public static var otherSpeed: PortFeatures { .init(rawValue: 1 << 10) }
  public static var copper: PortFeatures { .init(rawValue: 1 << 11) }
  public static var fiber: PortFeatures { .init(rawValue: 1 << 12) }
  public static var autonegotiation: PortFeatures { .init(rawValue: 1 << 13) }
  public static var pause: PortFeatures { .init(rawValue: 1 << 14) }
  public static var asymmetricPause: PortFeatures { .init(rawValue: 1 << 15) }

  /// The bits of `version`: 1.0 stops at 10 Gb/s, and has media and flow control four bits lower.
  func bits(_ version: OpenFlowVersion) -> UInt32 {
    version == .v13 ? rawValue : rawValue & 0x7f | rawValue >> 4 & 0xf80
  }
}

/// A port as controllers see it: `ofp_phy_port` of 1.0, `ofp_port` of 1.3 (section A.2.1).
public struct PortDescription: Hashable, Sendable {
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
  /// Kilobits per second, 0 for unknown. Not sent in 1.0.
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

  static func byteCount(_ version: OpenFlowVersion) -> Int { version == .v10 ? 48 : 64 }

  func encode(version: OpenFlowVersion, to writer: inout ByteWriter) {
    writer.writePort(number, version)
    if version == .v13 { writer.pad(4) }
    writer.writeMAC(hardwareAddress)
    if version == .v13 { writer.pad(2) }
    writer.write(text: name, byteCount: 16)
    writer.write(config.intersection(.known(version)).rawValue)
    writer.write(version == .v10 ? state.intersection(.linkDown).rawValue : state.rawValue)
    for features in [currentFeatures, advertisedFeatures, supportedFeatures, peerFeatures] {
      writer.write(features.bits(version))
    }
    if version == .v13 {
      writer.write(currentSpeed)
      writer.write(maximumSpeed)
    }
  }

  /// The description of all `ports`, as a multipart reply. In 1.0 this is OFPST_PORT_DESC, which Open vSwitch
  /// took over from later versions, because a features reply has room for so many ports only.
  public static func encode(_ ports: [PortDescription], version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    encodeMultipart(.portDescription, version: version, xid: xid, items: ports) { port, writer in
      port.encode(version: version, to: &writer)
    }
  }
}
