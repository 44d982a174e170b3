import Bytes
import Classifier
import Match
import Pipeline
import Ports
import Sys

/// The life of a frame, top to bottom.
///
///     receive -> extract the key -> translate -> execute -> transmit -> account
///
/// One worker owns one path. Nothing here is shared, locked, allocated or counted by reference for a frame.
struct PacketPath: ~Copyable {
  var pool = PacketPool(capacity: 1024)
  var batch = PacketBatch()
  var translator = Translator()
  /// Headers of the frames of the batch.
  let arrivals = Arrivals()
  /// What is known of frames like those that came.
  var flows: FlowCache
  private(set) var turn = Turn(frames: 0, start: 0, end: 0)
  private var tally = WorkerReport()
  private var flowsBefore = FlowCacheStatistics()
  /// Whether the execution of each frame of the batch is timed.
  private var isTimed = false
  /// What rules and groups are to count.
  var counts: BatchTally
  /// Whether the frames of the batch are looked for there.
  private var usesFlows = false
  /// The frames of the batch whose headers are whole, and those of them that were looked for ahead.
  private var whole = FrameSet()
  private var expected = FrameSet()
  /// Frames of the batch that may leave without a queue.
  var run = FrameRun()
  /// Pieces of a frame that is being cut.
  var segments = PacketBatch()
  let ports = PortTable()
  /// The first port with something in its queue; each names the next.
  var touched = PortIndex.none
  var report = TransmitReport()
  var outcomes = FrameOutcomes()
  /// The way of each frame of the batch, for those that are dropped.
  var ways = FrameWays()
  /// The port that the batch came in by.
  private(set) var source = PortIndex.none
  /// Frames of the scopes that are open, to come back to.
  var saved = SavedFrames()
  let packetIns: PacketInQueue
  let samples: SampleQueue
  var dice: SamplingDice
  let timeouts: TimeoutQueue
  let learning: Learning
  /// How many frames of the batch had rules learned.
  private var learningFrames = 0
  var reassembler = Reassembler()
  /// When to look next for fragments that have waited too long; monotonic milliseconds.
  var nextExpiry: UInt64 = 0
  /// Frames of live traces.
  var watching: WatchedFrames
  /// Monotonic time, read once a batch.
  private(set) var microseconds: UInt64 = 0
  /// The same in milliseconds and seconds.
  private(set) var now: UInt64 = 0
  var second: UInt32 { UInt32(truncatingIfNeeded: now / 1000) }

  init(_ surroundings: Worker.Surroundings, worker: Int, learning: Learning) {
    let settings = surroundings.settings
    counts = BatchTally(isShared: settings.workers > 1)
    flows = FlowCache(capacity: settings.flowCapacity)
    dice = SamplingDice(seed: settings.samplingSeed &+ UInt64(worker))
    packetIns = surroundings.packetIns
    samples = surroundings.samples
    timeouts = surroundings.timeouts
    self.learning = learning
    watching = WatchedFrames(surroundings.watches)
    translator.learns = true
    translator.lane = worker
  }

  mutating func setTime(nanoseconds: UInt64) {
    microseconds = nanoseconds / 1000
    now = nanoseconds / 1_000_000
    translator.now = now
  }

  /// What was done so far.
  var history: WorkerReport {
    mutating get {
      tally.flowCapacity = flows.capacity
      tally.flows = flows.statistics.since(flowsBefore)
      return tally
    }
  }

  /// Counts what is done from now on.
  mutating func clearHistory() {
    tally = WorkerReport()
    flowsBefore = flows.statistics
  }

  /// Takes a batch of at most `limit` frames from `queue` through the switch.
  mutating func service(_ queue: ReceiveQueue, limit: Int, _ state: ForwardingState) -> ReceiveOutcome {
    batch.removeAll()
    batch.limit = limit
    let start = Ticks.now
    let outcome = queue.source.receive(into: &batch, from: &pool)
    learningFrames = 0
    turn = Turn(frames: batch.count, start: start, end: start)
    guard !batch.isEmpty else { return outcome }
    let received = Ticks.now
    tally.times.receive &+= received &- start
    process(from: queue.port, state, at: received)
    turn.end = Ticks.now
    queue.count(frames: turn.frames, ticks: turn.end &- start)
    return outcome
  }

  /// The last batch: its frames as they came, before any were merged, and the ticks at its begin and end.
  struct Turn {
    var frames: Int
    var start: UInt64
    var end: UInt64
  }

  /// How many turns the queue of the batch sits out: some for each of its frames that had rules learned. That takes about
  /// as long as so many batches of others, so that they get their share of the time.
  var turnsToSkip: Int { 4 * learningFrames }

