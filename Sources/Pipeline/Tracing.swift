public import Bytes
public import Classifier
public import Match

/// How a translation is looked at: step by step, for live traces, and, when a frame is only tried out, also for what
/// the answer depends on. The code that forwards calls this at its steps; nothing here decides anything.
extension Translator {
  /// Tries out a frame with the fields of `start` on a bridge, as received by `port`, or, with `actions`, as sent by
  /// a packet-out. Nothing is counted or learned; the ops of the answer are to be shown, not to be executed.
  /// - Parameter packet: the frame itself, for what lies behind the headers that a key shows. Without one, nothing
  ///   does.
  public mutating func tryOut(
    _ start: FlowKey, frame packet: Packet? = nil, applying actions: Rule?, on bridge: BridgeIndex,
    from port: PortIndex, in state: ForwardingState
  ) {
    isTracing = true
    isTrial = true
    isNoting = true
    var layout = FrameLayout()
    if let packet { _ = FlowKey.extract(from: packet.bytes, layout: &layout) }
    key.value = start
    takeUpHeaders(of: packet, at: layout.payload)
    if let actions {
      translate(applying: actions, on: bridge, from: port, in: state)
    } else {
      translate(on: bridge, from: port, in: state)
    }
    noteWhatIsAlwaysLookedAt()
    arrived = nil
    isTrial = false
    isNoting = false
    isTracing = false
  }

  /// What was traced last, step by step.
  public var events: [TraceEvent] { traceLog.all }
  /// Whether there were more steps than `events` has.
  public var isTraceCut: Bool { traceLog.isFull }
  /// The bits of the key that the last answer for a frame tried out depends on.
  public var megaflow: FlowKey { dependencies.value }
  /// The fields as they are: those of the frame taken up, and after a translation what has become of them.
  public var fields: FlowKey { key.value }

  /// One word of them.
  @inline(__always)
  public func field(word: Int) -> UInt64 { key[word] }

  /// Whether the frame goes anywhere. Copies for mirrors are no way on.
  public var hasOutput: Bool {
    var isCopy = false
    for i in 0..<opCount {
      switch op(i) {
      case .mirroring(let isOn): isCopy = isOn
      case .output where !isCopy, .controller where !isCopy: return true
      default: continue
      }
    }
    return false
  }

  private typealias W = FlowKey.Word

  // MARK: Steps

  @inline(__always)
  mutating func ask(_ table: Int, of record: BridgeRecord) -> Rule? {
    if isForeseen { return takeForeseen(table, of: record) }
    return isNoting ? askNoting(table, of: record) : record.lookup(table: table, key, lane: lane)
  }

  @inline(never)
  private func askNoting(_ table: Int, of record: BridgeRecord) -> Rule? {
    let rule = record.tryLookup(table: table, key, noting: dependencies)
    guard !isTrial, table < BridgeRecord.tableCount else { return rule }
    noteLookup(table, of: record, rule)
    return rule
  }

  /// Counts a lookup and notes it.
  func noteLookup(_ table: Int, of record: BridgeRecord, _ rule: Rule?) {
    let lookup = record.lookup(table: table, matched: rule != nil, lane: lane)
    lookup.count()
    // Soft rules of a low priority may lead to a rule of a high one.
    let priority = rule.map { record.hasSoftRules(table) ? -1 : Int32($0.priority) } ?? -1
    notes.append(
      lookup, table: ChangeLog.bit(table, of: bridge), changedWords: key.words(differingFrom: start),
      priority: priority)
  }

  /// Begins to note what the answer depends on.
  @inline(never)
  func beginNotes() {
    notes.removeAll()
    dependencies.clear(0, FlowKey.wordCount)
  }

  /// The answer is there: notes what else it depends on.
  func endNotes() {
    if isIndifferent { depend(on: W.ingress, ~0) } else { noteWhatIsAlwaysLookedAt() }
  }

  /// How a frame begins, and which ports carry it; and of fragments rules see no ports.
  private func noteWhatIsAlwaysLookedAt() {
    depend(on: W.ingress, ~0)
    depend(on: W.ethernetDestination, 0xffff)
    depend(on: W.packetType, ~0)
    depend(on: W.ip, 0xff)
  }

  /// Whether the answer is the same for whatever comes in by that port: it was only sent on, and nothing looked at.
  private var isIndifferent: Bool {
    guard opCount == 1, case .output(let port, maximumLength: 0) = op(0), !notes.hasLearned,
      !notes.looksAtFragments, !state.reassembles(source), !state.port(source).has(PortRecord.Flag.typed),
      !state.port(port).has(PortRecord.Flag.packets)
    else { return false }
    for word in 0..<FlowKey.wordCount where word != W.ingress && dependencies[word] != 0 { return false }
    return true
  }

  /// Notes that the innermost open step ends.
  @inline(__always)
  func traceEnd() { if isTracing { traceLog.append(.end) } }

