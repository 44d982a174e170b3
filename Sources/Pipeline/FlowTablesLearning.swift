import Actions
import Classifier
import Flow
import Match

/// Changes of rules that frames cause: `learn` and `fin_timeout`.
extension FlowTables {
  /// Learns the rules that a frame asked for. When it returns, the next frame sees them.
  ///
  /// If a rule is there just as it would be made, its hard timeout begins anew. If it is there otherwise, its actions
  /// and its cookie are changed; its timeouts and flags stay. If it is not there it is added. One that the table
  /// cannot have is left out.
  ///
  /// - Parameter now: monotonic milliseconds.
  public func learn(_ requests: [LearnRequest], now: UInt64) -> Outcome {
    var log = Staged()
    for request in requests { try? stage(request, now: now, log: &log) }
    state.publish(scope(of: log)) { repeatOn($0, log) }
    return finish(log, now: now)
  }

  private func stage(_ request: LearnRequest, now: UInt64, log: inout Staged) throws(FlowTablesError) {
    let template = request.template
    let key = KeyReference.allocate()
    defer { key.deallocate() }
    key.value = request.key
    let mod = template.flowMod(from: key)
    let existing = find(
      table: mod.table, mask: Mask(mod.match), words: mod.match.wordValues, priority: mod.priority)
    // Frames of several workers may have asked for the last one that there is room for.
    if existing == nil, !template.plan.hasRoom(for: 1) { return }
    var annex = template.annex(from: key)
    // Where a rule has other settings, learning it again is a change, which the limit may forbid.
    if template.action.limit != 0, let existing, !existing.hasSettings(of: mod) { annex = annex.withoutMaker }
    try stage(mod, annex: annex, now: now, log: &log)
    find(table: mod.table, mask: Mask(mod.match), words: mod.match.wordValues, priority: mod.priority)?
      .templates.append(template)
  }

  /// Makes the timeouts of a rule at most so many seconds; 0 leaves one as it is.
  /// - Parameter sequence: that of the rule. Once it was changed it is not meant any more.
  public func shortenTimeouts(ofRule id: UInt32, sequence: UInt64, idle: UInt16, hard: UInt16) {
    guard let entry = entry(id: id), entry.rule.sequence == sequence else { return }
    let before = (entry.idleTimeout, entry.hardTimeout)
    if idle != 0, entry.idleTimeout == 0 || entry.idleTimeout > idle { entry.idleTimeout = idle }
    if hard != 0, entry.hardTimeout == 0 || entry.hardTimeout > hard { entry.hardTimeout = hard }
    guard (entry.idleTimeout, entry.hardTimeout) != before else { return }
    timed.insert(id)
    entry.rule.forgetMaker()
  }
}

extension Rule.Annex {
  /// That of a rule which nobody can make as it is.
  fileprivate var withoutMaker: Rule.Annex {
    if case .learned(_, let values) = self { .learned(by: 0, values: values) } else { self }
  }
}

extension FlowEntry {
  /// Whether the rule has what a modification does not change as `mod` would make it.
  fileprivate func hasSettings(of mod: FlowMod) -> Bool {
    idleTimeout == mod.idleTimeout && hardTimeout == mod.hardTimeout && importance == mod.importance
      && flags == mod.flags
  }
}
