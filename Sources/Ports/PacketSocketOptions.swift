public import Sys

/// Which network device the switch attaches itself to.
public struct PacketSocketOptions: Hashable, Sendable {
  /// The device, which must be there.
  public var name: String
  /// Where the device is. The switch itself stays where it is.
  public var namespace: NetworkNamespace?
  /// How many queues it has, at most `mostQueues`: a socket each.
  public var queues = 1
  /// The most queues of a port, as each may have a ring of 4 MiB.
  public static var mostQueues: Int { 64 }
  /// The longest IP packet, in bytes; `nil` leaves it.
  public var mtu: Int?
  /// Whether frames for any MAC address are received; a switch needs it on a device that filters.
  public var isPromiscuous: Bool
  /// The way of received frames.
  public var reception: Reception
  /// Whether TCP segments that arrive together are merged.
  public var mergesSegments: Bool

  /// How received frames come from the kernel.
  public enum Reception: String, CaseIterable, Sendable {
    /// By a ring, unless the device's frames are longer than its slots or the kernel has no memory for it.
    case automatic = "auto"
    /// In memory shared with the kernel, 4 MiB a port; frames that are longer than its slots by messages.
    case ring
    /// By system calls, up to 32 at once.
    case messages = "mmsg"
  }

  public init(
    name: String, namespace: NetworkNamespace? = nil, mtu: Int? = nil, isPromiscuous: Bool = true,
    reception: Reception = .automatic, mergesSegments: Bool = true
  ) {
    self.mergesSegments = mergesSegments
    self.reception = reception
    self.name = name
    self.namespace = namespace
    self.mtu = mtu
    self.isPromiscuous = isPromiscuous
  }
}
