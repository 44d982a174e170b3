import Agent
import ControlProtocol
import Datapath
import Flow
import Match

/// Commands that take effect together: they change a copy of the configuration and note what is to be done to
/// the running switch afterwards. Dropping a transaction undoes it.
struct Transaction {
  var configuration: Configuration
  /// The switch as it was when the transaction began, for commands that read; `nil` where none runs.
  let running: RunningSwitch?
  /// Changes of flow tables, by bridge, made after everything else was accepted.
  private(set) var flowChanges: [FlowChange] = []
  /// What is done last: it cannot fail.
  private(set) var effects: [(RunningSwitch) -> Void] = []
  /// What the effects change, as they are now.
  private(set) var effectDifferences: [StateDifference] = []
  /// Descriptors that came with the command line, for interfaces whose `options:fd` is set.
  var handed: HandedDescriptors?
  /// Names that the command line gives to records.
  var ids = RecordIDs()
  /// Whether the daemon is to end.
  var endsDaemon = false

  init(of configuration: Configuration, running: RunningSwitch?) {
    self.configuration = configuration
    self.running = running
  }

  /// Notes changes of one bridge's flow tables.
  mutating func change(
    flowsOf bridge: String, warnsOfOverlaps: Bool = false, _ parse: @escaping FlowChange.Parse
  ) {
    flowChanges.append(FlowChange(bridge: bridge, warnsOfOverlaps: warnsOfOverlaps, parse: parse))
  }

  /// Notes what is to be done once everything that can be refused has been accepted.
  /// - Parameter differences: what that changes, for a dry run.
  mutating func afterwards(
    _ differences: [StateDifference], _ effect: @escaping (RunningSwitch) -> Void
  ) {
    effectDifferences += differences
    effects.append(effect)
  }
}

/// Rules for a bridge, as text until the transaction is complete: only then the ports that they may name all
/// have their numbers.
struct FlowChange {
  typealias Parse = (@escaping PortLookup) throws(CommandError) -> [FlowMod]

  var bridge: String
  /// Whether to warn of rules that overlap with others of the same priority.
  var warnsOfOverlaps: Bool
  var parse: Parse
}

// MARK: The running switch

extension Transaction {
  /// The bridge as it runs, for commands that look at flow tables, counters or addresses.
  func runningBridge(_ name: String) throws(CommandError) -> Bridge {
    _ = try configuration.bridge(named: name)
    guard let bridge = running?.bridge(named: name) else {
      throw CommandError("bridge \(name) is made by this transaction and has nothing to show yet")
    }
    return bridge
  }

  /// The running bridges that an optional argument means: one, or all.
  func runningBridges(_ name: String?) throws(CommandError) -> [Bridge] {
    if let name { return [try runningBridge(name)] }
    return running?.datapath.bridges ?? []
  }
}

// MARK: Records

extension Transaction {
  func row(_ name: String, in table: Table) throws(CommandError) -> Row {
    switch table {
    case .openVSwitch:
      guard name == SwitchConfiguration.recordName else {
        throw CommandError("no Open_vSwitch record named '\(name)': there is only one, '.'")
      }
      return .openVSwitch(configuration.openVSwitch)
    case .bridge: return .bridge(try configuration.bridge(named: name))
    case .port: return .port(try configuration.port(named: name))
    case .interface:
      let port = try configuration.port(named: name)
      return .interface(port.interface, status(ofInterface: name))
    case .controller:
      let place = try configuration.place(ofController: name)
      let bridge = configuration.bridges[place.bridge].name
      let controller = configuration.controller(at: place)
      return .controller(bridge: bridge, controller, status(of: controller, on: bridge))
    case .ssl:
      guard let ssl = configuration.ssl, name == SSLConfiguration.recordName else {
        throw CommandError("no SSL record named '\(name)'; 'set-ssl' makes the one that there can be, '.'")
      }
      return .ssl(ssl)
    case .ipfix: return .ipfix(try configuration.ipfix(named: name))
    case .collectorSet:
      let set = try configuration.collectorSet(named: name)
      return .collectorSet(set, running?.statistics(of: set))
    case .mirror:
      let place = try configuration.place(ofMirror: name)
      let bridge = configuration.bridges[place.bridge]
      let mirror = bridge.mirrors[place.mirror]
      return .mirror(bridge: bridge.name, mirror, status(of: mirror, on: bridge.name))
    }
  }

  /// All rows of a table in the order of their names.
  func rows(of table: Table) throws(CommandError) -> [Row] {
    let names: [String] =
      switch table {
      case .openVSwitch: [SwitchConfiguration.recordName]
      case .bridge: configuration.bridges.map(\.name)
      case .port, .interface: configuration.bridges.flatMap { $0.ports.map(\.name) }
      case .controller: configuration.controllerNames
      case .ssl: configuration.ssl == nil ? [] : [SSLConfiguration.recordName]
      case .ipfix: configuration.ipfix.map(\.id.description)
      case .collectorSet: configuration.collectorSets.map(\.name)
      case .mirror: configuration.mirrorNames
      }
    var rows: [Row] = []
    for name in names.sorted() { rows.append(try row(name, in: table)) }
    return rows
  }

  func hasRow(_ name: String, in table: Table) -> Bool {
    switch table {
    case .openVSwitch: name == SwitchConfiguration.recordName
    case .bridge: configuration.hasBridge(named: name)
    case .port, .interface: configuration.findPort(named: name) != nil
    case .controller: (try? configuration.place(ofController: name)) != nil
    case .ssl: configuration.ssl != nil && name == SSLConfiguration.recordName
    case .ipfix: configuration.findIPFIX(named: name) != nil
    case .collectorSet: configuration.findCollectorSet(named: name) != nil
    case .mirror: (try? configuration.place(ofMirror: name)) != nil
    }
  }

  /// Puts a changed row in the place of the one of its name.
  mutating func store(_ row: Row) throws(CommandError) {
    switch row {
    case .openVSwitch(let new): configuration.openVSwitch = new
    case .bridge(var new):
      if let names = new.namedMirrors {
        new.namedMirrors = nil
        new.mirrors = try mirrors(named: names, for: new)
      }
      let bridge = new
      try configuration.updateBridge(named: bridge.name) { $0 = bridge }
    case .port(var new):
      try bindOwner(of: &new)
      let port = new
      try configuration.updatePort(named: port.name) { $0 = port }
    case .interface(var new, _):
      try bindDescriptors(of: &new)
      let interface = new
      try configuration.updatePort(named: interface.name) { $0.interface = interface }
    case .controller(let bridge, let new, _):
      try configuration.updateBridge(named: bridge) { bridge in
        guard let index = bridge.controllers.firstIndex(where: { $0.target == new.target }) else { return }
        bridge.controllers[index] = new
      }
    case .ssl(let new): configuration.ssl = new
    case .ipfix(let new): configuration.store(new)
    case .collectorSet(let new, _): configuration.store(new)
    case .mirror(let bridge, let new, _):
      try configuration.updateBridge(named: bridge) { bridge in
        guard let index = bridge.mirrors.firstIndex(where: { $0.name == new.name }) else { return }
        bridge.mirrors[index] = new
      }
    }
  }

  func status(of controller: ControllerConfiguration, on bridge: String) -> ControllerStatus {
    running?.hooks.controllerStatus(bridge, controller.target) ?? ControllerStatus()
  }

  func status(ofInterface name: String) -> InterfaceStatus {
    running?.status(ofInterface: name) ?? InterfaceStatus()
  }
}
