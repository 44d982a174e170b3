public import Sys

/// Which network device the switch attaches itself to.
public struct PacketSocketOptions: Hashable, Sendable {
  /// The device, which must be there.
  public var name: String
  /// Where the device is. The switch itself stays where it is.
  public var namespace: NetworkNamespace?
  /// The longest IP packet, in bytes; `nil` leaves it.
  public var mtu: Int?
  /// Whether frames for any MAC address are received; a switch needs it on a device that filters.
  public var isPromiscuous: Bool

  public init(
    name: String, namespace: NetworkNamespace? = nil, mtu: Int? = nil, isPromiscuous: Bool = true
  ) {
    self.name = name
    self.namespace = namespace
    self.mtu = mtu
    self.isPromiscuous = isPromiscuous
  }
}
