import Actions
public import Classifier
public import Match

/// Runs a frame's key through the flow tables and says what is to be done with the frame.
///
/// The answer is a flat program of `FrameOp`s, the rules that took part, and, in case nothing leaves, the
/// reason. The translator itself touches neither frame nor FDB, so that the same code can forward, trace and
/// try out.
///
/// Header fields are written lazily: actions change `key`; when a copy leaves, the ops that bring the frame
/// from `frame` (what it looks like at that point) to `key` come before the output. So restoring a key is all
/// it takes to undo changes, for example behind a patch port, and dead writes cost nothing.
///
/// # Memory
/// Keys, ops and rules lie in arrays allocated once by `init` and freed by `deinit`; every append checks the
/// capacity, and a program that would not fit ends with `programTooLong`.
@safe public struct Translator: ~Copyable {
  static var maximumOps: Int { 4096 }
  static var maximumResubmits: Int { 4096 }
  static var maximumDepth: Int { 64 }
  static var maximumSnapshots: Int { 64 }

  /// What the current lookup sees.
  let key: KeyReference
  /// What the frame looks like after the ops so far.
  let frame: KeyReference
  private let ops: UnsafeMutablePointer<FrameOp>
  private let rules: UnsafeMutablePointer<Rule>
  /// The key as it was when the frame was sent to controllers, each time that it was.
  private let snapshots: UnsafeMutablePointer<FlowKey>
  private var snapshotCount = 0
  /// Ops of the answer.
  public private(set) var opCount = 0
  /// Rules that took part, in order, as often as they did.
  public private(set) var ruleCount = 0
  /// Why nothing leaves, if nothing does.
  public private(set) var dropReason = DropReason.ruleDrops

  var bridge: BridgeIndex
  /// The port that the frame came in by, at the current bridge.
  var ingress: PortIndex
  var table = 0
  var actionSet = ActionSet()
  private var depth = 0
  private var resubmits = 0
  /// The key's tags, and those of the frame after the ops so far.
  private(set) var tags = VLANTags(0)
  private(set) var frameTags = VLANTags(0)
  private var isDirty = false
  private var hasFailed = false

  public init() {
    key = .allocate()
    frame = .allocate()
    unsafe ops = .allocate(capacity: Self.maximumOps)
    unsafe rules = .allocate(capacity: Self.maximumResubmits + 256)
    unsafe snapshots = .allocate(capacity: Self.maximumSnapshots)
    bridge = BridgeIndex(rawValue: 0)
    ingress = .none
  }

  deinit {
    key.deallocate()
    frame.deallocate()
    unsafe ops.deallocate()
    unsafe rules.deallocate()
    unsafe snapshots.deallocate()
  }

  /// The op at `index` of the answer.
  public func op(_ index: Int) -> FrameOp {
    precondition(index < opCount, "an op behind the last one")
    return unsafe ops[index]
  }

  /// The rule at `index` of those that took part.
  public func rule(_ index: Int) -> Rule {
    precondition(index < ruleCount, "a rule behind the last one")
    return unsafe rules[index]
  }

  /// The key that goes with an op that sends the frame to controllers.
  public func snapshot(_ index: UInt8) -> FlowKey {
    precondition(Int(index) < snapshotCount, "a snapshot behind the last one")
    return unsafe snapshots[Int(index)]
  }

  // MARK: Entry points

  /// Takes up a frame that came in with the OpenFlow port number `inPort`. `false` when it is malformed.
  public mutating func begin(
    _ bytes: borrowing RawSpan, inPort: UInt16, layout: inout FrameLayout
  ) -> Bool {
    guard key.fill(from: bytes, layout: &layout) else { return false }
    key[FlowKey.Word.ingress] = FlowKey.ingress(inPort)
    return true
  }

  /// Translates what was taken up, as received by `port`.
  public mutating func translate(from port: PortIndex, in state: borrowing ForwardingState) {
    reset(bridge: state.port(port).bridge, from: port)
    run(from: 0, state)
  }

  /// Translates what was taken up, to which the program of `actions` is to be applied: a packet-out.
  public mutating func translate(
    applying actions: Rule, on bridge: BridgeIndex, from port: PortIndex, in state: borrowing ForwardingState
  ) {
    reset(bridge: bridge, from: port)
    if let next = execute(actions, state) { run(from: next, state) } else { executeActionSet(state) }
  }

