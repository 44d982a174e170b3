import Match

/// The actions that `write_actions` collected for the end of the pipeline: at most one of each kind, run in
/// the order of OpenFlow 1.3.5, section 5.10: pop, push, TTL, set, output.
///
/// A value without references: copied when the pipeline enters another bridge.
struct ActionSet {
  private var pops = false
  private var push: UInt16 = 0
  private var decrements = false
  /// What the sets come to, for each word of the key.
  private var values = InlineArray<24, UInt64>(repeating: 0)
  private var masks = InlineArray<24, UInt64>(repeating: 0)
  private var transport: RuleOp?
  private var tag: RuleOp?
  private var output: RuleOp?
  private(set) var isEmpty = true

  mutating func clear() { if !isEmpty { self = ActionSet() } }

  /// Adds `op`, or replaces the one of its kind.
  mutating func write(_ op: RuleOp) {
    isEmpty = false
    switch op {
    case .popVLAN: pops = true
    case .pushVLAN(let tpid): push = tpid
    case .decrementTTL: decrements = true
    case .set(let value, let mask, let word):
      values[Int(word)] = values[Int(word)] & ~mask | value & mask
      masks[Int(word)] |= mask
    case .setTransport: transport = op
    case .setVLAN: tag = op
    default: output = op
    }
  }

  /// Positions for `op(_:)`.
  var opCount: Int { 3 + FlowKey.wordCount + 3 }

  /// What is to be run at `position` of the order, if anything.
  func op(_ position: Int) -> RuleOp? {
    switch position {
    case 0: pops ? .popVLAN : nil
    case 1: push != 0 ? .pushVLAN(tpid: push) : nil
    case 2: decrements ? .decrementTTL : nil
    case 3..<(3 + FlowKey.wordCount):
      masks[position - 3] != 0
        ? .set(value: values[position - 3], mask: masks[position - 3], word: UInt8(position - 3)) : nil
    case 3 + FlowKey.wordCount: tag
    case 4 + FlowKey.wordCount: transport
    default: output
    }
  }
}
