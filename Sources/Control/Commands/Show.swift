import Agent
import ControlProtocol
import Datapath
import Match
import Pipeline
import Ports

/// Without a bridge the overview in the form of `ovs-vsctl show`; with one, what `ovs-ofctl show` prints.
enum Show: Command {
  static let name = "show"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    if let name = arguments.optional(0) { return try OpenFlowPorts.show(bridge: name, in: transaction) }
    let bridges = transaction.configuration.bridges
    return Output(
      text: bridges.map { text(of: $0, in: transaction) }.joined(),
      json: .array(bridges.map { json(of: $0, in: transaction) }))
  }

  private static func text(of bridge: BridgeConfiguration, in transaction: Transaction) -> String {
    var text = "Bridge \(Atom.string(bridge.name))\n"
    for controller in bridge.controllers {
      text += "    Controller \(Atom.string(controller.target.description))\n"
      for (name, value) in facts(of: transaction.status(of: controller, on: bridge.name)) {
        text += "        \(name): \(value)\n"
      }
    }
    if let mode = bridge.failMode { text += "    fail_mode: \(mode.rawValue)\n" }
    if isStandingAlone(bridge, transaction) {
      text += "    standalone: switching like a plain bridge until a controller is back\n"
    }
    for mirror in bridge.mirrors {
      text += "    Mirror \(Atom.string(mirror.name))\n"
      for (name, value) in facts(of: mirror, transaction.status(of: mirror, on: bridge.name)) {
        text += "        \(name): \(value)\n"
      }
    }
    for port in bridge.ports {
      text += "    Port \(Atom.string(port.name))\n"
      for name in ["tag", "trunks", "cvlans", "vlan_mode", "protected", "ephemeral"] {
        guard let column = try? Table.port.column(named: name) else { continue }
        let value = column.read(.port(port))
        if value != column.type.emptyValue { text += "        \(name): \(value)\n" }
      }
      text += "        Interface \(Atom.string(port.name))\n"
      for (name, value) in facts(of: port.interface, transaction.status(ofInterface: port.name)) {
        text += "            \(name): \(value)\n"
      }
    }
    return text
  }

  private static func isStandingAlone(_ bridge: BridgeConfiguration, _ transaction: Transaction) -> Bool {
    transaction.running?.bridge(named: bridge.name)?.isStandingAlone ?? false
  }

  /// The lines below a controller.
  private static func facts(of status: ControllerStatus) -> [(name: String, value: String)] {
    var facts = [("is_connected", status.isConnected ? "true" : "false")]
    if let role = status.roleName { facts.append(("role", role)) }
    let since = status.isConnected ? status.secondsSinceConnect : status.secondsSinceDisconnect
    facts.append(("state", status.state.rawValue + (since.map { " since \($0) s" } ?? "")))
    if !status.isConnected, let error = status.lastError { facts.append(("last_error", error)) }
    return facts
  }

  /// The lines below a mirror.
  private static func facts(
    of mirror: MirrorConfiguration, _ status: MirrorStatus
  ) -> [(name: String, value: String)] {
    let row = Row.mirror(bridge: "", mirror, status)
    let columns = Table.mirrorColumns.filter { $0.name.hasPrefix("select_") || $0.name.hasPrefix("output_") }
    let set = columns.filter { $0.read(row) != $0.type.emptyValue }
    var facts = set.map { (name: $0.name, value: $0.read(row).description) }
    if let length = mirror.snapLength { facts.append(("snaplen", String(length))) }
    facts.append(("state", mirror.state))
    if let traffic = status.traffic { facts.append(("copied", "\(traffic.packets) frames")) }
    return facts
  }

  /// The lines below an interface.
  private static func facts(
    of interface: InterfaceConfiguration, _ status: InterfaceStatus
  ) -> [(name: String, value: String)] {
    var facts: [(String, String)] = []
    if interface.type != InterfaceConfiguration.systemType { facts.append(("type", interface.type)) }
    if !interface.options.isEmpty {
      facts.append(("options", ColumnValue.map(interface.options).description))
    }
    if let number = interface.number {
      facts.append(("ofport", number == .local ? "LOCAL" : String(number.rawValue)))
    }
    facts.append(("state", status.state.description))
    if let seconds = status.secondsInState { facts.append(("sec_in_state", String(seconds))) }
    for name in status.report.facts.keys.sorted() { facts.append((name, status.report.facts[name] ?? "")) }
    for warning in status.report.warnings { facts.append(("warning", warning)) }
    return facts
  }

  private static func json(of bridge: BridgeConfiguration, in transaction: Transaction) -> JSONValue {
    let ports = bridge.ports.map { port in
      let interface = Row.interface(port.interface, transaction.status(ofInterface: port.name))
      return JSONValue.object([
        "port": record(.port(port), of: .port), "interface": record(interface, of: .interface),
      ])
    }
    let controllers = bridge.controllers.map { controller in
      let status = transaction.status(of: controller, on: bridge.name)
      return record(.controller(bridge: bridge.name, controller, status), of: .controller)
    }
    let mirrors = bridge.mirrors.map { mirror in
      let status = transaction.status(of: mirror, on: bridge.name)
      return record(.mirror(bridge: bridge.name, mirror, status), of: .mirror)
    }
    return [
      "bridge": record(.bridge(bridge), of: .bridge), "ports": .array(ports),
      "controllers": .array(controllers), "mirrors": .array(mirrors),
      "standalone": .boolean(isStandingAlone(bridge, transaction)),
    ]
  }

  private static func record(_ row: Row, of table: Table) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, $0.read(row).json) }))
  }
}
