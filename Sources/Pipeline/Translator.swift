import Actions
public import Bytes
public import Classifier
import Match

/// Runs a frame's key through the flow tables and says what is to be done with the frame.
///
/// The answer is a flat program of `FrameOp`s, the rules, groups and buckets that took part, and, in case nothing
/// leaves, the reason. The translator itself touches neither frame nor FDB, so that the same code can forward,
/// trace and try out.
///
/// Header fields are written lazily: actions change `key`; when a copy leaves, the ops that bring the frame
/// from `frame` (what it looks like at that point) to `key` come before the output. So restoring a key is all
/// it takes to undo changes, for example behind a patch port, and dead writes cost nothing. What cannot be undone
/// so is done to a copy (`Scopes.swift`).
///
/// # Memory
/// Everything that is not of fixed size lies in arrays allocated once by `init` and freed by `deinit`; every
/// append checks the capacity, and a program that would not fit ends with `programTooLong`.
@safe public struct Translator: ~Copyable {
  static var maximumOps: Int { 4096 }
  static var maximumRules: Int { 8192 }
  static var maximumSnapshots: Int { 64 }
  static var maximumStack: Int { 8192 }
  public static var maximumScopes: Int { 1024 }
  static var maximumPendingRules: Int { 256 }

  /// Where frames can go. Workers get it for the time of one batch.
  var state = ForwardingState.empty
  /// What the current lookup sees.
  let key: KeyReference
  /// What the frame looks like after the ops so far.
  let frame: KeyReference
  let ops: UnsafeMutablePointer<FrameOp>
  let rules: UnsafeMutablePointer<Rule>
  /// How many bytes more than arrived each of them counts.
  let ruleBytes: UnsafeMutablePointer<Int32>
  let traffics: UnsafeMutablePointer<TrafficCounter>
  /// The key as it was when the frame was sent to controllers, each time that it was.
  let snapshots: UnsafeMutablePointer<Snapshot>
  var snapshotCount = 0
  /// Ops of the answer.
  public internal(set) var opCount = 0
  /// Rules that took part, in order, as often as they did.
  public private(set) var ruleCount = 0
  /// Groups and buckets that took part, as often as they did.
  private(set) var trafficCount = 0
  /// Why nothing leaves, if nothing does.
  public var dropReason: DropReason { noted.reason }

  var bridge: BridgeIndex
  /// The port that the frame came in by, before any patch.
  private(set) var source = PortIndex.none
  /// The port that the frame came in by, at the current bridge.
  var ingress: PortIndex
  var table = 0
  private let actionSetPlace = Heaped(ActionSet())
  var actionSet: ActionSet {
    @inline(__always) _read { yield actionSetPlace.value }
    @inline(__always) _modify { yield &actionSetPlace.value }
  }
  /// Of the bridge that the frame came in by.
  var limits = ResubmitLimits()
  var depth = 0
  var resubmits = 0

  /// Values that `push` put there, one after the other. Those below `stackBase` belong to other bridges.
  let stack: UnsafeMutablePointer<UInt128>
  var stackBase = 0
  var stackCount = 0
  /// On its way from a field to the stack, or back.
  var accumulator: UInt128 = 0
  /// Whether parts of a field have been put there since the last push.
  var isCollecting = false
  /// Where to come back to when the scopes that are open end.
  let places: UnsafeMutablePointer<Place>
  var scopeCount = 0
  /// Whether the frame was changed, since the innermost scope was opened, in a way that later ops cannot undo.
  var isIrreversible = false

  /// Whether frames have rules learned. Without, the translation has no effects.
  public var learns = false
  /// Monotonic milliseconds.
  public var now: UInt64 = 0
  /// Which worker it belongs to: where its lookups are counted.
  public var lane = 0
  /// The match of a rule that is to be learned.
  let learned: KeyReference
  /// The rules that the frame asked for.
  let pending: UnsafeMutablePointer<PendingRule>
  public internal(set) var pendingCount = 0
  /// What the first table says to frames of this batch.
  let foreseen: BatchAnswers
  /// The place of the frame whose next lookup is the one that was made ahead; -1 for none.
  var ahead = -1
  /// Whether a meter may have given the frame another DSCP than the key has.
  var mayBeRemarked = false

  /// The key's tags, and those of the frame after the ops so far.
  var tags = VLANTags(0)
  var frameTags = VLANTags(0)
  /// The frame as it arrived: its bytes do not change while it is translated.
  var arrived: Packet?
  var layers = HeaderLayers()
  var lengthChange = LengthChange()
  var hidden = HiddenFrames()
  var isDirty = false
  private(set) var hasFailed = false
  /// Whether the program is as long as it can be.
  private var isOverfull = false
  /// Ops that stay whatever happens.
  var opFloor = 0
  /// Whether `exit` or a pause ended all lists up to that of the bridge or bucket.
  var hasExited = false
  /// Whether it was a pause, for which lists put aside what is left of them.
  var isPausing = false
  /// Whether there is something in `pauses`.
  var hasPauses = false
  let pauses = Heaped(Pauses())

