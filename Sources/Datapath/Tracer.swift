public import Actions
import Bytes
import Classifier
public import Match
public import Pipeline
public import Flow

/// Tries frames out on the control thread, with the translator that forwards and the tables as workers see them.
final class Tracer {
  private var translator = Translator()
  private var pool = PacketPool(capacity: 1)
  private let state: LeftRight
  private let reader: LeftRight.Reader

  init(_ state: LeftRight) {
    self.state = state
    reader = state.makeReader()
  }

  func trace(_ key: FlowKey, frame: [UInt8]?, applying actions: Rule?, on bridge: BridgeIndex) -> Trace {
    let packet = frame.flatMap { copy(of: $0) }
    defer { if let packet { pool.give(packet) } }
    return state.read(as: reader) { state in
      let number = UInt16(truncatingIfNeeded: key.words[FlowKey.Word.ingress] >> 48)
      let port = state.bridge(bridge)?.port(numbered: number) ?? .none
      translator.tryOut(key, frame: packet, applying: actions, on: bridge, from: port, in: state)
      return Trace(
        start: key, end: translator.fields, megaflow: translator.megaflow, events: translator.events,
        isCut: translator.isTraceCut, ops: (0..<translator.opCount).map { translator.op($0) },
        dropReason: translator.hasOutput ? nil : translator.dropReason)
    }
  }

  private func copy(of frame: [UInt8]) -> Packet? {
    guard frame.count <= Packet.maximumLength, let packet = pool.take() else { return nil }
    packet.copy(from: frame.rawSpan)
    return packet
  }
}

extension Bridge {
  /// What would become of a frame with these fields; with `actions`, of a packet-out. Nothing is counted, learned or
  /// sent.
  /// - Parameter frame: the frame itself, for what lies behind the headers that a key shows.
  public func trace(_ key: FlowKey, frame: [UInt8]? = nil, applying actions: [Action]? = nil) -> Trace {
    guard let actions else { return owner.tracer.trace(key, frame: frame, applying: nil, on: index) }
    var templates: [any RuleTemplate] = []
    let program = RuleCompiler.compile(actions, with: flowTables.templates, keeping: &templates)
    let rule = Rule.allocate(
      table: 0, priority: 0, sequence: 0, words: [], hash: 0, program: program, now: 0, id: .max)
    defer { withExtendedLifetime(templates) { rule.deallocate() } }
    return owner.tracer.trace(key, frame: frame, applying: rule, on: index)
  }

  /// The rule that took part in a trace; `nil` when it is gone.
  public func rule(_ traced: TracedRule) -> FlowEntry? {
    flow(id: traced.id).flatMap { $0.rule.sequence == traced.sequence ? $0 : nil }
  }

  /// The rule that a frame went by; `nil` when it is gone.
  public func rule(_ step: RuleStep) -> FlowEntry? {
    guard let id = step.id, let entry = flow(id: id), step.isOf(sequence: entry.rule.sequence) else {
      return nil
    }
    return entry
  }

  /// The rule that the switch made for itself and that took part in a trace.
  public func hiddenRule(_ traced: TracedRule) -> FlowMod? {
    let place = Int(truncatingIfNeeded: traced.sequence)
    return traced.isHidden && hiddenRules.mods.indices.contains(place) ? hiddenRules.mods[place] : nil
  }
}
