import Actions
import Datapath
import Flow
import Match
import OpenFlow
import Pipeline

/// Flow mods that arrived one after the other. They become visible together, but each stands for itself: one
/// that is refused does not stop the others.
struct RequestBatch {
  private var pending: [(mod: FlowMod, frame: OpenFlowFrame)] = []

  var isEmpty: Bool { pending.isEmpty }

  mutating func add(_ mod: FlowMod, _ frame: OpenFlowFrame) { pending.append((mod, frame)) }

  /// Applies all that was added. Returns those that were refused, with the reason.
  mutating func apply(to bridge: Bridge, version: OpenFlowVersion) -> [(OpenFlowFrame, OpenFlowError)] {
    var refused: [(OpenFlowFrame, OpenFlowError)] = []
    var valid: [(mod: FlowMod, frame: OpenFlowFrame)] = []
    for each in pending {
      if let error = Self.validate(each.mod, version: version) {
        refused.append((each.frame, error))
      } else {
        valid.append(each)
      }
    }
    pending = []
    do {
      try bridge.apply(valid.map(\.mod))
    } catch {
      // One of them was refused, so none was applied: each by itself then.
      for each in valid {
        do throws(FlowTablesError) {
          try bridge.apply([each.mod])
        } catch {
          refused.append((each.frame, OpenFlowError(error)))
        }
      }
    }
    return refused
  }

  private static func validate(_ mod: FlowMod, version: OpenFlowVersion) -> OpenFlowError? {
    guard mod.command != .delete, mod.command != .deleteStrict else { return nil }
    do throws(ActionError) {
      try ActionList.validate(mod.actions, for: mod.match, table: mod.table, version: version)
      return nil
    } catch {
      return OpenFlowError(error.code)
    }
  }
}

extension OpenFlowError {
  init(_ error: FlowTablesError) {
    switch error {
    case .overlap: self.init(.overlap)
    case .badTable: self.init(.badFlowModTableID)
    case .full: self.init(.tableFull)
    }
  }
}
