/// What every kind of port supplies: one file, one conformance.
///
/// A port is its queues. This is what concerns all of them together, and what the control thread asks; what workers call
/// is a `PortQueue`. A type that has a single queue conforms to both, and needs to say nothing about it.
public protocol Port: AnyObject, Sendable {
  /// The word that names the type: `type=tap`.
  static var typeName: String { get }

  /// At least one, and the same ones as long as the port is open. The kernel, or whoever is at the far end, decides which
  /// frame comes by which; frames of one connection come by one.
  var queues: [any PortQueue] { get }

  /// What frames the far end takes unfinished.
  var offloads: PortOffloads { get }

  /// Whether the far end has Ethernet headers.
  var packetType: PortPacketType { get }

  /// Frames that never came out of `receive`, of all queues. Counted since the port was opened. Called by the control
  /// thread at any time.
  var receiveLosses: ReceiveLosses { get }

  /// Bytes of the longest IP packet that `transmit` takes.
  var packetLimit: Int { get }

  /// Tells the port that its device's MTU is now `mtu`, in bytes: whoever set it, `transmit` goes by it from now
  /// on. Called by the control thread at any time.
  func noteMTU(_ mtu: Int)
}

extension Port {
  /// Most ports carry Ethernet frames.
  public var packetType: PortPacketType { .ethernet }

  /// For ports without a device that has an MTU.
  public var packetLimit: Int { .max }
  public func noteMTU(_ mtu: Int) {}
}

extension Port where Self: PortQueue {
  /// The port is its only queue.
  public var queues: [any PortQueue] { [self] }
}

/// What a port's frames begin with at its far end: `packet_type`, in the words of Open vSwitch.
///
/// Within the switch all frames have 14 bytes for an Ethernet header; a port whose far end has none puts addresses of 0
/// and the packet's type there, and takes the header with its tags off what it sends.
public enum PortPacketType: String, CaseIterable, Sendable {
  /// An Ethernet header.
  case ethernet = "legacy_l2"
  /// IP; rules see frames with an Ethernet header whose addresses are 0.
  case packets = "legacy_l3"
  /// IP; rules see it as it is, by its packet type.
  case typedPackets = "ptap"
}

/// What the far end of a port takes unfinished.
public struct PortOffloads: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Unfinished TCP and UDP checksums.
  public static var checksum: PortOffloads { .init(rawValue: 1) }
  public static var tcpSegmentation: PortOffloads { .init(rawValue: 2) }
  public static var udpSegmentation: PortOffloads { .init(rawValue: 4) }
  public static var all: PortOffloads { [.checksum, .tcpSegmentation, .udpSegmentation] }
}

/// Frames lost before the switch saw them.
public struct ReceiveLosses: Equatable, Sendable {
  /// The kernel's receive queue was full.
  public var queueOverflows: UInt64
  /// Longer than a slot.
  public var tooLong: UInt64
  /// The offload header contradicted the frame, or named an offload that no port takes.
  public var badOffload: UInt64

  public init(queueOverflows: UInt64 = 0, tooLong: UInt64 = 0, badOffload: UInt64 = 0) {
    self.queueOverflows = queueOverflows
    self.tooLong = tooLong
    self.badOffload = badOffload
  }

  /// All of them.
  public var total: UInt64 { queueOverflows + tooLong + badOffload }
}
