/// What a bridge is told of one of its ports, apart from the device behind it.
public struct PortSettings: Equatable, Sendable {
  public var vlan: VLANSettings
  /// Isolated ports (`protected=true`) do not forward to each other.
  public var isProtected: Bool
  /// OpenFlow's port configuration, changed by `mod-port`.
  public var flags: PortFlags

  public init(vlan: VLANSettings = VLANSettings(), isProtected: Bool = false, flags: PortFlags = []) {
    self.vlan = vlan
    self.isProtected = isProtected
    self.flags = flags
  }
}

/// A port's part in VLANs, under Open vSwitch's names.
public struct VLANSettings: Equatable, Sendable {
  /// `vlan_mode`.
  public enum Mode: String, CaseIterable, BitwiseCopyable, Sendable {
    case access
    case trunk
    case nativeTagged = "native-tagged"
    case nativeUntagged = "native-untagged"
    case dot1qTunnel = "dot1q-tunnel"
  }

  /// When frames of VLAN 0 leave with a priority tag: `other_config:priority-tags`.
  public enum PriorityTags: String, CaseIterable, BitwiseCopyable, Sendable {
    case never
    case ifNonzero = "if-nonzero"
    case always
  }

  public var mode: Mode
  /// The access or native VLAN, 0 to 4095.
  public var tag: UInt16
  /// VLANs a trunk carries; empty for all.
  public var trunks: Set<UInt16>
  /// Customer VLANs a dot1q-tunnel takes; empty for all.
  public var customerVLANs: Set<UInt16>
  /// TPID of a dot1q-tunnel's outer tag: 0x88a8 or 0x8100.
  public var tunnelTPID: UInt16
  public var priorityTags: PriorityTags

  /// A trunk of all VLANs.
  public init(
    mode: Mode = .trunk, tag: UInt16 = 0, trunks: Set<UInt16> = [], customerVLANs: Set<UInt16> = [],
    tunnelTPID: UInt16 = 0x88a8, priorityTags: PriorityTags = .never
  ) {
    self.mode = mode
    self.tag = tag
    self.trunks = trunks
    self.customerVLANs = customerVLANs
    self.tunnelTPID = tunnelTPID
    self.priorityTags = priorityTags
  }
}

/// OpenFlow's `ofp_port_config`, in the bits of version 1.0 (section 5.2.1).
public struct PortFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static var down: PortFlags { .init(rawValue: 1 << 0) }
  public static var noReceive: PortFlags { .init(rawValue: 1 << 2) }
  public static var noFlood: PortFlags { .init(rawValue: 1 << 4) }
  public static var noForward: PortFlags { .init(rawValue: 1 << 5) }
  public static var noPacketIn: PortFlags { .init(rawValue: 1 << 6) }
}
