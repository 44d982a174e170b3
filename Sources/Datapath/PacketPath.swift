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
  /// The way of each frame of the batch, for those that are dropped.
  var ways = FrameWays()
  /// The port that the batch came in by.
  private(set) var source = PortIndex.none
  /// Frames of the scopes that are open, to come back to.
  var saved = SavedFrames()
  let packetIns: PacketInQueue
  /// Frames of live traces.
  var watching: WatchedFrames
  /// Monotonic time, read once a batch.
  private(set) var microseconds: UInt64 = 0
  /// The same in milliseconds and seconds.
  private(set) var now: UInt64 = 0
  var second: UInt32 { UInt32(truncatingIfNeeded: now / 1000) }

  init(packetIns: PacketInQueue, watches: FrameWatches) {
    self.packetIns = packetIns
    watching = WatchedFrames(watches)
  }

  mutating func setTime(nanoseconds: UInt64) {
    microseconds = nanoseconds / 1000
    now = nanoseconds / 1_000_000
  }

  /// Takes a batch from `port` through the switch.
  mutating func service(_ port: PortIndex, _ state: ForwardingState) -> ReceiveOutcome {
    guard let device = ports[port]?.device else { return .drained }
    batch.removeAll()
    let outcome = device.receive(into: &batch, from: &pool)
    process(from: port, state)
    return outcome
  }

  /// The frames of `batch`, which came in by `port`.
  private mutating func process(from port: PortIndex, _ state: ForwardingState) {
    guard let slot = ports[port] else { return }
    let counters = slot.counters
    source = port
    watching.beginBatch()
    let isDown = state.port(port).has(PortRecord.Flag.down)
    let isDeaf = isDown || state.port(port).has(PortRecord.Flag.noReceive)
    let number = state.port(port).number
    for i in 0..<batch.count {
      let packet = batch[i]
      packet.origin = i
      counters.received(bytes: packet.length)
      if isDeaf {
        ways.begin(i, unread: packet)
        outcomes.begin(i, reason: isDown ? .portDown : .portNoReceive)
        pool.give(packet)
        continue
      }
      forward(packet, from: port, number: number, state)
    }
    flushAll()
    for i in 0..<batch.count {
      guard let reason = outcomes.dropReason(i) else { continue }
      counters.dropped(reason)
      slot.drops.append(ways.record(of: i, reason: reason, ingress: port, isCopy: false, time: now))
    }
    if watching.isOn { watching.endBatch(outcomes) }
  }

  /// One frame: where it goes, then on its way.
  private mutating func forward(
    _ packet: Packet, from port: PortIndex, number: UInt16, _ state: ForwardingState
  ) {
    var layout = FrameLayout()
    guard translator.begin(packet, inPort: number, layout: &layout) else {
      ways.begin(packet.origin, unread: packet)
      outcomes.begin(packet.origin, reason: .malformedFrame)
      pool.give(packet)
      return
    }
    ways.begin(packet.origin, translator)
    if watching.isOn { watching.begin(packet, &translator, from: port, on: state.port(port).bridge) }
    translator.translate(from: port, in: state)
    ways.end(packet.origin, translator)
    if translator.isTracing { watching.end(packet.origin, &translator) }
    outcomes.begin(packet.origin, reason: translator.dropReason)
    translator.count(bytes: packet.length, now: now)
    execute(packet, layout: layout, state: state)
  }

  /// A frame that the control thread sends: `actions` are applied to it as if it had come in by `inPort`.
  mutating func inject(
    _ frame: [UInt8], actions: Rule, bridge: BridgeIndex, inPort: PortNumber,
    _ state: ForwardingState
  ) {
    guard frame.count <= Packet.maximumLength, let packet = pool.take() else { return }
    packet.copy(from: frame.rawSpan)
    packet.origin = 0
    source = .none
    var layout = FrameLayout()
    guard translator.begin(packet, inPort: inPort.rawValue, layout: &layout) else {
      return pool.give(packet)
    }
    ways.begin(0, translator)
    let port = state.bridge(bridge)?.port(numbered: inPort.rawValue) ?? .none
    translator.translate(applying: actions, on: bridge, from: port, in: state)
    ways.end(0, translator)
    outcomes.begin(0, reason: translator.dropReason)
    translator.count(bytes: packet.length, now: now)
    execute(packet, layout: layout, state: state)
    flushAll()
  }
}
