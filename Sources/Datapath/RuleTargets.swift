public import Actions
import Flow
public import Pipeline

/// Whether what the actions of rules name is there. OpenFlow 1.3.5 section 6.4: a rule that sends frames to a group
/// that does not exist is refused.
extension Bridge {
  /// Throws for the first rule that names something that is not there.
  func checkTargets(of mods: [FlowMod]) throws(FlowModRefused) {
    for (place, mod) in mods.enumerated() {
      if let missing = missingTarget(of: mod, groups: groups) {
        throw FlowModRefused(place: place, reason: missing)
      }
    }
  }

  /// What the rule names that is not there.
  func missingTarget(of mod: FlowMod, groups: GroupTable) -> FlowTablesError? {
    switch mod.command {
    case .add, .modify, .modifyStrict: missingTarget(of: mod.actions, groups: groups)
    case .delete, .deleteStrict: nil
    }
  }

  /// What a list of actions names that is not there: those of a packet-out, too.
  public func missingTarget(of actions: [Action]) -> FlowTablesError? {
    missingTarget(of: actions, groups: groups)
  }

  private func missingTarget(of actions: [Action], groups: GroupTable) -> FlowTablesError? {
    for action in actions {
      switch action {
      case .group(let group): if groups[group] == nil { return .unknownGroup(group) }
      case .meter(let meter): if meters[meter] == nil { return .unknownMeter(meter) }
      case .writeActions(let list), .clone(let list):
        if let missing = missingTarget(of: list, groups: groups) { return missing }
      default: break
      }
    }
    return nil
  }
}
