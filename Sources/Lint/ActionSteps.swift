import Actions
import Match

extension [Action] {
  /// Calls `body` with each action, those in lists within included, in their order.
  func forEachAction(_ body: (Action) -> Void) {
    for action in self {
      body(action)
      switch action {
      case .writeActions(let list), .clone(let list): list.forEachAction(body)
      case .connectionTrack(let ct): ct.actions.forEachAction(body)
      default: break
      }
    }
  }

  /// The tables in which the actions look frames up again; `table` is the rule's own, `nil` in a bucket.
  func tables(from table: UInt8?) -> Set<UInt8> {
    var result: Set<UInt8> = []
    forEachAction { action in
      switch action {
      case .gotoTable(let target): result.insert(target)
      case .resubmit(_, let target, _): if let target = target ?? table { result.insert(target) }
      case .connectionTrack(let ct): if let target = ct.table { result.insert(target) }
      case .output(.table), .outputTruncated(.table, _): result.insert(0)
      default: break
      }
    }
    return result
  }

  /// The groups that the actions name.
  var namedGroups: Set<UInt32> {
    var result: Set<UInt32> = []
    forEachAction { if case .group(let group) = $0 { result.insert(group) } }
    return result
  }

  /// The meters that the actions name.
  var namedMeters: Set<UInt32> {
    var result: Set<UInt32> = []
    forEachAction { action in
      switch action {
      case .meter(let meter): result.insert(meter)
      case .controller(let target): if target.meter != 0 { result.insert(target.meter) }
      default: break
      }
    }
    return result
  }
}
