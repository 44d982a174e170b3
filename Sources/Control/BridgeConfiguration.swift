public import Match
public import Pipeline
import Wire

/// What a bridge is to be.
public struct BridgeConfiguration: Equatable, Sendable {
  public let name: String
  /// The address that the bridge got when it was made, used unless `other_config:hwaddr` says another.
  public let generatedMAC: UInt64
  /// In the order in which they were set.
  public var controllers: [ControllerConfiguration] = []
  /// `nil` for the default, standalone.
  public var failMode: BridgeSettings.FailMode?
  /// OpenFlow versions that its socket speaks; empty for all that the switch knows.
  public var protocols: Set<OpenFlowVersion> = []
  /// Checked against `BridgeConfiguration.otherConfigKeys` when it was set.
  public var otherConfig: [String: String] = [:]
  public var externalIDs: [String: String] = [:]
  /// What tables do with frames that no rule of them matches, changed by `mod-table`.
  public var tableMisses: [UInt8: BridgeRecord.Miss] = [:]
  /// What is done with IP fragments, changed by `set-frags`.
  public var fragments = FragmentHandling.normal
  /// In the order in which they were made.
  public internal(set) var mirrors: [MirrorConfiguration] = []
  /// What a command has just made the names of its mirrors, IDs among them, until they are found.
  var namedMirrors: [String]?
  /// The local port, which has the bridge's name, is the first; the others follow in the order of creation.
  public internal(set) var ports: [PortConfiguration]

  init(name: String, generatedMAC: UInt64) {
    self.name = name
    self.generatedMAC = generatedMAC
    var local = PortConfiguration(name: name)
    local.interface.type = InterfaceConfiguration.internalType
    local.interface.number = .local
    ports = [local]
  }
}

extension BridgeConfiguration {
  static let otherConfigKeys: [ColumnType.MapKey] = [
    .init(name: "datapath-id", type: .datapathID),
    .init(name: "forward-bpdu", type: .boolean),
    .init(name: "hwaddr", type: .mac),
    .init(name: "mac-aging-time", type: .integer(15...3_600)),
    .init(name: "mac-table-size", type: .integer(10...1_000_000)),
    .init(name: "resubmit-depth", type: .integer(1...1_024)),
    .init(name: "resubmit-limit", type: .integer(1...65_535)),
  ]

  /// The address of the local port.
  public var mac: UInt64 { otherConfig["hwaddr"].flatMap { MACAddress($0) }?.rawValue ?? generatedMAC }

  /// By which controllers know the bridge: as OpenFlow has it, 16 bits of our choice (0) and the MAC address.
  public var datapathID: UInt64 { otherConfig["datapath-id"].flatMap { UInt64($0, radix: 16) } ?? mac }

  public var settings: BridgeSettings {
    var settings = BridgeSettings(failMode: failMode ?? .standalone, hasController: hasPrimaryController)
    if let seconds = otherConfig["mac-aging-time"].flatMap({ Int($0) }) { settings.macAgingSeconds = seconds }
    if let size = otherConfig["mac-table-size"].flatMap({ Int($0) }) { settings.macTableSize = size }
    if let depth = otherConfig["resubmit-depth"].flatMap({ UInt16($0) }) {
      settings.resubmitLimits.depth = depth
    }
    if let count = otherConfig["resubmit-limit"].flatMap({ UInt16($0) }) {
      settings.resubmitLimits.count = count
    }
    settings.forwardsReservedMulticast = otherConfig["forward-bpdu"] == "true"
    settings.tableMisses = tableMisses
    settings.fragments = fragments
    settings.mirrors = mirrors.map(\.settings)
    return settings
  }
}