  private mutating func reset(bridge: BridgeIndex, from port: PortIndex) {
    frame.copy(key)
    tags = VLANTags(key[FlowKey.Word.vlan])
    frameTags = tags
    opCount = 0
    ruleCount = 0
    snapshotCount = 0
    dropReason = .ruleDrops
    depth = 0
    resubmits = 0
    isDirty = false
    hasFailed = false
    enter(bridge, from: port)
  }

  /// Starts at table 0 of `bridge` with an empty action set.
  mutating func enter(_ bridge: BridgeIndex, from port: PortIndex) {
    self.bridge = bridge
    ingress = port
    table = 0
    actionSet.clear()
  }

  // MARK: Tables

  /// From table `start` on, until no rule says goto; then the action set.
  mutating func run(from start: Int, _ state: borrowing ForwardingState) {
    var next: Int? = start
    while let table = next { next = step(table, state) }
    executeActionSet(state)
  }

  /// Looks up one table and runs the rule found. Returns the table to go on with.
  ///
  /// Counts as a resubmit: a rule goes on to a later table as a rule, but when rules of all tables are modified
  /// at once some may be made to go back, and round and round.
  private mutating func step(_ table: Int, _ state: borrowing ForwardingState) -> Int? {
    guard let record = state.bridge(bridge) else { return nil }
    guard resubmits < Self.maximumResubmits else {
      fail(.resubmitCount)
      return nil
    }
    resubmits += 1
    self.table = table
    if let rule = record.lookup(table: table, key) {
      note(rule)
      return execute(rule, state)
    }
    switch record.miss(table: table) {
    case .drop:
      because(.noRuleMatched)
      return nil
    case .next: return table + 1 < BridgeRecord.tableCount ? table + 1 : nil
    case .controller:
      if !state.port(ingress).has(PortRecord.Flag.noPacketIn) {
        sendToController(maximumLength: 0xffff, reason: .noMatch, controllerID: 0, rule: nil)
      }
      return nil
    }
  }

  private mutating func note(_ rule: Rule) {
    guard ruleCount < Self.maximumResubmits + 256 else { return }
    unsafe (rules + ruleCount).initialize(to: rule)
    ruleCount += 1
  }

  /// Runs a rule's program. Returns the table that it goes on to.
  private mutating func execute(_ rule: Rule, _ state: borrowing ForwardingState) -> Int? {
    var next: Int?
    var i = 0
    while i < rule.programCount, !hasFailed {
      let op = rule.op(i, as: RuleOp.self)
      i += 1
      switch op {
      case .goto(let table): next = Int(table)
      case .writeActionSet(let count):
        for _ in 0..<Int(count) where i < rule.programCount {
          guard actionSet.write(rule.op(i, as: RuleOp.self)) else {
            fail(.programTooLong)
            return nil
          }
          i += 1
        }
      case .resubmit(let port, let table): resubmit(port: port, table: table, state)
      default:
        guard apply(op, by: rule, state) else { return nil }
      }
    }
    return next
  }

  private mutating func resubmit(port: UInt16, table: UInt8, _ state: borrowing ForwardingState) {
    guard depth < Self.maximumDepth else { return fail(.resubmitDepth) }
    guard resubmits < Self.maximumResubmits else { return fail(.resubmitCount) }
    let oldTable = self.table
    let oldIngress = key[FlowKey.Word.ingress]
    if port != PortNumber.inPort.rawValue { key[FlowKey.Word.ingress] = FlowKey.ingress(port) }
    depth += 1
    resubmits += 1
    let target = table == 255 ? oldTable : Int(table)
    let rule = state.bridge(bridge)?.lookup(table: target, key)
    key[FlowKey.Word.ingress] = oldIngress
    if let rule {
      self.table = target
      note(rule)
      var next = execute(rule, state)
      while let table = next { next = step(table, state) }
    } else {
      because(.noRuleMatched)
    }
    depth -= 1
    self.table = oldTable
  }

