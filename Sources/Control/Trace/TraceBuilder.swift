import Match
import Pipeline

/// What a trace needs to know of the switch to be put into words.
struct TraceNames {
  /// A rule as a trace shows it.
  struct Rule {
    var match: String
    var priority: UInt16
    var cookie: UInt64
    var actions: [TracedAction]
    var remark: String?
  }

  var bridge: (BridgeIndex) -> String
  /// `nil` when the rule is gone.
  var rule: (TracedRule, BridgeIndex) -> Rule?
  var port: (PortIndex) -> String
  /// By the number that it has on its bridge.
  var mirror: (UInt8, BridgeIndex) -> String
  /// Names of a bridge's ports, as far as they are to be shown.
  var ports: (BridgeIndex) -> PortNaming
  /// The actions of a packet-out.
  var packetOut: [TracedAction] = []
}

/// An action and where its ops begin in the program of its rule.
struct TracedAction: Equatable {
  var start: Int
  var text: String
  var hasNoOps = false
}

/// Puts the events of a translation together to steps that people can read.
struct TraceBuilder {
  private let names: TraceNames
  /// Nodes that are open, the outermost first.
  private var open: [OpenNode] = []
  private var finished: [TraceNode] = []

  private struct OpenNode {
    var node: TraceNode
    var bridge: BridgeIndex
    var isNext = false
    /// Of the rule that is carried out here, those that have not been shown.
    var actions: ArraySlice<TracedAction> = []
  }

  static func nodes(of events: [TraceEvent], _ names: TraceNames) -> [TraceNode] {
    var builder = TraceBuilder(names: names)
    for event in events { builder.add(event) }
    while !builder.open.isEmpty { builder.close() }
    return builder.finished
  }

  private init(names: TraceNames) { self.names = names }

  private var bridge: BridgeIndex { open.last?.bridge ?? BridgeIndex(rawValue: .max) }

  private mutating func add(_ event: TraceEvent) {
    switch event {
    case .bridge(let index, _):
      begin(.bridge(names.bridge(index)), on: index, actions: open.isEmpty ? names.packetOut[...] : [])
    case .table(let number, let rule, let isNext): beginTable(number, rule, isNext: isNext)
    case .miss(let number, let miss, let isNext):
      begin(.table(.init(number: number, match: nil, isNext: isNext)), on: bridge, isNext: isNext)
      switch miss {
      case .drop: append(.action("drop"))
      case .controller: append(.action("CONTROLLER:65535"))
      case .next: append(.detail("the next table decides"))
      }
    case .actionSet: begin(.heading("Executing action set"), on: bridge)
    case .bucket(let id): begin(.bucket("\(id)"), on: bridge)
    case .op(let place): show(upTo: Int(place))
    case .looseOp(let op): append(.action(RuleOpText.text(of: op, names: names.ports(bridge))))
    case .remark(let remark): append(kind(of: remark))
    case .putAside(let start, let end): showPutAside(Int(start)..<Int(end))
    case .reason(let reason): if let kind = Self.kind(of: reason) { append(kind) }
    case .end: close()
    }
  }

  // MARK: Nodes

  private mutating func begin(
    _ kind: TraceNode.Kind, on bridge: BridgeIndex, isNext: Bool = false,
    actions: ArraySlice<TracedAction> = []
  ) {
    open.append(OpenNode(node: TraceNode(kind), bridge: bridge, isNext: isNext, actions: actions))
  }

  private mutating func beginTable(_ number: UInt8, _ rule: TracedRule, isNext: Bool) {
    guard let known = names.rule(rule, bridge) else {
      let table = TraceNode.Table(
        number: number, match: "", isNext: isNext, remark: "a rule that is gone meanwhile")
      return begin(.table(table), on: bridge, isNext: isNext)
    }
    let table = TraceNode.Table(
      number: number, match: known.match, priority: known.priority, cookie: known.cookie, isNext: isNext,
      remark: known.remark)
    begin(.table(table), on: bridge, isNext: isNext, actions: known.actions[...])
    if known.actions.isEmpty { append(.action("drop")) }
  }

