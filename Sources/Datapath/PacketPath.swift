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
  /// Monotonic milliseconds and seconds, read once a batch.
  var now: UInt64 = 0
  var second: UInt32 { UInt32(truncatingIfNeeded: now / 1000) }

  init(packetIns: PacketInQueue) { self.packetIns = packetIns }

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
    guard let counters = ports[port]?.counters else { return }
    let isDown = state.port(port).has(PortRecord.Flag.down)
    let isDeaf = isDown || state.port(port).has(PortRecord.Flag.noReceive)
    let number = state.port(port).number
    for i in 0..<batch.count {
      let packet = batch[i]
      packet.origin = i
      counters.received(bytes: packet.length)
      if isDeaf {
        outcomes.begin(i, reason: isDown ? .portDown : .portNoReceive)
        pool.give(packet)
        continue
      }
      forward(packet, from: port, number: number, state)
    }
    flushAll()
    for i in 0..<batch.count {
      if let reason = outcomes.dropReason(i) { counters.dropped(reason) }
    }
  }

  /// One frame: where it goes, then on its way.
  private mutating func forward(
    _ packet: Packet, from port: PortIndex, number: UInt16, _ state: ForwardingState
  ) {
    var layout = FrameLayout()
    guard translator.begin(packet, inPort: number, layout: &layout) else {
      outcomes.begin(packet.origin, reason: .malformedFrame)
      pool.give(packet)
      return
    }
    translator.translate(from: port, in: state)
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
    var layout = FrameLayout()
    guard translator.begin(packet, inPort: inPort.rawValue, layout: &layout) else {
      return pool.give(packet)
    }
    let port = state.bridge(bridge)?.port(numbered: inPort.rawValue) ?? .none
    translator.translate(applying: actions, on: bridge, from: port, in: state)
    outcomes.begin(0, reason: translator.dropReason)
    translator.count(bytes: packet.length, now: now)
    execute(packet, layout: layout, state: state)
    flushAll()
  }
}
