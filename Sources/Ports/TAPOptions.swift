public import Sys

/// What a TAP device is to be like. `nil` leaves a setting as it is, or as the kernel makes it.
public struct TAPOptions: Hashable, Sendable {
  /// The device: 1 to 15 bytes, without `/` and spaces. It is created when it is not there; a persistent one
  /// that nobody holds is taken over.
  public var name: String
  /// Descriptors of a device that somebody else has opened: its queues, instead of those of a device called `name`. Who opens
  /// the port keeps them open until that is done.
  public var descriptors: [CInt] = []
  /// Where the device is. The switch itself stays where it is.
  public var namespace: NetworkNamespace?
  /// Whether the device is a TAP, or a TUN, which carries IP packets without Ethernet headers.
  public var packetType = PortPacketType.ethernet
  /// How many queues it has, at most `mostQueues`.
  public var queues = 1
  /// What the kernel allows.
  public static var mostQueues: Int { 256 }
  /// The longest IP packet, in bytes.
  public var mtu: Int?
  /// The MAC address of the interface that the host sees, in the low 48 bits, first byte highest.
  public var macAddress: UInt64?
  /// Whether the device is brought up.
  public var isUp: Bool
  /// The user who may take over the device when it is persistent.
  public var owner: UInt32?
  /// Whether the device outlives the switch.
  public var isPersistent: Bool
  /// Whether TCP segments that arrive together are merged.
  public var mergesSegments = true

  public init(
    name: String, namespace: NetworkNamespace? = nil, mtu: Int? = nil, macAddress: UInt64? = nil,
    isUp: Bool = true, owner: UInt32? = nil, isPersistent: Bool = false
  ) {
    self.name = name
    self.namespace = namespace
    self.mtu = mtu
    self.macAddress = macAddress
    self.isUp = isUp
    self.owner = owner
    self.isPersistent = isPersistent
  }
}
