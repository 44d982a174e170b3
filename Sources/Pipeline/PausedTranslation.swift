import Classifier
public import Match

/// What is left to be done with a frame that a rule paused: `controller(pause)`.
///
/// It holds copies of the ops, not rules: what becomes of the rules while the frame waits is no concern of it, as in
/// Open vSwitch. The frame itself goes to the controller, and comes back from there.
public final class PausedTranslation: Sendable {
  /// What is left of one list of actions.
  struct List: Sendable {
    /// Who sends what the list sends to controllers.
    enum Origin: Sendable {
      case rule(id: UInt32, sequence: UInt64)
      case cookie(UInt64)
      case none
    }

    var table: UInt8
    var origin: Origin
    var ops: [RuleOp]
  }

  /// Ops in all lists at most.
  static var maximumOps: Int { 4096 }

  public let bridge: BridgeIndex
  /// The innermost one first.
  let lists: [List]
  let actionSet: ActionSet
  /// The values of `push`, the last one on top.
  let stack: [UInt128]
  /// The mirrors of the bridge that have had their copy.
  let mirrored: UInt32
  /// Whether the frame has an Ethernet header.
  public let isEthernet: Bool
  /// The type of a frame without one.
  public let networkType: UInt16
  /// Kept for the ops.
  private let templates: [any RuleTemplate]

  init(
    bridge: BridgeIndex, lists: [List], actionSet: ActionSet, stack: [UInt128], mirrored: UInt32,
    isEthernet: Bool, networkType: UInt16
  ) {
    self.bridge = bridge
    self.lists = lists
    self.actionSet = actionSet
    self.stack = stack
    self.mirrored = mirrored
    self.isEthernet = isEthernet
    self.networkType = networkType
    let ops = lists.flatMap(\.ops) + (0..<actionSet.opCount).compactMap { actionSet.op($0) }
    templates = ops.compactMap(\.template)
  }

  /// The rules that send what the lists send to controllers; `nil` for those that are none.
  public var rules: [(id: UInt32, sequence: UInt64)?] {
    lists.map { list in
      guard case .rule(let id, let sequence) = list.origin else { return nil }
      return (id, sequence)
    }
  }
}

extension RuleOp {
  /// What the op has a handle of.
  fileprivate var template: (any RuleTemplate)? {
    switch self {
    case .learn(let plan): plan.template
    case .packetIn(let plan), .pause(let plan): plan.template
    default: nil
    }
  }
}

/// A paused translation that goes on, with its lists as programs that workers read.
///
/// Made on the control thread, which frees it (`deallocate`) when the frame is through.
public struct ResumedTranslation: Sendable {
  struct List: Sendable {
    var program: Rule
    var cookie: UInt64?
  }

  let paused: PausedTranslation
  let lists: [List]
  /// The ingress port, the registers and what else does not come from the frame.
  let metadata: FlowKey

  /// - Parameters:
  ///   - cookies: those of `paused.rules`, as they were when the frame was paused; `nil` where a rule was gone.
  ///   - metadata: of its words those count that do not come from a frame.
  public init(_ paused: PausedTranslation, cookies: [UInt64?], metadata: FlowKey) {
    self.paused = paused
    self.metadata = metadata
    lists = zip(paused.lists, cookies).map { list, cookie in
      let program = Rule.allocate(
        table: list.table, priority: 0, sequence: 0, words: [], hash: 0, program: list.ops, now: 0, id: .max)
      guard case .cookie(let known) = list.origin else { return List(program: program, cookie: cookie) }
      return List(program: program, cookie: known)
    }
  }

  /// Where the frame goes on.
  public var bridge: BridgeIndex { paused.bridge }
  /// The OpenFlow number of the port that it counts as received on.
  public var inPort: UInt16 { UInt16(truncatingIfNeeded: metadata.words[FlowKey.Word.ingress] >> 48) }
  /// The type of a frame without an Ethernet header.
  public var typeWithoutEthernet: UInt16? { paused.isEthernet ? nil : paused.networkType }

  /// Frees the programs. Not to be used afterwards.
  public func deallocate() { for list in lists { list.program.deallocate() } }
}
