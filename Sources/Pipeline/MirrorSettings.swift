/// What a bridge is told of one of its mirrors: which frames are copied, and where the copies go.
public struct MirrorSettings: Equatable, Sendable {
  public enum Output: Hashable, Sendable {
    /// To a port of the bridge, by its name. It takes part in nothing else from then on.
    case port(String)
    /// Into a VLAN, 1 to 4095: to all ports of the bridge that carry it, the one where the frame came in among them.
    case vlan(UInt16)
  }

  public var name: String
  /// Whether all ports are selected, those that come later among them.
  public var selectsAll: Bool
  /// Ports, by name, whose frames are copied as they come in.
  public var sources: Set<String>
  /// Ports, by name, whose frames are copied as they leave.
  public var destinations: Set<String>
  /// Only frames in these VLANs, 0 to 4095; empty for all.
  public var vlans: Set<UInt16>
  /// `nil` for a mirror that has nowhere to send copies.
  public var output: Output?
  /// Bytes of a copy at most, 14 to 65,535; 0 for whole ones.
  public var snapLength: UInt32

  public init(
    name: String, selectsAll: Bool = false, sources: Set<String> = [], destinations: Set<String> = [],
    vlans: Set<UInt16> = [], output: Output? = nil, snapLength: UInt32 = 0
  ) {
    self.name = name
    self.selectsAll = selectsAll
    self.sources = sources
    self.destinations = destinations
    self.vlans = vlans
    self.output = output
    self.snapLength = snapLength
  }
}