  /// Whether what happens is written to `traceLog`.
  public var isTracing = false
  /// Whether the frame is only tried out: nothing is counted.
  var isTrial = false
  /// Whether `dependencies` and `notes` are filled.
  public var isNoting = false
  let notes: FlowNotes
  /// The frame's key as it arrived.
  var start: KeyReference
  let traceLog: TraceLog
  /// The bits of the key that the answer depends on.
  let dependencies: KeyReference
  /// The rules that took part.
  public private(set) var path = RulePath()
  /// The last reason that was found, and where.
  struct NotedReason: BitwiseCopyable {
    var reason = DropReason.ruleDrops
    var bridge = BridgeIndex(rawValue: 0)
    var table: UInt8 = 0
  }
  var noted = NotedReason()
  /// Where `dropReason` was found.
  public var dropBridge: BridgeIndex { noted.bridge }
  public var dropTable: UInt8 { noted.table }

  /// The mirrors of the bridge that have had their copy.
  var mirrored: UInt32 = 0
  /// Whether what leaves now are copies for mirrors.
  var isMirroring = false

  public init() {
    key = .allocate()
    frame = .allocate()
    learned = .allocate()
    // The ends of scopes that are open find room in any case.
    unsafe ops = .allocate(capacity: Self.maximumOps + Self.maximumScopes)
    unsafe rules = .allocate(capacity: Self.maximumRules)
    unsafe ruleBytes = .allocate(capacity: Self.maximumRules)
    unsafe traffics = .allocate(capacity: Self.maximumRules)
    unsafe snapshots = .allocate(capacity: Self.maximumSnapshots)
    unsafe stack = .allocate(capacity: Self.maximumStack)
    unsafe places = .allocate(capacity: Self.maximumScopes)
    unsafe pending = .allocate(capacity: Self.maximumPendingRules)
    traceLog = .allocate()
    dependencies = .allocate()
    notes = .allocate()
    foreseen = .allocate()
    start = dependencies
    bridge = BridgeIndex(rawValue: 0)
    ingress = .none
  }

  deinit {
    key.deallocate()
    frame.deallocate()
    learned.deallocate()
    unsafe ops.deallocate()
    unsafe rules.deallocate()
    unsafe ruleBytes.deallocate()
    unsafe traffics.deallocate()
    unsafe snapshots.deallocate()
    unsafe stack.deallocate()
    unsafe places.deallocate()
    unsafe pending.deallocate()
    traceLog.deallocate()
    dependencies.deallocate()
    notes.deallocate()
    foreseen.deallocate()
  }

  /// The op at `index` of the answer.
  @inline(__always)
  public func op(_ index: Int) -> FrameOp {
    precondition(index < opCount, "an op behind the last one")
    return unsafe ops[index]
  }

  /// The answer.
  @inline(__always)
  public var program: FrameProgram {
    mutating get {
      unsafe FrameProgram(
        ops: ops, count: opCount, rules: rules, bytes: ruleBytes, count: ruleCount, traffics: traffics,
        count: trafficCount, dropReason: dropReason)
    }
  }

  /// The rule at `index` of those that took part.
  func rule(_ index: Int) -> Rule {
    precondition(index < ruleCount, "a rule behind the last one")
    return unsafe rules[index]
  }

  // MARK: Entry points

  /// Takes up a frame with this key, which does not change while the frame is translated.
  public mutating func begin(_ packet: Packet, _ arrival: KeyReference, payload: Int) {
    start = arrival
    key.copy(arrival)
    takeUpHeaders(of: packet, at: payload)
  }

  /// Translates what was taken up, as received by `port`.
  public mutating func translate(from port: PortIndex, in state: ForwardingState) {
    // Copies for mirrors may have gone through tables of other bridges before.
    translate(on: state.port(port).bridge, from: port, in: state, ahead: arrived.map { $0.origin } ?? -1)
  }

  /// - Parameter place: that of the frame in its batch, if its first lookup may have been made ahead.
  mutating func translate(
    on bridge: BridgeIndex, from port: PortIndex, in state: ForwardingState, ahead place: Int = -1
  ) {
    let isEthernet = !state.port(port).has(PortRecord.Flag.typed)
    if reset(bridge: bridge, from: port, state, isEthernet: isEthernet) {
      ahead = place
      run(from: 0)
      ahead = -1
    } else {
      refuseAtMirrorOutput()
    }
    finish()
  }

  /// Translates what was taken up, to which the program of `actions` is to be applied: a packet-out.
  public mutating func translate(
    applying actions: Rule, on bridge: BridgeIndex, from port: PortIndex, in state: ForwardingState
  ) {
    guard reset(bridge: bridge, from: port, state, isEthernet: !state.port(port).has(PortRecord.Flag.typed))
    else {
      because(.reservedForMirror)
      return finish()
    }
    if let next = execute(OpList(actions), by: actions) {
      run(from: next)
    } else {
      end(by: actions)
    }
    finish()
  }

