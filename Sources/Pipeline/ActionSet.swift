import Match

/// The actions that `write_actions` collected for the end of the pipeline, in the order in which they are run
/// (OpenFlow 1.3.5, section 5.10): pop, push, TTL, then everything that sets or moves bits in the order in which
/// it was written, then the output or, without one, the resubmit. Of all but the sets the last one counts.
///
/// A value without references: copied when the pipeline enters another bridge.
struct ActionSet {
  /// Sets and moves that fit; those of one word of the key in a row count as one.
  private static var setLimit: Int { 32 }

  private var pops = false
  private var push: UInt16 = 0
  private var decrements = false
  private var sets = InlineArray<32, RuleOp>(repeating: .popVLAN)
  private var setCount = 0
  private var output: RuleOp?
  private var resubmit: RuleOp?
  private(set) var isEmpty = true

  mutating func clear() { if !isEmpty { self = ActionSet() } }

  /// Adds `op`, or replaces the one of its kind. `false` when there are too many.
  mutating func write(_ op: RuleOp) -> Bool {
    isEmpty = false
    switch op {
    case .popVLAN: pops = true
    case .pushVLAN(let tpid): push = tpid
    case .decrementTTL: decrements = true
    case .set, .move, .setVLAN, .setTransport, .setIPv4: return append(op)
    case .output, .inPort, .normal, .flood, .all, .controller, .outputField: output = op
    case .resubmit: resubmit = op
    case .goto, .clearActionSet, .writeActionSet: break
    }
    return true
  }

  private mutating func append(_ op: RuleOp) -> Bool {
    if setCount > 0, case .set(let oldValue, let oldMask, let oldWord) = sets[setCount - 1],
      case .set(let value, let mask, let word) = op, word == oldWord
    {
      sets[setCount - 1] = .set(value: oldValue & ~mask | value & mask, mask: oldMask | mask, word: word)
      return true
    }
    guard setCount < Self.setLimit else { return false }
    sets[setCount] = op
    setCount += 1
    return true
  }

  /// Positions for `op(_:)`.
  var opCount: Int { setCount + 4 }

  /// What is to be run at `position` of the order, if anything.
  func op(_ position: Int) -> RuleOp? {
    switch position {
    case 0: pops ? .popVLAN : nil
    case 1: push != 0 ? .pushVLAN(tpid: push) : nil
    case 2: decrements ? .decrementTTL : nil
    case 3..<(3 + setCount): sets[position - 3]
    default: output ?? resubmit
    }
  }
}
