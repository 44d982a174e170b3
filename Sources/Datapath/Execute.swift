import Actions
import Bytes
import Match
import Pipeline
import Ports

/// Does to a frame what the translator said.
///
/// A frame that leaves waits in a transmit queue until the end of the batch and must not change meanwhile. So
/// each queue that holds it counts as a holder, as does the execution itself; a change of a frame with other
/// holders is made on a copy, which takes the frame's place.
extension PacketPath {
  /// Runs `program` on `packet`, which it gives back to the pool or leaves to the queues.
  mutating func execute(
    _ packet: Packet, _ program: FrameProgram, layout: FrameLayout, state: ForwardingState
  ) {
    var packet = packet
    var layout = layout
    packet.holders = 1
    var next = 0
    while next < program.opCount {
      let op = program.op(next)
      next += 1
      switch op {
      case .output(let port, let maximumLength): output(packet, to: port, maximumLength: maximumLength)
      case .set(let value, let mask, let word):
        guard let own = exclusive(packet) else { return abandon(packet) }
        packet = own
        HeaderRewrite.set(value, mask: mask, word: Int(word), in: packet, layout: layout)
      case .pushTag, .popTag, .setTag, .pushLabel, .popLabel, .pushLabelOverEthernet, .popToEthernet,
        .popEthernet, .pushNSH, .options, .popNSH:
        guard let own = exclusive(packet) else { return abandon(packet) }
        packet = own
        guard Self.rewrite(packet, op, layout: &layout) else {
          outcomes.dropped(packet.origin, .headroomExhausted)
          return abandon(packet)
        }
      case .setPriority(let priority):
        guard let own = exclusive(packet) else { return abandon(packet) }
        packet = own
        packet.priority = priority
      case .truncate(let maximumLength):
        guard let own = exclusive(packet) else { return abandon(packet) }
        packet = own
        truncate(packet, to: maximumLength, layout: &layout)
      case .meter(let meter, let guarded):
        switch meter.measure(Metering.load(of: packet), now: microseconds) {
        case .pass: break
        case .drop where guarded != 0:
          outcomes.dropped(packet.origin, .controllerMeterExceeded)
          next += Int(guarded)
        case .drop:
          outcomes.dropped(packet.origin, .meterExceeded)
          guard !saved.isEmpty else { return abandon(packet) }
          next = endOfScope(of: program, from: next)
        case .remark(let steps):
          guard guarded == 0, let dscp = Metering.remarked(packet, layout: layout, steps: steps) else {
            break
          }
          guard let own = exclusive(packet) else { return abandon(packet) }
          packet = own
          Metering.set(dscp: dscp, in: packet, layout: layout)
        }
      case .scope(let isSaved): if isSaved { saved.push(packet, layout) }
      case .endScope:
        release(packet)
        (packet, layout) = saved.pop()
      case .controller(let bridge, let table, let snapshot, _, let reason, let id, let rule):
        sendToController(packet, bridge, table, snapshot, reason, controllerID: id, rule: rule)
      case .learn(let bridge, let mac, let vlan, let port, let announces, let onTrunk):
        guard program.mustLearn(at: second) else { break }
        state.bridge(bridge)?.learn(
          mac: mac, vlan: vlan, port: port, second: second, announces: announces, onTrunk: onTrunk)
      case .shortenTimeouts(let bridge, let rule, let sequence, let idle, let hard):
        shortenTimeouts(
          .init(bridge: bridge, id: rule, sequence: sequence), .init(idle: idle, hard: hard))
      case .sample(let sampling): sample(packet, sampling, of: program)
      case .mirroring(let isOn): outcomes.areCopies = isOn
      case .lost(let port, let reason): if let slot = ports[port] { drop(packet, at: slot, reason) }
      case .patch(let from, let to):
        ports[from]?.counters.sent(bytes: packet.length)
        ports[to]?.counters.received(bytes: packet.length)
      }
    }
    release(packet)
  }

  @inline(never)
  private func shortenTimeouts(_ rule: TimeoutQueue.Rule, _ wanted: TimeoutQueue.Timeouts) {
    timeouts.append(rule, wanted)
  }

  /// Where the saved scope ends in which the op at `start` is.
  private func endOfScope(of program: FrameProgram, from start: Int) -> Int {
    var position = start
    var depth = 0
    while position < program.opCount {
      switch program.op(position) {
      case .scope(isSaved: true): depth += 1
      case .endScope where depth == 0: return position
      case .endScope: depth -= 1
      default: break
      }
      position += 1
    }
    return position
  }

  /// Lets go of the frame and of those to come back to: the rest of the program is not run.
  private mutating func abandon(_ packet: Packet) {
    release(packet)
    while !saved.isEmpty { release(saved.pop().packet) }
    outcomes.areCopies = false
  }

  /// Headers that are no longer whole are no longer known.
  private func truncate(_ packet: Packet, to maximumLength: UInt32, layout: inout FrameLayout) {
    guard packet.length > Int(maximumLength) else { return }
    packet.truncate(to: Int(maximumLength))
    // What is left of the frame has no checksum that could be finished.
    packet.offload = OffloadHeader()
    layout = FrameLayout()
    _ = FlowKey.extract(from: packet.bytes, layout: &layout)
  }

