import Agent
import Match
import Pipeline
import Wire

/// The tables of `set`, `get` and their like.
enum Table: String, CaseIterable, Sendable {
  case openVSwitch = "Open_vSwitch"
  case bridge = "Bridge"
  case port = "Port"
  case interface = "Interface"
  case controller = "Controller"
  case ssl = "SSL"
  case mirror = "Mirror"
  case ipfix = "IPFIX"
  case collectorSet = "Flow_Sample_Collector_Set"

  /// The table of that name in any case.
  init(named name: String) throws(CommandError) {
    guard let table = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
      throw .unknown("table", name, among: Self.allCases.map(\.rawValue))
    }
    self = table
  }

  /// In alphabetical order.
  var columns: [Column] {
    switch self {
    case .openVSwitch: Self.openVSwitchColumns
    case .bridge: Self.bridgeColumns
    case .port: Self.portColumns
    case .interface: Self.interfaceColumns
    case .controller: Self.controllerColumns
    case .ssl: Self.sslColumns
    case .mirror: Self.mirrorColumns
    case .ipfix: Self.ipfixColumns
    case .collectorSet: Self.collectorSetColumns
    }
  }

  /// The column of that name; `-` stands for `_` as well.
  func column(named name: String) throws(CommandError) -> Column {
    let wanted = String(name.map { $0 == "-" ? "_" : $0 })
    guard let column = columns.first(where: { $0.name == wanted }) else {
      throw .unknown("column", name, in: "table \(rawValue)", among: columns.map(\.name))
    }
    return column
  }

  private static let vlan = AtomType.integer(0...4095)

  private static let bridgeColumns: [Column] = [
    .bridge(
      "controller", .set(.controller), { .set($0.controllers.map { .string($0.target.description) }) },
      { $0.setControllers($1.atoms.compactMap { try? ControllerTarget($0.plainText) }) }),
    .bridge("datapath_id", .optional(.datapathID), { .string(hexadecimal($0.datapathID, digits: 16)) }),
    .bridge("external_ids", .map(keys: nil), { .map($0.externalIDs) }, { $0.externalIDs = $1.pairs }),
    .bridge(
      "fail_mode", .optional(.word(BridgeSettings.FailMode.allCases.map(\.rawValue))),
      { .string($0.failMode?.rawValue) },
      { $0.failMode = $1.string.flatMap(BridgeSettings.FailMode.init) }),
    .bridge(
      "mirrors", .set(.record("Mirror")), { .set($0.mirrors.map { .string($0.name) }) },
      { $0.namedMirrors = $1.atoms.map(\.plainText) }),
    .bridge("name", .optional(.text), { .string($0.name) }),
    .bridge(
      "other_config", .map(keys: BridgeConfiguration.otherConfigKeys), { .map($0.otherConfig) },
      { $0.otherConfig = $1.pairs }),
    .bridge("ports", .set(.text), { .set($0.ports.map { .string($0.name) }) }),
    .bridge(
      "protocols", .set(.word(OpenFlowVersion.allCases.map(\.description))),
      { .set($0.protocols.sorted().map { Atom.string($0.description) }) },
      { bridge, value in
        let names = value.atoms.map(\.plainText)
        bridge.protocols = Set(OpenFlowVersion.allCases.filter { names.contains($0.description) })
      }),
  ]

  private static let portColumns: [Column] = [
    .port("cvlans", .set(vlan), { .integers($0.customerVLANs) }, { $0.customerVLANs = $1.vlans }),
    .port(
      "ephemeral", .optional(.owner), { .string($0.owner?.description) },
      { $0.owner = $1.string.flatMap { PortOwner($0) } }),
    .port("external_ids", .map(keys: nil), { .map($0.externalIDs) }, { $0.externalIDs = $1.pairs }),
    .port("interfaces", .set(.text), { .set([.string($0.interface.name)]) }),
    .port("name", .optional(.text), { .string($0.name) }),
    .port(
      "other_config", .map(keys: PortConfiguration.otherConfigKeys), { .map($0.otherConfig) },
      { $0.otherConfig = $1.pairs }),
    .port(
      "protected", .one(.boolean, default: .boolean(false)), { .boolean($0.isProtected) },
      { $0.isProtected = $1.boolean ?? false }),
    .port("tag", .optional(vlan), { .integer($0.tag) }, { $0.tag = $1.vlans.first }),
    .port("trunks", .set(vlan), { .integers($0.trunks) }, { $0.trunks = $1.vlans }),
    .port(
      "vlan_mode", .optional(.word(VLANSettings.Mode.allCases.map(\.rawValue))),
      { .string($0.vlanMode?.rawValue) }, { $0.vlanMode = $1.string.flatMap(VLANSettings.Mode.init) }),
  ]

  private static let interfaceColumns: [Column] = [
    .interface("admin_state", .optional(.text), { .string($1.isAdminUp.map(upOrDown)) }),
    .interface("error", .optional(.text), { .string($1.state.error) }),
    .interface(
      "external_ids", .map(keys: nil), { interface, _ in .map(interface.externalIDs) },
      { $0.externalIDs = $1.pairs }),
    .interface("link_state", .optional(.text), { .string($1.isLinkUp.map(upOrDown)) }),
    .interface(
      "mac", .optional(.mac),
      { interface, _ in .string(interface.mac.map { MACAddress(rawValue: $0).description }) },
      { $0.mac = $1.string.flatMap { MACAddress($0) }?.rawValue }),
    .interface(
      "mac_in_use", .optional(.text), { .string($1.mac.map { MACAddress(rawValue: $0).description }) }),
    .interface("mtu", .optional(.text), { .integer($1.mtu) }),
    .interface(
      "mtu_request", .optional(.integer(68...65_535)), { interface, _ in .integer(interface.requestedMTU) },
      { $0.requestedMTU = $1.integer }),
    .interface("name", .optional(.text), { interface, _ in .string(interface.name) }),
    .interface("ofport", .optional(.text), { interface, _ in .integer(interface.number?.rawValue) }),
    .interface(
      "ofport_request", .optional(.integer(1...Int(PortNumber.maximum.rawValue))),
      { interface, _ in .integer(interface.requestedNumber?.rawValue) },
      { $0.requestedNumber = $1.integer.flatMap(UInt16.init(exactly:)).map(PortNumber.init(rawValue:)) }),
    .interface(
      "options", .map(keys: InterfaceConfiguration.optionKeys), { interface, _ in .map(interface.options) },
      { $0.options = $1.pairs }),
    .interface(
      "other_config", .map(keys: InterfaceConfiguration.otherConfigKeys),
      { interface, _ in .map(interface.otherConfig) },
      { $0.otherConfig = $1.pairs }),
    .interface("statistics", .map(keys: nil), { .map($1.statistics.mapValues(String.init)) }),
    .interface("status", .map(keys: nil), { .map($1.facts) }),
    .interface(
      "type",
      .one(
        .word(InterfaceConfiguration.deviceTypes + [""]), default: .string(InterfaceConfiguration.systemType)),
      { interface, _ in .string(interface.type) },
      { $0.type = $1.string.flatMap { $0.isEmpty ? nil : $0 } ?? InterfaceConfiguration.systemType }),
  ]

  private static func upOrDown(_ isUp: Bool) -> String { isUp ? "up" : "down" }
}
