import Bytes
import Classifier
import Match
import Pipeline
import Ports

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
  private var tally = WorkerReport()
  /// Whether the frames of the batch are looked for there.
  private var usesFlows = false
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
    flows = FlowCache(capacity: settings.flowCapacity)
    dice = SamplingDice(seed: settings.samplingSeed &+ UInt64(worker))
    packetIns = surroundings.packetIns
    samples = surroundings.samples
    timeouts = surroundings.timeouts
    self.learning = learning
    watching = WatchedFrames(surroundings.watches)
    translator.learns = true
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
      tally.flows = flows.statistics
      return tally
    }
  }

  /// Takes a batch from `queue` through the switch.
  mutating func service(_ queue: ReceiveQueue, _ state: ForwardingState) -> ReceiveOutcome {
    batch.removeAll()
    let outcome = queue.source.receive(into: &batch, from: &pool)
    learningFrames = 0
    process(from: queue.port, state)
    return outcome
  }

  /// How many turns the queue of the batch sits out: some for each of its frames that had rules learned. That takes about
  /// as long as so many batches of others, so that they get their share of the time.
  var turnsToSkip: Int { 4 * learningFrames }

  /// The frames of `batch`, which came in by `port`.
  private mutating func process(from port: PortIndex, _ state: ForwardingState) {
    guard let slot = ports[port], !batch.isEmpty else { return }
    let counters = slot.counters
    source = port
    watching.beginBatch()
    let record = state.port(port)
    usesFlows = !watching.isOn && !record.has(PortRecord.Flag.typed) && flows.beginBatch(of: batch.count)
    var bytes = 0
    for i in 0..<batch.count {
      let packet = batch[i]
      packet.origin = i
      bytes += packet.length
    }
    counters.received(frames: batch.count, bytes: bytes)
    tally.count(batchOf: batch.count)
    if record.has(PortRecord.Flag.down | PortRecord.Flag.noReceive) {
      refuseAll(record.has(PortRecord.Flag.down) ? .portDown : .portNoReceive, number: record.number)
    } else {
      var state = state
      for i in 0..<batch.count { forward(batch[i], from: port, number: record.number, &state) }
    }
    flushAll()
    for i in 0..<batch.count {
      guard let reason = outcomes.dropReason(i) else { continue }
      counters.dropped(reason, frames: outcomes.frames(i))
      slot.drops.append(
        ways.record(of: i, arrivals, reason: reason, ingress: port, isCopy: false, time: now))
    }
    if watching.isOn { watching.endBatch(outcomes) }
    flows.endBatch()
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
    outcomes.begin(packet.origin, reason: reason)
    pool.give(packet)
  }

  /// One frame: where it goes, then on its way. Behind a frame that has rules learned another copy of the state is
  /// read.
  private mutating func forward(
    _ packet: Packet, from port: PortIndex, number: UInt16, _ state: inout ForwardingState
  ) {
    let origin = packet.origin
    guard arrivals.read(packet, inPort: number) else { return refuse(packet, .malformedFrame) }
    let key = arrivals.key(origin)
    var frames = 1
    if key.isFragment, state.reassembles(port) {
      guard let count = reassemble(packet, from: port), arrivals.read(packet, inPort: number) else { return }
      frames = count
    }
    if usesFlows, !key.hasColdWords, let hit = flows.find(key, from: port, in: state) {
      ways.set(origin, hit)
      let program = hit.program
      outcomes.begin(origin, reason: program.dropReason, frames: frames)
      program.count(bytes: packet.length, now: now)
      return execute(packet, program, layout: arrivals.layout(origin), state: state)
    }
    translate(packet, key, from: port, frames: frames, &state)
  }

  /// A frame that is the first of its flow, or of none.
  @inline(never)
  private mutating func translate(
    _ packet: Packet, _ key: KeyReference, from port: PortIndex, frames: Int, _ state: inout ForwardingState
  ) {
    translator.begin(packet, key, payload: arrivals.layout(packet.origin).payload)
    if watching.isOn { watching.begin(packet, &translator, from: port, on: state.port(port).bridge) }
    translator.isNoting = usesFlows && !key.hasColdWords
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
    program.count(bytes: packet.length, now: now)
    execute(packet, program, layout: arrivals.layout(origin), state: state)
  }
}
