public import Sys

/// Which network device the switch attaches itself to, and how.
public struct AFXDPOptions: Hashable, Sendable {
  /// Where the XDP program runs and who copies the frames: `xdp-mode`, in the words of Open vSwitch.
  public enum Mode: String, CaseIterable, Sendable {
    /// The first of the others that the device takes.
    case bestEffort = "best-effort"
    /// In the driver, which reads and writes the frames' memory itself.
    case nativeZeroCopy = "native-with-zerocopy"
    /// In the driver.
    case native
    /// Behind the driver: works with every device, and later than `native`.
    case generic
  }

  /// The most queues of a port, as each has 8 MiB of memory or, if it only receives, 4 MiB.
  public static var mostQueues: Int { 64 }

  /// The device, which must be there and up.
  public var name: String
  /// Where the device is. The switch itself stays where it is.
  public var namespace: NetworkNamespace?
  /// The longest IP packet, in bytes, at most `AFXDPPort.largestMTU`; `nil` leaves it.
  public var mtu: Int?
  public var mode = Mode.bestEffort
  /// Receive queues of the device that the port serves: the first ones, at most `mostQueues`.
  public var queues = 1
  /// Whether frames for any MAC address are received; a switch needs it on a device that filters.
  public var isPromiscuous = true
  /// Whether TCP segments that arrive together are merged.
  public var mergesSegments = true

  public init(name: String, namespace: NetworkNamespace? = nil, mtu: Int? = nil, mode: Mode = .bestEffort) {
    self.name = name
    self.namespace = namespace
    self.mtu = mtu
    self.mode = mode
  }
}
