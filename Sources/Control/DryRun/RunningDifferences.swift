import ControlProtocol
import Datapath
import Flow
import Match
import Pipeline
import Wire

/// Parts of the running switch as differences.
extension StateDifference {
  static func flow(_ difference: RuleDifference) -> StateDifference? {
    let style = FlowDumpStyle(showsStatistics: false)
    func text(_ rule: FlowStatistics) -> String { String(rule.line(style).drop { $0 == " " }) }
    let (before, after) = (difference.before.map(text), difference.after.map(text))
    guard before != after else { return nil }
    return StateDifference("flow \(difference.bridge)", before: before, after: after)
  }

  /// An address of a bridge's table before and after a change.
  static func address(_ bridge: Bridge, before: FDBEntry?, after: FDBEntry?) -> StateDifference {
    func text(_ entry: FDBEntry) -> String {
      let port = bridge.ports.first { $0.index == entry.port }.map { "\($0.number)" } ?? "?"
      let kind = entry.isStatic ? "static" : "learned"
      return "port=\(port) vlan=\(entry.vlan) mac=\(MACAddress(rawValue: entry.mac)) \(kind)"
    }
    return StateDifference("fdb \(bridge.name)", before: before.map(text), after: after.map(text))
  }
}

extension Bridge {
  /// What goes with the bridge: its rules, groups, meters and addresses.
  var contents: [StateDifference] {
    let rules = flows().compactMap {
      StateDifference.flow(RuleDifference(bridge: name, before: $0, after: nil))
    }
    let groups = groups.all.map { entry in
      StateDifference(
        "group \(name)", before: entry.description.description(showsBucketIDs: true), after: nil)
    }
    let meters = meters.all.map { entry in
      StateDifference("meter \(name)", before: entry.config.description, after: nil)
    }
    return rules + groups + meters + addresses(on: ports)
  }

  /// The addresses that go with some of its ports.
  func addresses(on ports: [BridgePort]) -> [StateDifference] {
    fdb.all.filter { entry in ports.contains { $0.index == entry.port } }
      .sorted { ($0.vlan, $0.mac) < ($1.vlan, $1.mac) }
      .map { StateDifference.address(self, before: $0, after: nil) }
  }
}

extension RunningSwitch {
  /// What goes with the bridges and ports that `configuration` does not have.
  func contentsGone(under configuration: Configuration) -> [StateDifference] {
    datapath.bridges.flatMap { bridge -> [StateDifference] in
      guard let wanted = configuration.bridges.first(where: { $0.name == bridge.name }) else {
        return bridge.contents
      }
      return bridge.addresses(on: wanted.gone(of: bridge.ports))
    }
  }

  /// The settings that bridges are to get whose controllers or fail mode change, as that may change a rule.
  func settingsChanged(by configuration: Configuration) -> [(bridge: Bridge, settings: BridgeSettings)] {
    configuration.bridges.compactMap { wanted in
      guard let bridge = bridge(named: wanted.name) else { return nil }
      return bridge.settings.decidesOtherwise(than: wanted.settings) ? (bridge, wanted.settings) : nil
    }
  }
}

extension BridgeSettings {
  /// Whether the rule that the bridge makes itself may be another one.
  func decidesOtherwise(than other: BridgeSettings) -> Bool {
    (failMode, hasController) != (other.failMode, other.hasController)
  }
}

extension BridgeConfiguration {
  /// Those of the ports that do not stay. A port whose number changed is another port for OpenFlow.
  func gone(of running: [BridgePort]) -> [BridgePort] {
    let numbers = Dictionary(ports.map { ($0.name, $0.interface.number) }) { first, _ in first }
    return running.filter { numbers[$0.name] != $0.number }
  }
}
