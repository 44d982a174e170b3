import Classifier

extension FlowTables {
  /// Which frames staged changes are about.
  public func scope(of staged: Staged) -> ChangeScope {
    // With many rules to compare with, translating a frame anew costs less.
    guard staged.changes.count <= 8 else { return .everything }
    return .rules(
      staged.changes.map { change in
        let (rule, entry) =
          switch change {
          case .insert(let rule, let entry, _), .remove(let rule, let entry, _): (rule, entry)
          case .replace(_, let rule, let entry, _, _): (rule, entry)
          }
        return RuleChange(
          bridge: bridge, table: rule.table, mask: entry.mask, values: rule.words, priority: rule.priority)
      })
  }
}
