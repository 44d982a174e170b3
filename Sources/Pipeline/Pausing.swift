import Actions
import Classifier
public import Match

/// `controller(pause)`: the translation stops, and what is left of it is put aside until the controller sends the
/// frame on. ovs-actions(7), `controller`.
///
/// # Theory
/// The action ends all lists up to that of the bridge, the clone or the bucket in which it is, like `exit`. On the way
/// there each list puts aside what is left of it, the innermost first. What is behind a bucket or in the bridge on this
/// side of a patch port is done at once; what is behind a clone is not done at all, as behind an `exit` in one.
extension Translator {
  /// What is put aside of the frame at hand. In a place of its own, as it is hardly ever used.
  struct Pauses {
    /// The action that the lists are being left for.
    var plan: PacketInPlan?
    var lists: [PausedTranslation.List] = []
    var opCount = 0
    /// The translations that were paused, as packet-ins number them.
    var finished: [PausedTranslation] = []
    /// The cookie of the resumed list at hand.
    var cookie: UInt64?
  }

  /// What else there is to say of a frame for controllers.
  struct PacketInNote: BitwiseCopyable {
    var plan: PacketInPlan?
    /// The cookie of what sends it, when that is no rule.
    var cookie: UInt64?
    /// The place of the paused translation among all of the frame.
    var paused: Int32?
  }

  /// The key when the frame was sent to controllers.
  struct Snapshot: BitwiseCopyable {
    var key: FlowKey
    var note: PacketInNote
  }

  /// To be called before the next frame.
  @inline(never)
  mutating func forgetPauses() {
    pauses.value = Pauses()
    hasPauses = false
  }

  @inline(never)
  mutating func pause(_ plan: PacketInPlan) {
    hasPauses = true
    isPausing = true
    hasExited = true
    pauses.value.plan = plan
    if isTracing { traceLog.append(.remark(.paused)) }
  }

  /// Puts aside the ops of `list` from `start` up to, but not including `end`.
  @inline(never)
  mutating func putAside(_ list: OpList, from start: Int, to end: Int, by rule: Rule?) {
    guard start < end else { return }
    if isTracing { traceLog.append(.putAside(from: UInt32(start), to: UInt32(end))) }
    pauses.value.opCount += end - start
    guard pauses.value.opCount <= PausedTranslation.maximumOps else { return fail(.programTooLong) }
    let origin: PausedTranslation.List.Origin =
      if let rule, rule.id != .max {
        .rule(id: rule.id, sequence: rule.sequence)
      } else if let cookie = pauses.value.cookie { .cookie(cookie) } else { .none }
    pauses.value.lists.append(
      .init(table: UInt8(truncatingIfNeeded: table), origin: origin, ops: (start..<end).map { list[$0] }))
  }

  /// Sends the frame to the controllers, with what was put aside.
  /// - Parameter rule: the one at whose list the lists have been left.
  @inline(never)
  mutating func finishPausing(by rule: Rule?) {
    isPausing = false
    defer {
      pauses.value.lists = []
      pauses.value.opCount = 0
    }
    guard let plan = pauses.value.plan, !hasFailed else { return }
    let paused = PausedTranslation(
      bridge: bridge, lists: pauses.value.lists, actionSet: actionSet,
      stack: (stackBase..<stackCount).map { unsafe stack[$0] }, mirrored: mirrored,
      isEthernet: key.isEthernet, networkType: key.networkType)
    pauses.value.finished.append(paused)
    let action = plan.template.action
    let oldTable = table
    table = 0
    // The controller gets the frame whole, whatever the rule says: it has to give it back.
    sendToController(
      maximumLength: 0xffff, reason: action.reason, controllerID: action.controllerID, meter: action.meter,
      rule: rule, note: PacketInNote(plan: plan, paused: Int32(pauses.value.finished.count - 1)))
    table = oldTable
  }

  /// Sends the frame to the controllers, with bytes for them.
  @inline(never)
  mutating func sendToController(_ plan: PacketInPlan, by rule: Rule?) {
    let action = plan.template.action
    sendToController(
      maximumLength: action.maximumLength, reason: action.reason, controllerID: action.controllerID,
      meter: action.meter, rule: rule, note: PacketInNote(plan: plan))
  }

  // MARK: Going on

  /// Goes on with a paused translation of what was taken up.
  public mutating func resume(_ resumed: ResumedTranslation, from port: PortIndex, in state: ForwardingState)
  {
    typealias W = FlowKey.Word
    for word in 0..<W.firstOfFrame { key[word] = resumed.metadata.words[word] }
    for word in W.firstCold..<W.firstColdOfFrame where word != W.packetType {
      let value = resumed.metadata.words[word]
      if value != 0 { key[word] = value }
    }
    let paused = resumed.paused
    let mayEnter = reset(
      bridge: paused.bridge, from: port, state, isEthernet: paused.isEthernet, mirrors: paused.mirrored)
    guard mayEnter else {
      because(.reservedForMirror)
      return finish()
    }
    hasPauses = true
    for value in paused.stack {
      accumulator = value
      pushStack()
    }
    actionSet = paused.actionSet
    noteActionSetOutput()
    for list in resumed.lists where !hasFailed { run(list) }
    end(by: nil)
    finish()
  }

  /// Behind another pause the list is put aside again.
  private mutating func run(_ resumed: ResumedTranslation.List) {
    let program = resumed.program
    let ops = OpList(program)
    let oldCookie = pauses.value.cookie
    table = Int(program.table)
    pauses.value.cookie = resumed.cookie
    if isPausing {
      putAside(ops, from: 0, to: ops.count, by: program)
      pauses.value.cookie = oldCookie
    } else if !hasStopped, let next = execute(ops, by: program) {
      runTables(from: next)
    }
  }

  /// What goes with the frame that the op number `index` of the snapshots sends to controllers.
  public mutating func packetIn(_ index: UInt8) -> PacketInContent {
    precondition(Int(index) < snapshotCount, "a snapshot behind the last one")
    let snapshot = unsafe snapshots[Int(index)]
    let note = snapshot.note
    let paused = note.paused.map { pauses.value.finished[Int($0)] }
    return PacketInContent(
      key: snapshot.key, template: note.plan?.template, cookie: note.cookie, paused: paused)
  }
}

/// What is sent to controllers besides the frame.
public struct PacketInContent: Sendable {
  /// The fields at that moment.
  public let key: FlowKey
  /// The action, if it says more than others.
  public let template: PacketInTemplate?
  /// The cookie of a rule that paused the frame earlier and now sends it.
  public let cookie: UInt64?
  /// What is left to be done with the frame, when it was paused.
  public let paused: PausedTranslation?
}