  private mutating func executeActionSet(_ state: borrowing ForwardingState) {
    guard !actionSet.isEmpty, !hasFailed else { return }
    let set = actionSet
    actionSet.clear()
    for i in 0..<set.opCount {
      guard let op = set.op(i) else { continue }
      if case .resubmit(let port, let table) = op { return resubmit(port: port, table: table, state) }
      guard apply(op, by: nil, state) else { return }
    }
  }

  // MARK: Actions

  /// Runs one op that needs no other. `false` when the rest of the list is to be left out.
  private mutating func apply(_ op: RuleOp, by rule: Rule?, _ state: borrowing ForwardingState) -> Bool {
    switch op {
    case .output(let port, let length): output(number: port, maximumLength: length, state)
    case .inPort(let length): outputToIngress(maximumLength: length, state)
    case .normal: forwardNormally(state)
    case .flood: outputToAll(except: PortRecord.Flag.noFlood, state)
    case .all: outputToAll(except: 0, state)
    case .controller(let length, let reason, let id):
      sendToController(maximumLength: length, reason: reason, controllerID: id, rule: rule)
    case .outputField(let word, let shift, let mask):
      let number = key[Int(word)] >> UInt64(shift) & mask
      output(number: UInt16(truncatingIfNeeded: number), maximumLength: 0, state)
    case .set(let value, let mask, let word): set(value, mask: mask, word: Int(word))
    case .move(let fromWord, let fromShift, let toWord, let toShift, let bits):
      let mask: UInt64 = bits == 64 ? ~0 : (1 << UInt64(bits)) - 1
      let value = key[Int(fromWord)] >> UInt64(fromShift) & mask
      set(value << UInt64(toShift), mask: mask << UInt64(toShift), word: Int(toWord))
    case .setVLAN(let value, let mask, let ifTagged):
      var tags = tags
      if tags.hasTag {
        tags.outer = tags.outer & ~UInt32(mask) | UInt32(value)
      } else if !ifTagged {
        tags.push(VLANTags.tag(tpid: 0x8100, tci: value))
      }
      setTags(tags)
    case .pushVLAN(let tpid):
      guard !tags.isFull else {
        because(.headroomExhausted)
        return false
      }
      var tags = tags
      tags.push(VLANTags.tag(tpid: tpid, tci: 0))
      setTags(tags)
    case .popVLAN:
      var tags = tags
      tags.pop()
      setTags(tags)
    case .setTransport(let port, let isSource):
      guard hasPorts else { break }
      let shift: UInt64 = isSource ? 48 : 32
      set(UInt64(port) << shift, mask: 0xffff << shift, word: FlowKey.Word.transport)
    case .setIPv4(let value, let mask):
      guard key[FlowKey.Word.ethernetDestination] & 0xffff == 0x0800 else { break }
      set(value, mask: mask, word: FlowKey.Word.ipv4)
    case .decrementTTL: return decrementTTL()
    case .clearActionSet: actionSet.clear()
    case .goto, .resubmit, .writeActionSet: break
    }
    return true
  }

  private mutating func set(_ value: UInt64, mask: UInt64, word: Int) {
    guard word != FlowKey.Word.vlan else {
      var tags = tags
      let hadTag = tags.hasTag
      tags.word = tags.word & ~mask | value & mask
      tags.normalise(hadTag: hadTag)
      return setTags(tags)
    }
    key[word] = key[word] & ~mask | value & mask
    isDirty = true
  }

  mutating func setTags(_ tags: VLANTags) {
    self.tags = tags
    key[FlowKey.Word.vlan] = tags.word
    isDirty = true
  }

  private var isIP: Bool {
    let type = key[FlowKey.Word.ethernetDestination] & 0xffff
    return type == 0x0800 || type == 0x86dd
  }

  /// Whether the frame has a TCP, UDP or SCTP header that was read.
  private var hasPorts: Bool {
    let ip = key[FlowKey.Word.ip]
    let proto = ip >> 24 & 0xff
    return isIP && ip & FlowKey.Fragment.later == 0 && (proto == 6 || proto == 17 || proto == 132)
  }

