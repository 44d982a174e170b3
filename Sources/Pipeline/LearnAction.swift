import Classifier
import Match

/// A rule that a frame asks for.
public struct LearnRequest: Sendable {
  public let bridge: BridgeIndex
  let template: LearnTemplate
  /// The frame's key when the action was run.
  let key: FlowKey
}

/// `learn` and `fin_timeout`.
///
/// A frame sees the tables as they were when it came: the rules that it asks for are there for the next frame. Most
/// often a rule is there already: then it is marked as learned again, and that is all. The others are noted, and the
/// control thread makes them when the translation is done (`takeLearnRequests`).
extension Translator {
  /// What a frame asked for.
  struct PendingRule: BitwiseCopyable {
    var bridge: BridgeIndex
    var plan: LearnPlan
    var key: FlowKey
    /// The rule's match, in the words that its plan has.
    var match: FlowKey
    /// Whether it is one more, and not a change.
    var adds: Bool
  }

  mutating func learn(_ plan: LearnPlan) {
    guard learns else {
      if isTracing { traceLog.append(.remark(.learnsNothing)) }
      return
    }
    let isAllowed = request(plan)
    guard let result = plan.result, !hasFailed else { return }
    set(isAllowed ? result.mask : 0, mask: result.mask, word: Int(result.word))
  }

  /// `false` when the limit does not let the rule be.
  private mutating func request(_ plan: LearnPlan) -> Bool {
    plan.putMatch(from: key, into: learned)
    let rule = state.bridge(bridge)?.find(table: Int(plan.table), learned, plan)
    let before = lastRequest(forRuleOf: plan)
    if let rule, rule.isLearned(by: plan.id, values: { plan.value($0, from: key) }) {
      // What the frame asked for before may change it.
      guard pendingCount > 0 else {
        rule.refresh(now: now)
        return true
      }
    } else if before != true, !plan.hasRoom(for: 1 + pendingAdditions(besides: plan)) {
      return false
    }
    guard rule != nil || plan.addsRules else { return true }
    guard pendingCount < Self.maximumPendingRules else {
      fail(.tooManyLearned)
      return true
    }
    unsafe (pending + pendingCount).initialize(
      to: PendingRule(
        bridge: bridge, plan: plan, key: key.value, match: learned.value, adds: rule == nil && before == nil))
    pendingCount += 1
    return true
  }

  /// Whether the frame asked before for the rule whose match is in `learned`, and if it did, whether that would make
  /// the very same one.
  private func lastRequest(forRuleOf plan: LearnPlan) -> Bool? {
    for i in (0..<pendingCount).reversed() {
      guard unsafe pending[i].bridge == bridge, unsafe pending[i].plan.hasSameShape(as: plan) else {
        continue
      }
      var rest = plan.wordSet
      var difference: UInt64 = 0
      while rest != 0 {
        let word = rest.trailingZeroBitCount
        unsafe difference |= pending[i].match.words[word] ^ learned[word]
        rest &= rest - 1
      }
      guard difference == 0 else { continue }
      return unsafe pending[i].plan.id == plan.id && plan.makesSameActions(from: key, as: pending[i].key)
    }
    return nil
  }

  /// How many rules the frame has added that count for the limit.
  private func pendingAdditions(besides plan: LearnPlan) -> Int {
    (0..<pendingCount).count {
      unsafe pending[$0].adds && pending[$0].bridge == bridge && pending[$0].plan.countsTogether(with: plan)
    }
  }

  /// The rules that the frame asked for, in order. To be called before the state is left.
  public mutating func takeLearnRequests() -> [LearnRequest] {
    let count = pendingCount
    pendingCount = 0
    return (0..<count).compactMap { index in
      let each = unsafe pending[index]
      return each.plan.template.map { LearnRequest(bridge: each.bridge, template: $0, key: each.key) }
    }
  }

  /// Shortens the timeouts of `rule` if the frame ends a TCP connection.
  mutating func shortenTimeouts(of rule: Rule?, idle: UInt16, hard: UInt16) {
    guard let rule, rule.id != .max, idle != 0 || hard != 0, endsConnection else { return }
    emit(.shortenTimeouts(bridge: bridge, rule: rule.id, sequence: rule.sequence, idle: idle, hard: hard))
  }

  /// Whether the frame is a TCP segment with FIN or RST.
  private var endsConnection: Bool {
    let ip = frame[FlowKey.Word.ip]
    let type = frame.networkType
    guard type == 0x0800 || type == 0x86dd, ip & FlowKey.Fragment.later == 0, ip >> 24 & 0xff == 6 else {
      return false
    }
    return frame[FlowKey.Word.transport] & 0x0005_0000 != 0
  }
}