  /// The frame itself if nobody else holds it, else a copy that takes its place. `nil` when no buffer is left:
  /// then the rest of the program must not be run, for what is to be changed could leave unchanged.
  private mutating func exclusive(_ packet: Packet) -> Packet? {
    if packet.holders == 1 { return packet }
    guard let copy = pool.take() else {
      outcomes.dropped(packet.origin, .noBuffer)
      return nil
    }
    copy.copy(from: packet)
    copy.holders = 1
    packet.holders -= 1
    return copy
  }

  /// Lets go of a frame; the last holder gives its slot back.
  mutating func release(_ packet: Packet) {
    packet.holders -= 1
    if packet.holders == 0 { pool.give(packet) }
  }

  private mutating func output(_ packet: Packet, to port: PortIndex, maximumLength: UInt32) {
    guard maximumLength != 0, packet.length > Int(maximumLength) else { return enqueue(packet, to: port) }
    cutOff(packet, to: port, maximumLength: maximumLength)
  }

  @inline(never)
  private mutating func cutOff(_ packet: Packet, to port: PortIndex, maximumLength: UInt32) {
    if packet.frames > 1, let segmenter = Segmenter(packet) {
      suspendMerging()
      return forEachSegment(of: packet, segmenter) { $0.output($1, to: port, maximumLength: maximumLength) }
    }
    guard let copy = pool.take() else {
      if let slot = ports[port] { drop(packet, at: slot, .noBuffer) }
      return
    }
    copy.copy(from: packet)
    copy.truncate(to: Int(maximumLength))
    // What is left of the frame has no checksum that could be finished.
    copy.offload = OffloadHeader()
    copy.holders = 1
    enqueue(copy, to: port)
    release(copy)
  }

  @inline(never)
  private mutating func sendToController(
    _ packet: Packet, _ bridge: BridgeIndex, _ table: UInt8, _ snapshot: UInt8, _ reason: PacketInReason,
    controllerID: UInt16, rule: UInt32
  ) {
    guard packet.frames > 1, let segmenter = Segmenter(packet) else {
      return tellController(
        of: packet, bridge, table, snapshot, reason, controllerID: controllerID, rule: rule)
    }
    // Merged frames are the switch's own affair.
    suspendMerging()
    forEachSegment(of: packet, segmenter) { path, segment in
      path.tellController(
        of: segment, bridge, table, snapshot, reason, controllerID: controllerID, rule: rule)
    }
  }

  /// Does something with each of the frames of which `packet` was made.
  private mutating func forEachSegment(
    of packet: Packet, _ segmenter: Segmenter, _ body: (inout PacketPath, Packet) -> Void
  ) {
    var segmenter = segmenter
    var progress = CutProgress.more
    while progress == .more {
      segments.removeAll()
      progress = segmenter.next(into: &segments, from: &pool)
      guard !segments.isEmpty else { return outcomes.dropped(packet.origin, .noBuffer) }
      for i in 0..<segments.count {
        let segment = segments[i]
        segment.holders = 1
        body(&self, segment)
        release(segment)
      }
    }
  }

  private mutating func tellController(
    of packet: Packet, _ bridge: BridgeIndex, _ table: UInt8, _ snapshot: UInt8, _ reason: PacketInReason,
    controllerID: UInt16, rule: UInt32
  ) {
    let content = translator.packetIn(snapshot)
    var message = PacketIn(
      bridge: bridge, key: content.key, table: table, reason: reason, controllerID: controllerID,
      rule: rule == .max ? nil : rule, template: content.template, cookie: content.cookie)
    guard packetIns.hasListener(at: message.bridge, controllerID: message.controllerID) else {
      // A frame whose TTL ends is dropped for that, whoever is to be told.
      if message.reason == .invalidTTL, translator.dropReason == .ttlExpired { return }
      return outcomes.dropped(packet.origin, .noController)
    }
    if let paused = content.paused {
      guard let waiting = packetIns.pausedCount.wait(for: paused) else {
        return outcomes.dropped(packet.origin, .tooManyPaused)
      }
      message.paused = waiting
    }
    let own = finished(packet)
    let bytes = own.bytes
    message.frame.reserveCapacity(own.length)
    // A frame without an Ethernet header begins behind what stands in its place.
    let isEthernet = message.key.words[FlowKey.Word.packetType] >> 32 == 0
    let start = isEthernet ? 0 : min(HeaderMoves.ethernetLength, own.length)
    for i in start..<own.length { message.frame.append(bytes.load(UInt8.self, at: i)) }
    if own.holders == 0 { pool.give(own) }
    if packetIns.append(message) {
      outcomes.delivered(packet.origin)
    } else {
      outcomes.dropped(packet.origin, .controllerQueueFull)
    }
  }

  /// The frame with its checksum finished, in a copy that nobody holds; the frame itself if there is nothing
  /// to finish, or no buffer for it.
  private mutating func finished(_ packet: Packet) -> Packet {
    guard packet.offload.needsChecksum, !packet.offload.isGSO, let copy = pool.take() else { return packet }
    copy.copy(from: packet)
    _ = copy.finishChecksum()
    return copy
  }
}
