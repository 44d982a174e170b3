public import Actions
import Classifier
public import Match
public import Pipeline
public import Flow

/// Tries frames out on the control thread, with the translator that forwards and the tables as workers see them.
final class Tracer {
  private var translator = Translator()
  private let state: LeftRight
  private let reader: LeftRight.Reader

  init(_ state: LeftRight) {
    self.state = state
    reader = state.makeReader()
  }

  func trace(_ key: FlowKey, applying actions: Rule?, on bridge: BridgeIndex) -> Trace {
    state.read(as: reader) { state in
      let number = UInt16(truncatingIfNeeded: key.words[FlowKey.Word.ingress] >> 48)
      let port = state.bridge(bridge)?.port(numbered: number) ?? .none
      translator.tryOut(key, applying: actions, on: bridge, from: port, in: state)
      return Trace(
        start: key, end: translator.fields, megaflow: translator.megaflow, events: translator.events,
        isCut: translator.isTraceCut, ops: (0..<translator.opCount).map { translator.op($0) },
        dropReason: translator.hasOutput ? nil : translator.dropReason)
    }
  }
}

extension Bridge {
  /// What would become of a frame with these fields; with `actions`, of a packet-out. Nothing is counted, learned or
  /// sent.
  public func trace(_ key: FlowKey, applying actions: [Action]? = nil) -> Trace {
    guard let actions else { return owner.tracer.trace(key, applying: nil, on: index) }
    let rule = Rule.allocate(
      table: 0, priority: 0, sequence: 0, words: [], hash: 0, program: RuleCompiler.compile(actions), now: 0,
      id: .max)
    defer { rule.deallocate() }
    return owner.tracer.trace(key, applying: rule, on: index)
  }

  /// The rule that took part in a trace; `nil` when it is gone.
  public func rule(_ traced: TracedRule) -> FlowEntry? {
    flow(id: traced.id).flatMap { $0.rule.sequence == traced.sequence ? $0 : nil }
  }

  /// The rule that a frame went by; `nil` when it is gone.
  public func rule(_ step: RuleStep) -> FlowEntry? {
    guard let id = step.id, let entry = flow(id: id), step.isOf(sequence: entry.rule.sequence) else { return nil }
    return entry
  }

  /// The rule that the switch made for itself and that took part in a trace.
  public func hiddenRule(_ traced: TracedRule) -> FlowMod? {
    let place = Int(truncatingIfNeeded: traced.sequence)
    return traced.isHidden && hiddenRules.mods.indices.contains(place) ? hiddenRules.mods[place] : nil
  }
}