  /// The frames of `batch`, which came in by `port`.
  private mutating func process(from port: PortIndex, _ state: ForwardingState, at start: UInt64) {
    guard let slot = ports[port] else { return }
    let counters = slot.counters
    source = port
    watching.beginBatch()
    let record = state.port(port)
    var bytes = 0
    for i in 0..<batch.count { bytes += batch[i].length }
    counters.received(frames: batch.count, bytes: bytes)
    tally.count(batchOf: batch.count)
    isTimed = tally.frames & 0x3ff < UInt64(batch.count)
    if batch.count > 1, now >= slot.mergesFrom { SegmentMerger.merge(&batch, from: &pool) }
    let isUsual = !watching.isOn && !record.has(PortRecord.Flag.typed)
    usesFlows = isUsual && flows.beginBatch(of: batch.count, from: port)
    for i in 0..<batch.count { batch[i].origin = i }
    var forwarded = start
    var undecided = FrameSet(first: batch.count)
    if record.has(PortRecord.Flag.down | PortRecord.Flag.noReceive) {
      refuseAll(record.has(PortRecord.Flag.down) ? .portDown : .portNoReceive, number: record.number)
    } else if usesFlows, !isTimed, let lost = sendAll(from: port, number: record.number, state) {
      undecided = lost
    } else {
      var state = state
      readAll(inPort: record.number)
      if isUsual { lookAhead(from: port, state) }
      if usesFlows, !isTimed, expected.count == batch.count, let way = takeKnown(state) {
        forwarded = Ticks.now
        undecided = sendKnown(way)
      } else {
        run = FrameRun()
        for i in 0..<batch.count { forward(batch[i], from: port, number: record.number, &state) }
        forwarded = Ticks.now
        if isTimed { tally.times.sampledForward &+= forwarded &- start }
        isTimed = false
        if let lost = sendRun() { undecided = lost } else { endRun() }
        flushAll()
      }
      tally.times.forward &+= forwarded &- start
    }
    counts.flush(now: now)
    undecided.forEach { i in
      guard let reason = outcomes.dropReason(i) else { return }
      counters.dropped(reason, frames: outcomes.frames(i))
      slot.drops.append(
        ways.record(of: i, arrivals, reason: reason, ingress: port, isCopy: false, time: now))
    }
    if watching.isOn { watching.endBatch(outcomes) }
    let end = Ticks.now
    tally.times.transmit &+= end &- forwarded
    flows.endBatch(ticks: end &- start)
    translator.forgetForeseen()
  }

  /// Reads the headers of all frames of the batch.
  private mutating func readAll(inPort number: UInt16) {
    whole = FrameSet()
    expected = FrameSet()
    for i in 0..<batch.count where arrivals.read(batch[i], inPort: number) {
      whole.insert(i)
      let key = arrivals.key(i)
      // A fragment may have another key when it is its turn.
      if !key.hasColdWords, !key.isFragment { expected.insert(i) }
    }
  }

  /// Looks for the flows of all frames of the batch together, and, of those that have none, for their first rules.
  private mutating func lookAhead(from port: PortIndex, _ state: ForwardingState) {
    let unknown = usesFlows ? flows.lookAhead(arrivals.keys, of: expected, from: port) : expected
    translator.foresee(arrivals.keys, of: unknown, from: port, in: state)
  }

  /// No frame of the batch gets any further.
  @inline(never)
  private mutating func refuseAll(_ reason: DropReason, number: UInt16) {
    for i in 0..<batch.count {
      _ = arrivals.read(batch[i], inPort: number)
      refuse(batch[i], reason)
    }
  }

  /// The frame goes nowhere near the tables.
  @inline(never)
  mutating func refuse(_ packet: Packet, _ reason: DropReason) {
    ways.clear(packet.origin)
    outcomes.begin(packet.origin, reason: reason, frames: packet.frames)
    pool.give(packet)
  }

  /// One frame: where it goes, then on its way. Behind a frame that has rules learned another copy of the state is
  /// read.
  private mutating func forward(
    _ packet: Packet, from port: PortIndex, number: UInt16, _ state: inout ForwardingState
  ) {
    let origin = packet.origin
    guard whole.contains(origin) else {
      endRun()
      return refuse(packet, .malformedFrame)
    }
    let key = arrivals.key(origin)
    var frames = packet.frames
    if key.isFragment, state.reassembles(port) {
      endRun()
      guard let count = reassemble(packet, from: port), arrivals.read(packet, inPort: number) else { return }
      frames = count
    }
    if usesFlows, let hit = find(packet, key, from: port, state) {
      ways.set(origin, hit)
      outcomes.begin(origin, reason: hit.dropReason, frames: frames)
      let isSent = hit.soleOutput != .none && !isTimed
      if isSent, run.take(origin, to: hit.soleOutput) { return }
      endRun()
      return isSent ? send(packet, to: hit.soleOutput) : carryOut(hit.program, on: packet, state)
    }
    forwardByRules(packet, key, from: port, frames: frames, &state)
  }

  /// A frame of no known flow.
  @inline(never)
  private mutating func forwardByRules(
    _ packet: Packet, _ key: KeyReference, from port: PortIndex, frames: Int, _ state: inout ForwardingState
  ) {
    let isKept = usesFlows && !key.hasColdWords && flows.admits()
    if !isKept, !isTimed, let sole = translator.soleOutput(packet.origin, from: port, in: state) {
      ways.set(packet.origin, sole)
      outcomes.begin(packet.origin, reason: .ruleDrops, frames: frames)
      sole.count(bytes: packet.length, now: now, in: &counts)
      if run.take(packet.origin, to: sole.port) { return }
      endRun()
      return send(packet, to: sole.port)
    }
    endRun()
    translate(packet, key, from: port, frames: frames, isKept: isKept, &state)
  }

