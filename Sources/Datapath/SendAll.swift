import Bytes
import Classifier
import Match
import Pipeline
import Ports

/// Frames that begin a batch and all leave by one port as they are: when the whole batch is like that, it leaves in one
/// call, without going through the port's queue.
struct FrameRun {
  /// How many there are; -1 when others came in between, or it was found out that there may be no run.
  fileprivate(set) var count = 0
  fileprivate var port = PortIndex.none

  /// One more, if the frame at `place` is the next one and goes the same way.
  @inline(__always)
  mutating func take(_ place: Int, to port: PortIndex) -> Bool {
    guard place == count, port == self.port || count == 0 else { return false }
    self.port = port
    count &+= 1
    return true
  }
}

/// Batches that leave as they came.
extension PacketPath {
  /// The Ethernet header and two tags of a frame that long are whole.
  private static var wholeLength: Int { 22 }

  /// Sends all frames of the batch on, when rules look at nothing of what comes by `port` and only send it on, and the port
  /// there takes them as they are. Nobody reads their headers, unless one is lost.
  /// - Returns: those that were not delivered; `nil` when nothing was done.
  mutating func sendAll(from port: PortIndex, number: UInt16, _ state: ForwardingState) -> FrameSet? {
    guard let hit = flows.find(allFrom: port, arrivals.key(ofPort: number), in: state),
      let slot = ports[hit.soleOutput], let bytes = bytes(for: slot, atLeast: Self.wholeLength)
    else { return nil }
    flows.count(FrameCount(frames: batch.count, bytes: bytes, now: now), allOf: hit, in: &counts)
    slot.exit?.transmit(batch, report: &report)
    let lost = report.lost(of: batch.count)
    if !lost.isEmpty { readLost(lost, hit, number: number) }
    settle(lost, bytes: bytes, at: slot)
    return lost
  }

  /// Sends the batch on if all of it is one run.
  /// - Returns: as `sendAll`.
  mutating func sendRun() -> FrameSet? {
    guard run.count == batch.count, let slot = ports[run.port], let bytes = bytes(for: slot, atLeast: 0)
    else {
      return nil
    }
    slot.exit?.transmit(batch, report: &report)
    let lost = report.lost(of: batch.count)
    settle(lost, bytes: bytes, at: slot)
    return lost
  }

  /// Where the whole batch leaves as it is, when all of its frames have flows that only send them to one port, which takes
  /// them so; else `nil`. If so, they are counted.
  @inline(__always)
  mutating func takeKnown(_ state: ForwardingState) -> KnownWay? {
    let port = flows.commonOutput(ofFirst: batch.count, in: state, second: second)
    guard let slot = ports[port], let bytes = bytes(for: slot, atLeast: 0) else { return nil }
    flows.countAll(batch, now: now, in: &counts)
    return KnownWay(slot: slot, bytes: bytes)
  }

  struct KnownWay {
    fileprivate let slot: PortSlot
    fileprivate let bytes: Int
  }

  /// Sends that batch.
  /// - Returns: the frames that were not delivered.
  mutating func sendKnown(_ way: KnownWay) -> FrameSet {
    way.slot.exit?.transmit(batch, report: &report)
    let lost = report.lost(of: batch.count)
    lost.forEach { i in
      let hit = flows.hit(ahead: i, second: second)
      ways.set(i, hit)
      outcomes.begin(i, reason: hit.dropReason, frames: batch[i].frames)
    }
    settle(lost, bytes: way.bytes, at: way.slot)
    return lost
  }

  /// What comes now is no part of the run: its frames go into their queue, in front of what comes.
  @inline(__always)
  mutating func endRun() {
    if run.count > 0 { queueRun() }
    run.count = -1
  }

  @inline(never)
  private mutating func queueRun() {
    for i in 0..<run.count { send(batch[i], to: run.port) }
  }

  /// How many bytes the batch has, if the port takes all of its frames as they are and none is shorter than `length`.
  @inline(__always)
  private func bytes(for slot: PortSlot, atLeast length: Int) -> Int? {
    guard slot.hasExit else { return nil }
    var bytes = 0
    for i in 0..<batch.count {
      let packet = batch[i]
      guard packet.length >= length, slot.offloads.takes(packet.offload) else { return nil }
      bytes &+= packet.length
    }
    return bytes
  }

  /// Finds out what is to be known of frames that are lost.
  @inline(never)
  private mutating func readLost(_ lost: FrameSet, _ hit: FlowHit, number: UInt16) {
    lost.forEach { i in
      _ = arrivals.read(batch[i], inPort: number)
      ways.set(i, hit)
      outcomes.begin(i, reason: hit.dropReason, frames: batch[i].frames)
    }
  }

  /// Counts what has left, notes what has not, and lets go of the batch.
  @inline(__always)
  private mutating func settle(_ lost: FrameSet, bytes: Int, at slot: PortSlot) {
    var bytes = bytes
    if !lost.isEmpty {
      lost.forEach { i in
        if let reason = DropReason(report[i]) { drop(batch[i], at: slot, reason) }
        bytes &-= batch[i].length
      }
    }
    slot.counters.sent(frames: batch.count &- lost.count, bytes: bytes)
    pool.give(batch)
  }
}

extension TransmitReport {
  /// Which of the first `count` frames were not sent.
  @inline(__always)
  fileprivate func lost(of count: Int) -> FrameSet {
    var lost = FrameSet()
    for i in 0..<count where self[i] != .sent { lost.insert(i) }
    return lost
  }
}