  /// A TTL of 0 or 1 ends the list: RFC 1812, section 5.3.1.
  private mutating func decrementTTL() -> Bool {
    guard isIP else { return true }
    let ttl = key[FlowKey.Word.ip] >> 8 & 0xff
    guard ttl > 1 else {
      because(.ttlExpired)
      return false
    }
    set((ttl - 1) << 8, mask: 0xff << 8, word: FlowKey.Word.ip)
    return true
  }

  // MARK: The answer

  /// Notes why the frame was not sent somewhere. The last reason stands if nothing leaves.
  mutating func because(_ reason: DropReason) { if !hasFailed { dropReason = reason } }

  /// Gives up the whole frame: nothing leaves, whatever was decided so far.
  private mutating func fail(_ reason: DropReason) {
    because(reason)
    hasFailed = true
    opCount = 0
  }

  mutating func emit(_ op: FrameOp) {
    guard !hasFailed else { return }
    guard opCount < Self.maximumOps else { return fail(.programTooLong) }
    unsafe (ops + opCount).initialize(to: op)
    opCount += 1
  }

  /// Emits the output of the frame as `key` describes it.
  mutating func emitOutput(_ port: PortIndex, maximumLength: UInt32) {
    commit()
    emit(.output(port: port, maximumLength: maximumLength))
  }

  private mutating func sendToController(
    maximumLength: UInt16, reason: PacketInReason, controllerID: UInt16, rule: Rule?
  ) {
    commit()
    guard snapshotCount < Self.maximumSnapshots else { return fail(.programTooLong) }
    unsafe (snapshots + snapshotCount).initialize(to: key.value)
    emit(
      .controller(
        bridge: bridge, table: UInt8(truncatingIfNeeded: table), snapshot: UInt8(snapshotCount),
        maximumLength: maximumLength, reason: reason, controllerID: controllerID, rule: rule?.id ?? .max))
    snapshotCount += 1
  }

  /// Brings the frame to what the key says.
  private mutating func commit() {
    guard isDirty else { return }
    isDirty = false
    commitTags()
    commit(FlowKey.Word.firstOfFrame, FlowKey.Word.firstCold)
    if key.hasColdWords { commit(FlowKey.Word.firstColdOfFrame, FlowKey.wordCount) }
  }

  /// Brings the words from `start` up to, but not including `end`, of the frame to what the key says.
  private mutating func commit(_ start: Int, _ end: Int) {
    for word in start..<end where word != FlowKey.Word.vlan {
      let difference = frame[word] ^ key[word]
      guard difference != 0 else { continue }
      emit(.set(value: key[word], mask: difference, word: UInt8(word)))
      frame[word] = key[word]
    }
  }

  /// Pops what is not to stay, then pushes what is new; a pop with a push behind it replaces the tag.
  private mutating func commitTags() {
    guard frameTags != tags else { return }
    var pops = frameTags.popCount(towards: tags)
    var pushes = tags.count - (frameTags.count - pops)
    if pops > 0, pushes > 0 {
      pops -= 1
      pushes -= 1
      for _ in 0..<pops { emit(.popTag) }
      emit(.setTag(tags.tag(at: pushes)))
    } else {
      for _ in 0..<pops { emit(.popTag) }
    }
    while pushes > 0 {
      pushes -= 1
      emit(.pushTag(tags.tag(at: pushes)))
    }
    frameTags = tags
  }

  /// The frame as it is now and where it stands, to come back to.
  struct Place {
    var key: FlowKey
    var tags: VLANTags
    var bridge: BridgeIndex
    var ingress: PortIndex
    var table: Int
    var actionSet: ActionSet
  }

  var place: Place {
    Place(
      key: key.value, tags: tags, bridge: bridge, ingress: ingress, table: table, actionSet: actionSet)
  }

  mutating func goBack(to place: Place) {
    key.value = place.key
    tags = place.tags
    isDirty = true
    bridge = place.bridge
    ingress = place.ingress
    table = place.table
    actionSet = place.actionSet
  }

  /// Enters another bridge unless the frame already went through too many.
  mutating func descend() -> Bool {
    guard depth < Self.maximumDepth, resubmits < Self.maximumResubmits else {
      fail(.resubmitDepth)
      return false
    }
    depth += 1
    resubmits += 1
    return true
  }

  mutating func ascend() { depth -= 1 }
}