  func traceMiss(_ table: Int, _ record: BridgeRecord, isNext: Bool) {
    guard isTracing else { return }
    traceLog.append(.miss(UInt8(truncatingIfNeeded: table), record.miss(table: table), isNext: isNext))
    traceLog.append(.end)
  }

  /// Notes that `op`, at that place of its list, is about to be carried out.
  func trace(_ op: RuleOp, at place: Int, by rule: Rule?) {
    if isTracing { traceLog.append(rule == nil ? .looseOp(op) : .op(UInt32(truncatingIfNeeded: place))) }
    if isNoting { noteDependencies(of: op) }
  }
}

// MARK: - What an answer depends on

/// Every bit of the key that is read before it was written has to be noted, and every bit that is written: whether
/// the frame has to be changed depends on what it was. Bits read after they were written follow from those.
extension Translator {
  private func depend(on word: Int, _ bits: UInt64) { dependencies[word] |= bits }

  private func dependOnEverything() {
    for word in 0..<FlowKey.wordCount { dependencies[word] = ~0 }
  }

  private func noteDependencies(of op: RuleOp) {
    switch op {
    case .normal: noteDependenciesOfNormal()
    case .outputField(let word, let shift, let mask): depend(on: Int(word), mask << UInt64(shift))
    case .set(_, let mask, let word): depend(on: Int(word), Int(word) == W.vlan ? ~0 : mask)
    case .move(let fromWord, let fromShift, let toWord, let toShift, let bits):
      depend(on: Int(fromWord), Self.ones(bits) << UInt64(fromShift))
      depend(on: Int(toWord), Int(toWord) == W.vlan ? ~0 : Self.ones(bits) << UInt64(toShift))
    case .collect(let word, let shift, let bits), .distribute(let word, let shift, let bits):
      depend(on: Int(word), Int(word) == W.vlan ? ~0 : Self.ones(bits) << UInt64(shift))
    case .setVLAN, .pushVLAN, .popVLAN: depend(on: W.vlan, ~0)
    case .setTransport(_, let isSource):
      depend(on: W.ethernetDestination, 0xffff)
      depend(on: W.ip, 0xff << 24 | 0xff)
      depend(on: W.transport, 0xffff << (isSource ? 48 : 32))
    case .setIPv4(_, let mask):
      depend(on: W.ethernetDestination, 0xffff)
      depend(on: W.ipv4, mask)
    case .decrementTTL:
      depend(on: W.ethernetDestination, 0xffff)
      depend(on: W.ip, 0xff << 8)
    case .learn(let plan):
      plan.forEachSource { depend(on: Int($0.word), $0.mask) }
      notes.refuse()
    case .multipath, .bundle: dependOnEverything()
    // FIN and RST say what becomes of the connection, not of the frame.
    case .shortenTimeouts:
      depend(on: W.ethernetDestination, 0xffff)
      depend(on: W.ip, 0xff << 24)
    default:
      guard !op.looksAtNoField else { break }
      // What lies behind the headers that a key shows may be different.
      dependOnEverything()
      notes.refuse()
    }
  }

  private func noteDependenciesOfNormal() {
    depend(on: W.vlan, ~0)
    depend(on: W.ethernetSource, ~0xffff)
    depend(on: W.ethernetDestination, ~0)
    // Gratuitous ARP is learned otherwise.
    if key[W.ethernetDestination] & 0xffff == 0x0806 {
      depend(on: W.ip, 0xffff << 24)
      depend(on: W.ipv4, ~0)
    }
  }

  /// The VLAN decides whether there is a copy, and with which tags; the destination, whether it goes into a VLAN.
  func noteDependenciesOfMirrors() {
    depend(on: W.vlan, ~0)
    depend(on: W.ethernetDestination, ~0xffff)
  }

  func noteDependencies(ofSelectionIn group: GroupRecord) {
    switch group.selection {
    case .fields:
      for i in 0..<group.hashWordCount {
        let part = group.hashWord(i)
        depend(on: part.word, part.bits)
      }
    case .connection:
      let type = key[W.ethernetDestination] & 0xffff
      depend(on: W.ethernetDestination, 0xffff)
      guard type == 0x0800 || type == 0x86dd else {
        depend(on: W.ethernetDestination, ~0)
        return depend(on: W.ethernetSource, ~0xffff)
      }
      depend(on: W.ip, 0xff << 24 | 0xff)
      depend(on: W.transport, 0xffff_ffff << 32)
      let words = type == 0x0800 ? W.ipv4..<(W.ipv4 + 1) : W.ipv6Source..<(W.ipv6Destination + 2)
      for word in words { depend(on: word, ~0) }
    }
  }
}

extension RuleOp {
  /// Whether what the op does is the same for all frames that came in by the same port, but for what it then does
  /// to the frame.
  fileprivate var looksAtNoField: Bool {
    switch self {
    case .output, .inPort, .flood, .all, .controller, .packetIn, .pause, .push, .pop, .group, .meter, .clone,
      .exit,
      .resubmit, .goto, .inform, .clearActionSet, .writeActionSet, .sample:
      true
    default: false
    }
  }
}
