import Match

/// Where an op has its place in an action set.
enum ActionSetPlace: Equatable {
  /// Of all ops at one position the last one counts. OpenFlow 1.3.5 section 5.10, and Open vSwitch for what that
  /// does not name.
  case single(Int)
  /// Run in the order in which they were written, behind all single ones.
  case inOrder
  /// The last thing that is done. Of several the one with the highest rank counts, then the last one.
  case final(rank: Int)
  /// Has no place in one.
  case none

  static var singleCount: Int { 9 }

  init(_ op: RuleOp) {
    switch op {
    case .popVLAN: self = .single(0)
    case .popMPLS: self = .single(1)
    case .decapsulate: self = .single(2)
    case .encapsulateEthernet, .encapsulateMPLS, .encapsulateNSH: self = .single(3)
    case .pushMPLS: self = .single(4)
    case .pushVLAN: self = .single(5)
    case .decrementTTL: self = .single(6)
    case .decrementMPLSTTL: self = .single(7)
    case .decrementNSHTTL: self = .single(8)
    case .set, .setMPLS, .move, .setVLAN, .setTransport, .setIPv4, .meter: self = .inOrder
    case .resubmit: self = .final(rank: 0)
    case .output, .inPort, .normal, .flood, .all, .controller, .outputField: self = .final(rank: 1)
    case .group: self = .final(rank: 2)
    case .inform, .goto, .clearActionSet, .writeActionSet, .clone, .exit, .collect, .distribute, .push, .pop,
      .packetIn, .pause,
      .options,
      .enqueue,
      .multipath, .bundle, .member, .compareLength, .learn, .shortenTimeouts,
      .sample:
      self = .none
    }
  }
}

/// The actions that `write_actions` collected for the end of the pipeline, in the order in which they are run.
/// Nothing is run unless a final action is among them.
///
/// A value without references: copied when the pipeline enters another bridge.
struct ActionSet {
  /// Sets and moves that fit; those of one word of the key in a row count as one.
  private static var setLimit: Int { 32 }

  private var singles = InlineArray<9, RuleOp?>(repeating: nil)
  private var sets = InlineArray<32, RuleOp>(repeating: .popVLAN)
  private var setCount = 0
  /// Controllers that are told of a TTL that ends: as many as the op says.
  private(set) var informed = InlineArray<8, UInt16>(repeating: 0)
  private(set) var informedCount = 0
  private(set) var final: RuleOp?
  private var finalRank = 0
  private(set) var isEmpty = true

  mutating func clear() { if !isEmpty { self = ActionSet() } }

  /// Adds `op`, or replaces the one of its kind. `false` when there are too many.
  mutating func write(_ op: RuleOp) -> Bool {
    isEmpty = false
    switch ActionSetPlace(op) {
    case .single(let position):
      singles[position] = op
      if case .decrementTTL = op { informedCount = 0 }
    case .inOrder: return append(op)
    case .final(let rank):
      guard final == nil || rank >= finalRank else { break }
      final = op
      finalRank = rank
    case .none: if case .inform(let id) = op { return inform(id) }
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

  private mutating func inform(_ controllerID: UInt16) -> Bool {
    guard informedCount < Self.maximumInformed else { return false }
    informed[informedCount] = controllerID
    informedCount += 1
    return true
  }

  /// How many controllers a set has room for.
  static var maximumInformed: Int { 8 }

  /// Positions for `op(_:)`.
  var opCount: Int { ActionSetPlace.singleCount + setCount + 1 }

  /// What is to be run at `position` of the order, if anything.
  func op(_ position: Int) -> RuleOp? {
    let first = ActionSetPlace.singleCount
    if position < first { return singles[position] }
    return position < first + setCount ? sets[position - first] : final
  }
}

extension [RuleOp] {
  /// The ops in the order in which they are run as an action set: those of a bucket. OpenFlow 1.3.5 section 5.6.1.
  var inActionSetOrder: [RuleOp] {
    var singles = [[RuleOp]](repeating: [], count: ActionSetPlace.singleCount)
    var sets: [RuleOp] = []
    var final: (op: RuleOp, rank: Int)?
    var last = 0
    for op in self {
      // These belong to what they stand behind.
      switch op {
      case .options, .inform: singles[last].append(op)
      default: break
      }
      switch ActionSetPlace(op) {
      case .single(let position):
        singles[position] = [op]
        last = position
      case .inOrder: sets.append(op)
      case .final(let rank): if rank >= final?.rank ?? 0 { final = (op, rank) }
      case .none: break
      }
    }
    guard let final else { return [] }
    return singles.flatMap(\.self) + sets + [final.op]
  }
}
