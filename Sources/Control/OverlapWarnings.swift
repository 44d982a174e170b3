import ControlProtocol
import Datapath
import Flow
import Lint
import Match

extension ControlPlane {
  /// Warnings of rules that were to be looked at when they were added, and that overlap with others of the same
  /// priority. The changes hold, or are staged.
  func overlapWarnings(of changes: [BridgeChanges], on running: RunningSwitch) -> [String] {
    changes.flatMap { change -> [String] in
      let added = Set(change.watched.map { $0.table == 255 ? 0 : $0.table })
      guard !added.isEmpty, let bridge = running.bridge(named: change.bridge) else { return [] }
      let rules = bridge.flows().filter { added.contains($0.table) }
      var wanted: [FlowMatch: Set<UInt16>] = [:]
      for mod in change.watched { wanted[mod.match, default: []].insert(mod.priority) }
      let places = rules.indices.filter { wanted[rules[$0].match]?.contains(rules[$0].priority) == true }
      return Linter.overlaps(of: Set(places), in: rules).map { rule, other in
        "bridge \(bridge.name): rule '\(rule)' overlaps with '\(other)', which has the same priority: which of the "
          + "two takes a frame of both, OpenFlow leaves open"
      }
    }
  }
}
