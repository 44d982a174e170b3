import Actions
import ControlProtocol
import Datapath
import Flow
import Match
import Pipeline

/// The switch as traces name it: bridges, ports and rules.
struct TraceWords {
  private let datapath: Switch
  /// Whether OpenFlow ports are shown by name.
  private let showsNames: Bool

  init(_ datapath: Switch, showsNames: Bool = false) {
    self.datapath = datapath
    self.showsNames = showsNames
  }

  /// What became of a frame that came in to `bridge`, in words.
  /// - Parameter actions: those of the packet-out that it was, if any.
  func report(_ trace: Trace, on bridge: Bridge, actions: [Action]? = nil) -> TraceReport {
    let naming = naming(on: bridge)
    let names = TraceNames(
      bridge: { [datapath] in datapath.bridge(at: $0)?.name ?? "a bridge that is gone" },
      rule: { rule($0, on: $1) }, port: { name(of: $0) },
      mirror: { [datapath] number, index in
        let mirrors = datapath.bridge(at: index)?.settings.mirrors ?? []
        return Int(number) < mirrors.count ? mirrors[Int(number)].name : "that is gone"
      },
      ports: { index in datapath.bridge(at: index).map { self.naming(on: $0) } ?? { _ in nil } },
      packetOut: actions.map { Self.actions($0, naming) } ?? [])
    var end = trace.end
    // The port of the action set, which is kept while rules ask for it; no frame comes with it.
    end.words[FlowKey.Word.conjunction] = trace.start.words[FlowKey.Word.conjunction]
    let isChanged = trace.start != end
    return TraceReport(
      flow: TraceFlowText.text(of: trace.start, names: naming),
      steps: TraceBuilder.nodes(of: trace.events, names),
      finalFlow: isChanged ? TraceFlowText.text(of: end, names: naming) : nil,
      megaflow: TraceFlowText.megaflow(trace.megaflow, of: trace.start, names: naming),
      datapathActions: DatapathActionsText.text(of: trace.ops, key: trace.start) { name(of: $0) },
      dropReason: trace.dropReason, isCut: trace.isCut)
  }

  /// The name of a port of any bridge.
  func name(of index: PortIndex) -> String { port(index)?.name ?? "a port that is gone" }

  func port(_ index: PortIndex) -> BridgePort? {
    for bridge in datapath.bridges {
      if let port = bridge.ports.first(where: { $0.index == index }) { return port }
    }
    return nil
  }

  private func naming(on bridge: Bridge) -> PortNaming { showsNames ? bridge.portNaming : { _ in nil } }

  private func rule(_ traced: TracedRule, on index: BridgeIndex) -> TraceNames.Rule? {
    guard let bridge = datapath.bridge(at: index) else { return nil }
    let naming = naming(on: bridge)
    if let mod = bridge.hiddenRule(traced) {
      return TraceNames.Rule(
        match: mod.match.description(names: naming), priority: mod.priority, cookie: 0,
        actions: Self.actions(mod.actions, naming), remark: "a rule of the switch itself")
    }
    guard let entry = bridge.rule(traced) else { return nil }
    return TraceNames.Rule(
      match: entry.match.description(names: naming), priority: entry.priority, cookie: entry.cookie,
      actions: Self.actions(entry.actions, naming), remark: nil)
  }

  private static func actions(_ actions: [Action], _ names: PortNaming) -> [TracedAction] {
    RuleCompiler.starts(of: actions).map { start, action in
      TracedAction(
        start: start, text: ActionList.format([action], names: names),
        hasNoOps: RuleCompiler.opCount(of: [action]) == 0)
    }
  }
}
