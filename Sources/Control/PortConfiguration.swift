public import Pipeline
import Sys

/// What a port is to be. It has one interface, of its own name.
public struct PortConfiguration: Equatable, Sendable {
  public let name: String
  public var tag: UInt16?
  public var trunks: Set<UInt16> = []
  public var customerVLANs: Set<UInt16> = []
  /// `nil` for `access` when there is a tag and `trunk` when there is none.
  public var vlanMode: VLANSettings.Mode?
  public var isProtected = false
  /// Checked against `PortConfiguration.otherConfigKeys` when it was set.
  public var otherConfig: [String: String] = [:]
  public var externalIDs: [String: String] = [:]
  /// OpenFlow's port configuration, changed by `mod-port`.
  public var flags: PortFlags = []
  /// With what the port goes by itself; `nil` for one that stays.
  public var owner: PortOwner?
  /// The process that `owner` names.
  var ownerProcess: WatchedProcess?
  public var interface: InterfaceConfiguration

  init(name: String) {
    self.name = name
    interface = InterfaceConfiguration(name: name)
  }
}

extension PortConfiguration {
  static let otherConfigKeys: [ColumnType.MapKey] = [
    .init(name: "priority-tags", type: .word(["no"] + VLANSettings.PriorityTags.allCases.map(\.rawValue))),
    .init(name: "qinq-ethtype", type: .word(["802.1ad", "802.1q"])),
  ]

  public var settings: PortSettings {
    let vlan = VLANSettings(
      mode: vlanMode ?? (tag == nil ? .trunk : .access), tag: tag ?? 0, trunks: trunks,
      customerVLANs: customerVLANs, tunnelTPID: otherConfig["qinq-ethtype"] == "802.1q" ? 0x8100 : 0x88a8,
      priorityTags: otherConfig["priority-tags"].flatMap(VLANSettings.PriorityTags.init) ?? .never)
    return PortSettings(vlan: vlan, isProtected: isProtected, flags: flags)
  }
}