  /// The flow of the frame, which counts it.
  @inline(__always)
  private mutating func find(
    _ packet: Packet, _ key: KeyReference, from port: PortIndex, _ state: ForwardingState
  ) -> FlowHit? {
    let count = FrameCount(bytes: packet.length, now: now)
    let origin = packet.origin
    if expected.contains(origin) {
      return flows.find(ahead: origin, key, from: port, in: state, counting: count, in: &counts)
    }
    return key.hasColdWords ? nil : flows.find(key, from: port, in: state, counting: count, in: &counts)
  }

  /// The frame leaves as it is, and that is all.
  @inline(__always)
  mutating func send(_ packet: Packet, to port: PortIndex) {
    packet.holders = 1
    enqueue(packet, to: port)
    release(packet)
  }

  /// A frame that is the first of its flow, or of none.
  @inline(never)
  private mutating func translate(
    _ packet: Packet, _ key: KeyReference, from port: PortIndex, frames: Int, isKept: Bool,
    _ state: inout ForwardingState
  ) {
    translator.begin(packet, key, payload: arrivals.layout(packet.origin).payload)
    if watching.isOn { watching.begin(packet, &translator, from: port, on: state.port(port).bridge) }
    translator.isNoting = isKept
    translator.translate(from: port, in: state)
    if translator.isNoting { flows.insert(&translator, key, from: port, in: state) }
    if translator.isTracing { watching.end(packet.origin, &translator) }
    carryOut(packet, frames: frames, state)
    if translator.pendingCount > 0 { state = learnRules() }
  }

  /// Has the rules learned that the frame asked for.
  @inline(never)
  private mutating func learnRules() -> ForwardingState {
    learningFrames += 1
    counts.flush(now: now)
    translator.forgetForeseen()
    return learning.learn(translator.takeLearnRequests())
  }

  /// A frame that the control thread sends: `actions` are applied to it as if it had come in by `inPort`.
  mutating func inject(
    _ frame: [UInt8], actions: Rule, bridge: BridgeIndex, inPort: PortNumber,
    _ state: ForwardingState
  ) {
    guard let packet = takeUp(frame, inPort: inPort.rawValue) else { return }
    let port = state.bridge(bridge)?.port(numbered: inPort.rawValue) ?? .none
    translator.translate(applying: actions, on: bridge, from: port, in: state)
    carryOut(packet, state)
    flushAll()
    counts.flush(now: now)
    if translator.pendingCount > 0 { _ = learnRules() }
  }

  /// A frame that a controller sends on: what was left to be done with it is done.
  mutating func resume(_ frame: [UInt8], _ resumed: ResumedTranslation, _ state: ForwardingState) {
    var frame = frame
    if let type = resumed.typeWithoutEthernet {
      // Where the header would be, nothing but the type is looked at.
      frame = Array(repeating: 0, count: 12) + [UInt8(type >> 8), UInt8(type & 0xff)] + frame
    }
    guard let packet = takeUp(frame, inPort: resumed.inPort) else { return }
    let port = state.bridge(resumed.bridge)?.port(numbered: resumed.inPort) ?? .none
    translator.resume(resumed, from: port, in: state)
    carryOut(packet, state)
    flushAll()
    counts.flush(now: now)
    if translator.pendingCount > 0 { _ = learnRules() }
  }

  /// A frame that does not come by a port, in a slot of its own, taken up by the translator.
  private mutating func takeUp(_ frame: [UInt8], inPort: UInt16) -> Packet? {
    guard frame.count <= Packet.maximumLength, let packet = pool.take() else { return nil }
    packet.copy(from: frame.rawSpan)
    packet.origin = 0
    source = .none
    guard arrivals.read(packet, inPort: inPort) else {
      pool.give(packet)
      return nil
    }
    translator.begin(packet, arrivals.key(0), payload: arrivals.layout(0).payload)
    translator.isNoting = false
    return packet
  }

  /// Does what the translator has found for a frame.
  private mutating func carryOut(_ packet: Packet, frames: Int = 1, _ state: ForwardingState) {
    let origin = packet.origin
    ways.set(origin, &translator)
    let program = translator.program
    outcomes.begin(origin, reason: program.dropReason, frames: frames)
    program.count(bytes: packet.length, now: now, in: &counts)
    carryOut(program, on: packet, state)
  }

  @inline(__always)
  private mutating func carryOut(_ program: FrameProgram, on packet: Packet, _ state: ForwardingState) {
    let layout = arrivals.layout(packet.origin)
    guard isTimed else { return execute(packet, program, layout: layout, state: state) }
    let start = Ticks.now
    execute(packet, program, layout: layout, state: state)
    tally.times.sampledExecute &+= Ticks.now &- start
  }
}