  /// `false` for a frame that came in by a port which only takes mirrors' copies.
  /// - Parameter mirrors: those of the bridge that have had their copy.
  mutating func reset(
    bridge: BridgeIndex, from port: PortIndex, _ state: ForwardingState, isEthernet: Bool, mirrors: UInt32 = 0
  ) -> Bool {
    self.state = state
    source = port
    let entry = state.port(port)
    if !isEthernet { beginWithoutEthernet() }
    frame.copy(key)
    tags = VLANTags(key[FlowKey.Word.vlan])
    frameTags = tags
    opCount = 0
    opFloor = 0
    ruleCount = 0
    trafficCount = 0
    snapshotCount = 0
    pendingCount = 0
    noted.reason = .ruleDrops
    limits = state.bridge(bridge)?.resubmitLimits ?? ResubmitLimits()
    depth = 0
    resubmits = 0
    stackCount = 0
    isCollecting = false
    scopeCount = 0
    hidden.count = 0
    hidden.floor = 0
    isIrreversible = false
    mayBeRemarked = false
    isDirty = false
    hasFailed = false
    isOverfull = false
    isPausing = false
    if hasPauses { forgetPauses() }
    path.removeAll()
    if isTracing { traceLog.removeAll() }
    mirrored = mirrors
    isMirroring = false
    if isNoting { beginNotes() }
    enter(bridge, from: port)
    guard entry.has(PortRecord.Flag.mirrorSource | PortRecord.Flag.mirrorOutput) else { return true }
    if entry.has(PortRecord.Flag.mirrorOutput) { return false }
    mirrorArrival()
    return true
  }

  /// Starts at table 0 of `bridge` with an empty action set and an empty stack.
  mutating func enter(_ bridge: BridgeIndex, from port: PortIndex) {
    self.bridge = bridge
    ingress = port
    table = 0
    actionSet.clear()
    stackBase = stackCount
    hasExited = false
    noteActionSetOutput()
    if isTracing { traceLog.append(.bridge(bridge, ingress: port)) }
  }

  // MARK: The answer

  /// Notes that the rule took part.
  mutating func note(_ rule: Rule) {
    path.append(RuleStep(rule, on: bridge))
    guard ruleCount < Self.maximumRules else { return }
    unsafe (rules + ruleCount).initialize(to: rule)
    unsafe (ruleBytes + ruleCount).initialize(to: Int32(truncatingIfNeeded: lengthChange.counted))
    ruleCount += 1
  }

  /// Notes that a group or bucket took part.
  mutating func note(_ traffic: TrafficCounter) {
    guard trafficCount < Self.maximumRules else { return }
    unsafe (traffics + trafficCount).initialize(to: traffic)
    trafficCount += 1
  }

  /// Notes why the frame was not sent somewhere. The last reason stands if nothing leaves.
  mutating func because(_ reason: DropReason) { because(reason, table: table) }

  mutating func because(_ reason: DropReason, table: Int) {
    guard !hasFailed else { return }
    noted = NotedReason(reason: reason, bridge: bridge, table: UInt8(truncatingIfNeeded: table))
    if isTracing { traceLog.append(.reason(reason)) }
  }

  /// Gives up the frame in this bridge. If that is the one where it came in, nothing leaves, whatever was decided
  /// since the frame was last looked at anew; a bridge that sent it here through a patch goes on.
  mutating func fail(_ reason: DropReason) {
    because(reason)
    hasFailed = true
  }

  /// Back from another bridge, what became of the frame there is no concern of this one. Only when there is no room
  /// for its program is there no way on.
  mutating func forgetFailure() { hasFailed = isOverfull }

  mutating func finish() {
    if hasFailed { if mirrored == 0 { opCount = opFloor } else { loseCopies() } }
    traceEnd()
  }

  /// Emits an op that makes the frame `count` bytes longer.
  mutating func emit(_ op: FrameOp, longerBy count: Int) {
    emit(op)
    lengthChange.now += count
  }

  mutating func emit(_ op: FrameOp) {
    guard !hasFailed else { return }
    guard opCount < Self.maximumOps else {
      isOverfull = true
      return fail(.programTooLong)
    }
    append(op)
  }

  /// Ends a scope that was opened and whose frame was saved, also when the frame was given up in it.
  mutating func emitEndOfScope() { if !isOverfull { append(.endScope) } }

  private mutating func append(_ op: FrameOp) {
    unsafe (ops + opCount).initialize(to: op)
    opCount += 1
  }
}

/// How far a frame may go through the tables: what keeps rules that lead back to themselves from taking for ever.
public struct ResubmitLimits: BitwiseCopyable, Equatable, Sendable {
  /// Resubmits to the same or an earlier table, groups and bridges within each other: 1 to 1024.
  public var depth: UInt16
  /// Tables looked up in all: 1 to 65,535.
  public var count: UInt16

  public init(depth: UInt16 = 64, count: UInt16 = 4096) {
    self.depth = depth
    self.count = count
  }
}
