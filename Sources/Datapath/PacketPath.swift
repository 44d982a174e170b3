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
  /// Pieces of a frame that is being cut.
  var segments = PacketBatch()
  let ports = PortTable()
  /// The first port with something in its queue; each names the next.
  var touched = PortIndex.none
  var report = TransmitReport()
  var outcomes = FrameOutcomes()
  /// Frames of the scopes that are open, to come back to.
  var saved = SavedFrames()
  let packetIns: PacketInQueue
  let timeouts: TimeoutQueue
  let learning: Learning
  /// How many frames of the batch had rules learned.
  private var learningFrames = 0
  /// Monotonic milliseconds and seconds, read once a batch.
  var now: UInt64 = 0
  var second: UInt32 { UInt32(truncatingIfNeeded: now / 1000) }

  init(packetIns: PacketInQueue, timeouts: TimeoutQueue, learning: Learning) {
    self.packetIns = packetIns
    self.timeouts = timeouts
    self.learning = learning
    translator.learns = true
  }

  /// Takes a batch from `port` through the switch.
  mutating func service(_ port: PortIndex, _ state: ForwardingState) -> ReceiveOutcome {
    guard let slot = ports[port], let device = slot.device else { return .drained }
    batch.removeAll()
    let outcome = device.receive(into: &batch, from: &pool)
    translator.now = now
    learningFrames = 0
    process(from: port, state)
    slot.turnsToSkip = Self.turnsPerLearningFrame * learningFrames
    return outcome
  }

  /// How many turns a port sits out for each of its frames that had rules learned. That takes about as long as so many
  /// batches of others, so that they get their share of the time.
  private static var turnsPerLearningFrame: Int { 4 }

  /// Whether the port is to be passed over this time.
  func mustSkip(_ port: PortIndex) -> Bool {
    guard let slot = ports[port], slot.turnsToSkip > 0 else { return false }
    slot.turnsToSkip -= 1
    return true
  }

  /// The frames of `batch`, which came in by `port`.
  private mutating func process(from port: PortIndex, _ state: ForwardingState) {
    guard let counters = ports[port]?.counters else { return }
    let isDown = state.port(port).has(PortRecord.Flag.down)
    let isDeaf = isDown || state.port(port).has(PortRecord.Flag.noReceive)
    let number = state.port(port).number
    var state = state
    for i in 0..<batch.count {
      let packet = batch[i]
      packet.origin = i
      counters.received(bytes: packet.length)
      if isDeaf {
        outcomes.begin(i, reason: isDown ? .portDown : .portNoReceive)
        pool.give(packet)
        continue
      }
      forward(packet, from: port, number: number, &state)
    }
    flushAll()
    for i in 0..<batch.count {
      if let reason = outcomes.dropReason(i) { counters.dropped(reason) }
    }
  }

  /// One frame: where it goes, then on its way. Behind a frame that has rules learned another copy of the state is
  /// read.
  private mutating func forward(
    _ packet: Packet, from port: PortIndex, number: UInt16, _ state: inout ForwardingState
  ) {
    var layout = FrameLayout()
    guard translator.begin(packet.bytes, inPort: number, layout: &layout) else {
      outcomes.begin(packet.origin, reason: .malformedFrame)
      pool.give(packet)
      return
    }
    translator.translate(from: port, in: state)
    outcomes.begin(packet.origin, reason: translator.dropReason)
    translator.count(bytes: packet.length, now: now)
    execute(packet, layout: layout, state: state)
    if translator.pendingCount > 0 { state = learnRules() }
  }

  /// Has the rules learned that the frame asked for.
  private mutating func learnRules() -> ForwardingState {
    learningFrames += 1
    return learning.learn(translator.takeLearnRequests())
  }

  /// A frame that the control thread sends: `actions` are applied to it as if it had come in by `inPort`.
  mutating func inject(
    _ frame: [UInt8], actions: Rule, bridge: BridgeIndex, inPort: PortNumber,
    _ state: ForwardingState
  ) {
    guard frame.count <= Packet.maximumLength, let packet = pool.take() else { return }
    packet.copy(from: frame.rawSpan)
    packet.origin = 0
    var layout = FrameLayout()
    guard translator.begin(packet.bytes, inPort: inPort.rawValue, layout: &layout) else {
      return pool.give(packet)
    }
    let port = state.bridge(bridge)?.port(numbered: inPort.rawValue) ?? .none
    translator.now = now
    translator.translate(applying: actions, on: bridge, from: port, in: state)
    outcomes.begin(0, reason: translator.dropReason)
    translator.count(bytes: packet.length, now: now)
    execute(packet, layout: layout, state: state)
    flushAll()
    if translator.pendingCount > 0 { _ = learnRules() }
  }
}
