import Classifier
public import Flow
public import Pipeline

/// A rule that a change would make other than it is.
public struct RuleDifference: Sendable {
  public var bridge: String
  /// `nil` where there is no such rule.
  public var before: FlowStatistics?
  public var after: FlowStatistics?

  public init(bridge: String, before: FlowStatistics?, after: FlowStatistics?) {
    self.bridge = bridge
    self.before = before
    self.after = after
  }
}

extension Switch {
  /// What `apply` would do, and what new settings of bridges would do to their rules behind it: the changes are
  /// made where no worker sees them, looked at, and taken back.
  ///
  /// - Parameters:
  ///   - settings: those that bridges are to get.
  ///   - new: bridges that would not be there otherwise: all their rules are new.
  ///   - whileStaged: called when the changes are made, to look at the bridges' rules as they would be.
  public func preview(
    _ changes: [(bridge: Bridge, mods: [FlowMod])], settings: [(bridge: Bridge, settings: BridgeSettings)],
    new: [Bridge], whileStaged: () -> Void
  ) throws(RulesRefused) -> [RuleDifference] {
    let now = Bridge.now
    var staged = try stage(changes, now: now)
    for (bridge, settings) in settings {
      guard let mod = bridge.normalRuleChange(under: settings),
        let more = try? bridge.flowTables.stage([mod], now: now)
      else { continue }
      staged.append((bridge, more))
    }
    whileStaged()
    var changed: [(bridge: Bridge, key: RuleKey, after: FlowStatistics?)] = []
    for bridge in bridges {
      var keys: [RuleKey] = []
      for (owner, changes) in staged where owner === bridge { keys += bridge.flowTables.keys(of: changes) }
      if new.contains(where: { $0 === bridge }) { keys += bridge.flowTables.entries(FlowFilter()).map(\.key) }
      var seen: Set<RuleKey> = []
      for key in keys where seen.insert(key).inserted {
        changed.append((bridge, key, bridge.flowTables.entry(key)?.statistics(now: now)))
      }
    }
    takeBack(staged)
    return changed.map { bridge, key, after in
      let isNew = new.contains { $0 === bridge }
      let before = isNew ? nil : bridge.flowTables.entry(key)?.statistics(now: now)
      return RuleDifference(bridge: bridge.name, before: before, after: after)
    }
  }
}

extension FlowEntry {
  fileprivate var key: RuleKey { RuleKey(table: rule.table, priority: rule.priority, match: match) }
}
