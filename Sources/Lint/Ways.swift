import Actions
import Flow
import Match

/// Where a list of actions looks frames up again, and what is known of them then.
struct Ways {
  struct Way {
    var table: UInt8
    var frames: FlowMatch
  }

  private let table: UInt8
  private let written: FlowKey
  private let buckets: [UInt32: [Bucket]]
  private var groups: Set<UInt32> = []
  private(set) var found: [Way] = []

  /// - Parameters:
  ///   - table: the rule's own.
  ///   - written: what rules may write that are looked up on the way.
  init(table: UInt8, written: FlowKey, buckets: [UInt32: [Bucket]]) {
    self.table = table
    self.written = written
    self.buckets = buckets
  }

  /// Goes through `actions` with `frames`.
  mutating func follow(_ actions: [Action], _ frames: FlowMatch) {
    var frames = frames
    for action in actions {
      switch action {
      case .resubmit(let port, let target, _):
        var there = frames
        if let port { there.setInPort(port) }
        found.append(Way(table: target ?? table, frames: there))
        // What the rules there have done to the frame stays.
        frames.forget(bits: written)
      case .gotoTable(let target): found.append(Way(table: target, frames: frames))
      case .connectionTrack(let ct):
        frames.apply(action)
        if let target = ct.table { found.append(Way(table: target, frames: frames)) }
      case .clone(let list): follow(list, frames)
      case .writeActions(let list):
        // These are executed at the end, after everything else.
        var there = frames
        there.forget(bits: written)
        follow(list, there)
      case .group(let group) where groups.insert(group).inserted:
        for bucket in buckets[group] ?? [] { follow(bucket.actions, frames) }
      case .exit: return
      default: frames.apply(action)
      }
    }
  }
}
