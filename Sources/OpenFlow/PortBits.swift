import Match

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

  /// By bit.
  static let names = [
    "PORT_DOWN", "NO_STP", "NO_RECV", "NO_RECV_STP", "NO_FLOOD", "NO_FWD", "NO_PACKET_IN",
  ]
}

/// The state of a port: `ofp_port_state` of OpenFlow 1.3. Of these version 1.0 knows `linkDown` alone; it has the
/// state of the spanning tree protocol instead.
public struct PortState: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static var linkDown: PortState { .init(rawValue: 1 << 0) }
  public static var blocked: PortState { .init(rawValue: 1 << 1) }
  public static var live: PortState { .init(rawValue: 1 << 2) }
  /// Bits 8 and 9 of 1.0: listening, learning, forwarding, blocked.
  public static var spanningTree: PortState { .init(rawValue: 3 << 8) }

  /// The bits that `version` has.
  static func known(_ version: OpenFlowVersion) -> PortState {
    version == .v10 ? [.linkDown, .spanningTree] : [.linkDown, .blocked, .live]
  }
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
    version > .v10 ? rawValue & 0xffff : rawValue & 0x7f | rawValue >> 4 & 0xf80
  }

  /// The features that `bits` of `version` stand for.
  init(bits: UInt32, _ version: OpenFlowVersion) {
    self.init(rawValue: version > .v10 ? bits & 0xffff : bits & 0x7f | (bits & 0xf80) << 4)
  }

  /// The highest speed among them, in kilobits per second; 0 when none is.
  var speed: UInt32 {
    let speeds: [(PortFeatures, UInt32)] = [
      (.tb1Full, 1_000_000_000), (.gb100Full, 100_000_000), (.gb40Full, 40_000_000),
      (.gb10Full, 10_000_000), ([.gb1Full, .gb1Half], 1_000_000), ([.mb100Full, .mb100Half], 100_000),
      ([.mb10Full, .mb10Half], 10_000),
    ]
    return speeds.first { !isDisjoint(with: $0.0) }?.1 ?? 0
  }

  /// By bit.
  static let names = [
    "10MB-HD", "10MB-FD", "100MB-HD", "100MB-FD", "1GB-HD", "1GB-FD", "10GB-FD", "40GB-FD", "100GB-FD",
    "1TB-FD", "OTHER", "COPPER", "FIBER", "AUTO_NEG", "AUTO_PAUSE", "AUTO_PAUSE_ASYM",
  ]
}