  private mutating func append(_ kind: TraceNode.Kind) {
    guard !open.isEmpty else { return finished.append(TraceNode(kind)) }
    open[open.count - 1].node.children.append(TraceNode(kind))
  }

  /// Shows the actions of the rule at hand up to the one that has the op at `place`.
  private mutating func show(upTo place: Int) {
    while let action = open.last?.actions.first, action.start <= place {
      append(.action(action.text))
      open[open.count - 1].actions.removeFirst()
    }
  }

  /// Shows the actions that begin at these places as what is done when the frame comes back. Nothing else of the rule
  /// is done.
  private mutating func showPutAside(_ places: Range<Int>) {
    guard let actions = open.last?.actions else { return }
    for action in actions where places.contains(action.start) {
      append(.detail("when resumed: \(action.text)"))
    }
    open[open.count - 1].actions.removeAll { places.contains($0.start) }
  }

  /// Shows actions without ops behind the last one that was carried out, unless that one ended the list.
  private mutating func showRest() {
    guard let node = open.last, let last = node.actions.last, node.actions.allSatisfy(\.hasNoOps) else {
      return
    }
    switch node.node.children.last?.kind {
    case .warning?, .error?, .action("exit")?: return
    default: show(upTo: last.start)
    }
  }

  private mutating func close() {
    showRest()
    guard let last = open.popLast() else { return }
    let node = last.node
    guard !open.isEmpty else { return finished.append(node) }
    let parent = open.count - 1
    var isOfFirstTable = last.isNext
    if case .heading = node.kind { isOfFirstTable = true }
    if isOfFirstTable, let table = open[parent].node.children.lastIndex(where: \.isTable) {
      if case .heading = node.kind {
        open[parent].node.children[table].children.append(node)
      } else {
        open[parent].node.children[table].appendNext(node)
      }
    } else {
      open[parent].node.children.append(node)
    }
  }

  // MARK: Words

  private func kind(of remark: TraceRemark) -> TraceNode.Kind {
    switch remark {
    case .unknownSamplingPort(let number):
      .warning("can't use unknown port \(PortNumber(rawValue: number)) in flow sample action")
    case .paused: .detail("paused until a controller resumes it")
    case .learnsNothing: .warning("suppressing side effects, so learn action ignored")
    case .floodsUnknown: .detail("no learned MAC for destination, flooding")
    case .floodsGroup: .detail("multicast or broadcast destination, flooding")
    case .forwardsTo(let port): .detail("forwarding to learned port \(names.port(port))")
    case .outputNumber(let number): .detail("output port is \(PortNumber(rawValue: number))")
    case .mirrors(let number): .detail("mirror \(names.mirror(number, bridge)): a copy")
    case .mirrorsNothing(let port):
      .detail("no mirror gets a copy: \(names.port(port)) does not carry its VLAN")
    case .usesBucket(let id): .detail("using bucket \(id)")
    }
  }

  /// `nil` for a reason that its step shows already.
  private static func kind(of reason: DropReason) -> TraceNode.Kind? {
    switch reason {
    case .noRuleMatched, .ruleDrops, .floodHasNoPort: nil
    case .groupHasNoLiveBucket: .detail("no live bucket")
    case .outputIsIngress: .warning("skipping output to input port")
    case .noSuchPort: .warning("Nonexistent output port")
    case .resubmitDepth: .error("over max translation depth")
    case .resubmitCount: .error("over max resubmits")
    case .programTooLong, .stackTooDeep: .error(reason.explanation)
    default: .warning(reason.explanation)
    }
  }
}

extension TraceNode {
  fileprivate var isTable: Bool { if case .table = kind { true } else { false } }
  private var isNext: Bool { if case .table(let table) = kind { table.isNext } else { false } }

  /// Adds a table to which the last one of the chain that begins here sent the frame on.
  fileprivate mutating func appendNext(_ node: TraceNode) {
    if let last = children.indices.last, children[last].isNext {
      children[last].appendNext(node)
    } else {
      children.append(node)
    }
  }
}
