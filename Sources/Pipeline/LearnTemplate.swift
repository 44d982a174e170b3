import Actions
import Classifier
import Flow
import Match

/// The `learn` actions of one bridge. Control thread only.
public final class LearnTemplates {
  private struct Reference {
    weak var template: LearnTemplate?
  }

  private var known: [Action.Learn: Reference] = [:]
  private var lastID: UInt64 = 0
  var cookies = CookieCounts()
  /// Counts the rules that there are with a cookie.
  var countRules: (CookieKey) -> Int = { _ in 0 }

  init() {}

  /// The template of `action`. To be held as long as a program with its plan can be run.
  ///
  /// Equal actions have one template as long as somebody holds it, so that rules with the same action know each
  /// other's learned rules.
  func template(of action: Action.Learn) -> LearnTemplate {
    if let template = known[action]?.template { return template }
    if known.count > 64 { known = known.filter { $0.value.template != nil } }
    lastID += 1
    let key = CookieKey(table: action.table, cookie: action.cookie)
    let count = action.limit == 0 ? nil : cookies.count(key) { countRules(key) }
    let template = LearnTemplate(action, id: lastID, count: count)
    known[action] = Reference(template: template)
    return template
  }
}

/// A `learn` action, compiled: the plan for workers, and the rule that is learned from a frame.
public final class LearnTemplate: Sendable {
  let action: Action.Learn
  let plan: LearnPlan
  /// What the limit is about, if there is one.
  private let count: CookieCount?

  fileprivate init(_ action: Action.Learn, id: UInt64, count: CookieCount?) {
    self.action = action
    self.count = count
    var mask = FlowKey()
    var matchSteps: [LearnPlan.Step] = []
    var valueSteps: [LearnPlan.Step] = []
    for specification in action.specifications {
      switch specification.target {
      case .match(let target):
        for (source, bits) in Self.transfers(specification.source, to: target) {
          mask.words[Int(bits.word)] |= bits.mask
          matchSteps.append(LearnPlan.Step(source, to: bits))
        }
      case .load, .output:
        guard case .field(let source) = specification.source else { break }
        for bits in KeyBits.parts(of: source) { valueSteps.append(LearnPlan.Step(source: bits)) }
      }
    }
    plan = .allocate(
      action, id: id, count: count, matchSteps: matchSteps, valueSteps: valueSteps, mask: mask)
    plan.template = self
  }

  deinit { plan.deallocate() }

  fileprivate enum Source {
    case key(KeyBits)
    case number(UInt64)
  }

  /// The parts of a copy to `target`, each within one word on both sides.
  private static func transfers(
    _ source: Action.Learn.Specification.Source, to target: Subfield
  ) -> [(source: Source, target: KeyBits)] {
    var to = KeyBits.parts(of: target)
    var result: [(source: Source, target: KeyBits)] = []
    switch source {
    case .value(var value):
      for bits in to.reversed() {
        result.append((.number(UInt64(truncatingIfNeeded: value) & bits.ones), bits))
        value >>= UInt128(bits.bits)
      }
    case .field(let source):
      var from = KeyBits.parts(of: source)
      while var first = from.popLast(), var second = to.popLast() {
        let bits = min(first.bits, second.bits)
        let rest = (first.bits - bits, second.bits - bits)
        (first.bits, second.bits) = (bits, bits)
        result.append((.key(first), second))
        if rest.0 > 0 { from.append(KeyBits(word: first.word, shift: first.shift + bits, bits: rest.0)) }
        if rest.1 > 0 { to.append(KeyBits(word: second.word, shift: second.shift + bits, bits: rest.1)) }
      }
    }
    // A port of 32 bits is the one of 16 bits to a match.
    let upperPort = KeyBits(word: UInt8(FlowKey.Word.ingress), shift: 32, bits: 16)
    return result.filter { $0.target.word != upperPort.word || $0.target.shift != upperPort.shift }
  }

  // MARK: The learned rule

  /// The change that learns a rule from `key`: Open vSwitch's strict modification, which adds what is not there.
  func flowMod(from key: KeyReference) -> FlowMod {
    let values = KeyReference.allocate()
    let mask = plan.mask
    defer { values.deallocate() }
    plan.putMatch(from: key, into: values)
    var mod = FlowMod(
      command: .modifyStrict, table: action.table, priority: action.priority,
      match: FlowMatch(key: values.value, mask: mask.value))
    mod.newCookie = action.cookie == .max ? nil : action.cookie
    mod.idleTimeout = action.idleTimeout
    mod.hardTimeout = action.hardTimeout
    if action.sendsFlowRemoved { mod.flags = .sendFlowRemoved }
    mod.actions = actions(from: key.value)
    return mod
  }

  private func actions(from key: FlowKey) -> [Action] {
    var actions: [Action] = []
    if action.finIdleTimeout != 0 || action.finHardTimeout != 0 {
      actions.append(
        .finTimeout(
          Action.FinTimeout(idleTimeout: action.finIdleTimeout, hardTimeout: action.finHardTimeout)))
    }
    for specification in action.specifications {
      let value =
        switch specification.source {
        case .value(let value): value
        case .field(let source):
          source.field.value(in: key) >> UInt128(source.offset) & Self.ones(source.bits)
        }
      switch specification.target {
      case .match: break
      case .load(let target):
        actions.append(
          .setField(
            Action.SetField(
              field: target.field, value: value << UInt128(target.offset),
              mask: Self.ones(target.bits) << UInt128(target.offset), isLoad: true)))
      case .output: if let port = Self.outputPort(value) { actions.append(.output(port)) }
      }
    }
    return actions
  }

  /// The port that a learned rule outputs to; Open vSwitch leaves out an output to any other number.
  private static func outputPort(_ value: UInt128) -> PortNumber? {
    guard value <= 0xffff else { return nil }
    let port = PortNumber(rawValue: UInt16(truncatingIfNeeded: value))
    let reserved: [PortNumber] = [.inPort, .flood, .all, .local]
    return port.rawValue < 0xff00 || reserved.contains(port) ? port : nil
  }

  private static func ones(_ bits: Int) -> UInt128 { bits >= 128 ? ~0 : (1 << UInt128(bits)) - 1 }

  /// What the rule learned from `key` has besides: by it a worker knows the rule again.
  func annex(from key: KeyReference) -> Rule.Annex {
    .learned(by: plan.id, values: (0..<plan.valueCount).map { plan.value($0, from: key) })
  }
}

extension LearnPlan.Step {
  fileprivate init(_ source: LearnTemplate.Source, to target: KeyBits) {
    switch source {
    case .key(let bits): self.init(source: bits, target: target)
    case .number(let value): self.init(source: nil, value: value, target: target)
    }
  }
}
