import Actions
import Classifier
import Match

/// Tables, and the lists of actions of their rules.
extension Translator {
  /// From table `start` on, until no rule says goto; then the action set.
  mutating func run(from start: Int) {
    var next = step(start, isEntry: true)
    while let table = next { next = step(table, isEntry: false) }
    executeActionSet()
  }

  /// Looks up one table and runs the rule found. Returns the table to go on with.
  ///
  /// Counts as a resubmit: a rule goes on to a later table as a rule, but when rules of all tables are modified
  /// at once some may be made to go back, and round and round.
  ///
  /// - Parameter isEntry: whether the frame has only just come to the bridge, which was counted then.
  private mutating func step(_ table: Int, isEntry: Bool) -> Int? {
    guard !hasStopped, let record = state.bridge(bridge) else { return nil }
    if !isEntry {
      guard mayGoOn() else { return nil }
      resubmits += 1
    }
    self.table = table
    let isRefused = isRefusedFragment(by: record)
    if !isRefused, let rule = lookUp(table, in: record) { return run(rule, isNext: !isEntry) }
    traceMiss(table, record, isNext: !isEntry)
    guard !isRefused else {
      because(.fragmentRefused)
      return nil
    }
    switch record.miss(table: table) {
    case .drop:
      because(.noRuleMatched)
      return nil
    case .next: return table + 1 < BridgeRecord.tableCount ? table + 1 : nil
    case .controller:
      if !state.port(ingress).has(PortRecord.Flag.noPacketIn) {
        sendToController(maximumLength: 0xffff, reason: .noMatch, controllerID: 0, meter: 0, rule: nil)
      }
      return nil
    }
  }

  /// Runs a rule that was found. Returns the table that it goes on to.
  private mutating func run(_ rule: Rule, isNext: Bool) -> Int? {
    note(rule)
    if isTracing {
      traceLog.append(.table(UInt8(truncatingIfNeeded: table), TracedRule(rule), isNext: isNext))
    }
    let next = execute(OpList(rule), by: rule)
    traceEnd()
    return next
  }

  @inline(__always)
  mutating func lookUp(_ table: Int, in record: BridgeRecord) -> Rule? {
    isFragment ? lookUpFragment(table, in: record) : ask(table, of: record)
  }

  /// Whether what is left of all lists is to be left out.
  @inline(__always)
  var hasStopped: Bool { hasFailed || hasExited }

  /// Runs a list of actions. Returns the table that it goes on to.
  mutating func execute(_ list: OpList, by rule: Rule?) -> Int? {
    execute(list, from: 0, to: list.count, by: rule)
  }

  private mutating func execute(_ list: OpList, from start: Int, to end: Int, by rule: Rule?) -> Int? {
    var next: Int?
    var i = start
    while i < end, !hasStopped {
      let op = list[i]
      if isTracing || isNoting { trace(op, at: i, by: rule) }
      i += 1
      switch op {
      case .goto(let table): next = Int(table)
      case .writeActionSet(let count):
        for _ in 0..<count where i < end {
          guard actionSet.write(list[i]) else {
            fail(.programTooLong)
            return nil
          }
          i += 1
        }
        noteActionSetOutput()
      case .decrementTTL(let informs) where informs > 0:
        let isAlive = decrementTTL()
        for _ in 0..<informs where i < end {
          if !isAlive, case .inform(let id) = list[i] { inform(controllerID: id, by: rule) }
          i += 1
        }
        guard isAlive else { return nil }
      case .clone(let count):
        clone(list, from: i, to: min(i + Int(count), end), by: rule)
        i += Int(count)
      case .bundle(let algorithm, let hash, let basis, let count, let isLoaded):
        let members = i..<min(i + Int(count), end)
        let port = chooseMember(
          list, from: members.lowerBound, to: members.upperBound, algorithm, hash, basis: basis)
        i = members.upperBound
        if isLoaded { accumulator = UInt128(port) } else { output(member: port) }
      case .pop(let skip): if !popStack() { i += Int(skip) }
      default:
        guard apply(op, by: rule) else { return nil }
      }
    }
    return next
  }

  /// Whether another table may be looked up, or another group or bridge be entered.
  mutating func mayGoOn() -> Bool {
    if depth >= limits.depth {
      fail(.resubmitDepth)
    } else if resubmits >= limits.count {
      fail(.resubmitCount)
    }
    return !hasFailed
  }

  mutating func resubmit(port: UInt16, table: UInt8) {
    guard mayGoOn() else { return }
    let oldTable = self.table
    let oldIngress = key[FlowKey.Word.ingress]
    if port != PortNumber.inPort.rawValue { key[FlowKey.Word.ingress] = FlowKey.ingress(port) }
    resubmits += 1
    let target = table == 255 ? oldTable : Int(table)
    let isRefused = state.bridge(bridge).map { isRefusedFragment(by: $0) } ?? false
    let rule = isRefused ? nil : state.bridge(bridge).flatMap { lookUp(target, in: $0) }
    key[FlowKey.Word.ingress] = oldIngress
    guard let rule else {
      if isTracing { traceLog.append(.miss(UInt8(truncatingIfNeeded: target), .drop, isNext: false)) }
      traceEnd()
      return because(isRefused ? .fragmentRefused : .noRuleMatched, table: target)
    }
    // On to a later table is no deeper: a chain of them ends by itself.
    let descent = target <= oldTable ? 1 : 0
    depth += descent
    self.table = target
    var next = run(rule, isNext: false)
    while let table = next { next = step(table, isEntry: false) }
    depth -= descent
    self.table = oldTable
  }

  /// Runs actions on a copy of the frame and of all that belongs to it, then the copy's action set.
  private mutating func clone(_ list: OpList, from start: Int, to end: Int, by rule: Rule?) {
    guard openScope() else { return }
    copyStack()
    _ = execute(list, from: start, to: end, by: rule)
    executeActionSet()
    closeScope()
  }

  /// Runs what `write_actions` collected. OpenFlow 1.3.5 section 5.10.
  mutating func executeActionSet() {
    guard !actionSet.isEmpty, !hasStopped else { return }
    let set = actionSet
    actionSet.clear()
    guard set.final != nil else { return }
    if isTracing { traceLog.append(.actionSet) }
    for i in 0..<set.opCount where !hasStopped {
      guard let op = set.op(i) else { continue }
      if isTracing || isNoting { trace(op, at: 0, by: nil) }
      guard apply(op, by: nil) else { break }
    }
    traceEnd()
  }
}
