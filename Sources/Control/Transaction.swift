import Flow

/// Commands that take effect together: they change a copy of the configuration and note what is to be done to
/// the running switch afterwards. Dropping a transaction undoes it.
struct Transaction {
  var configuration: Configuration
  /// The switch as it was when the transaction began, for commands that read; `nil` where none runs.
  let running: RunningSwitch?
  /// Changes of flow tables, by bridge, made after the configuration has been, in this order.
  private(set) var flowChanges: [(bridge: String, changes: [FlowMod])] = []
  /// What is done last: it cannot fail.
  private(set) var effects: [(RunningSwitch) -> Void] = []
  /// Whether the daemon is to end.
  var endsDaemon = false

  init(of configuration: Configuration, running: RunningSwitch?) {
    self.configuration = configuration
    self.running = running
  }

  /// Notes changes of one bridge's flow tables: all are made or none.
  mutating func change(flowsOf bridge: String, _ changes: [FlowMod]) {
    if let index = flowChanges.firstIndex(where: { $0.bridge == bridge }) {
      flowChanges[index].changes += changes
    } else {
      flowChanges.append((bridge, changes))
    }
  }

  /// Notes what is to be done once everything that can be refused has been accepted.
  mutating func afterwards(_ effect: @escaping (RunningSwitch) -> Void) { effects.append(effect) }
}

// MARK: Records

extension Transaction {
  func row(_ name: String, in table: Table) throws(CommandError) -> Row {
    switch table {
    case .bridge: return .bridge(try configuration.bridge(named: name))
    case .port: return .port(try configuration.port(named: name))
    case .interface:
      let port = try configuration.port(named: name)
      return .interface(port.interface, status(ofInterface: name))
    }
  }

  /// All rows of a table in the order of their names.
  func rows(of table: Table) throws(CommandError) -> [Row] {
    let names: [String] =
      switch table {
      case .bridge: configuration.bridges.map(\.name)
      case .port, .interface: configuration.bridges.flatMap { $0.ports.map(\.name) }
      }
    var rows: [Row] = []
    for name in names.sorted() { rows.append(try row(name, in: table)) }
    return rows
  }

  func hasRow(_ name: String, in table: Table) -> Bool {
    switch table {
    case .bridge: configuration.hasBridge(named: name)
    case .port, .interface: configuration.findPort(named: name) != nil
    }
  }

  /// Puts a changed row in the place of the one of its name.
  mutating func store(_ row: Row) throws(CommandError) {
    switch row {
    case .bridge(let new): try configuration.updateBridge(named: new.name) { $0 = new }
    case .port(let new): try configuration.updatePort(named: new.name) { $0 = new }
    case .interface(let new, _): try configuration.updatePort(named: new.name) { $0.interface = new }
    }
  }

  func status(ofInterface name: String) -> InterfaceStatus {
    running?.status(ofInterface: name) ?? InterfaceStatus()
  }
}
