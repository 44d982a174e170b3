import Bytes
@testable import Ports
import Sys

/// Shorthand for frames in tests.
enum Frames {
  static let broadcast: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
  static let source: [UInt8] = [0x02, 0, 0, 0, 0, 0x01]
  /// An EtherType for local experiments (IEEE 802, clause 9.2.4), which no stack answers.
  static let experimental: [UInt8] = [0x88, 0xb5]

  /// A broadcast with `payload` counted bytes behind the Ethernet header and `tags`.
  static func plain(payload: Int, tags: [UInt8] = [], seed: UInt8 = 0) -> [UInt8] {
    broadcast + source + tags + experimental + (0..<payload).map { UInt8(truncatingIfNeeded: $0) &+ seed }
  }
}

extension Packet {
  var array: [UInt8] {
    let frame = bytes
    return (0..<frame.byteCount).map { frame.load(UInt8.self, at: $0) }
  }
}

/// A pool and a batch, to call ports as a worker does.
struct Bench: ~Copyable {
  var pool = PacketPool(capacity: 128)
  var batch = PacketBatch()

  struct Frame: Equatable {
    var bytes: [UInt8]
    var offload = OffloadHeader()
  }

  /// What has arrived at `port`, and how the last call ended. Waits until `count` frames are there, for the
  /// kernel may deliver them a little after they were sent; gives up after ten seconds without any.
  mutating func receive(
    from port: some Port, expecting count: Int = 0
  ) throws -> (frames: [Frame], outcome: ReceiveOutcome) {
    try receive(fromQueue: port.queues[0], expecting: count)
  }

  mutating func receive(
    fromQueue port: any PortQueue, expecting count: Int = 0
  ) throws -> (frames: [Frame], outcome: ReceiveOutcome) {
    var frames: [Frame] = []
    var epoll = try Epoll()
    if let descriptor = port.descriptor { try epoll.add(descriptor, tag: 0) }
    while true {
      let outcome = port.receive(into: &batch, from: &pool)
      for i in 0..<batch.count {
        frames.append(Frame(bytes: batch[i].array, offload: batch[i].offload))
        pool.give(batch[i])
      }
      batch.removeAll()
      if outcome == .more { continue }
      if outcome == .drained, frames.count < count, epoll.wait(timeoutMilliseconds: 10_000) > 0 { continue }
      return (frames, outcome)
    }
  }

  /// Sends up to 32 frames, with `headroom` bytes free in front of each.
  mutating func send(
    _ frames: [Frame], to port: some Port, headroom: Int = Packet.headroom
  ) -> [TransmitOutcome] {
    send(frames, toQueue: port.queues[0], headroom: headroom)
  }

  mutating func send(
    _ frames: [Frame], toQueue port: any PortQueue, headroom: Int = Packet.headroom
  ) -> [TransmitOutcome] {
    for frame in frames {
      guard let packet = pool.take() else { preconditionFailure("the pool is too small for the test") }
      packet.setLength(frame.bytes.count - (Packet.headroom - headroom))
      guard packet.prepend(Packet.headroom - headroom) else { preconditionFailure("no such headroom") }
      var bytes = packet.mutableBytes
      for (i, byte) in frame.bytes.enumerated() { bytes.store(byte, at: i) }
      packet.offload = frame.offload
      batch.append(packet)
    }
    var report = TransmitReport()
    for i in 0..<frames.count { report[i] = .refused }
    port.transmit(batch, report: &report)
    for i in 0..<batch.count { pool.give(batch[i]) }
    batch.removeAll()
    return frames.indices.map { report[$0] }
  }

  mutating func send(_ frames: [[UInt8]], to port: some Port) -> [TransmitOutcome] {
    send(frames.map { Frame(bytes: $0) }, to: port)
  }

  mutating func send(_ frames: [[UInt8]], toQueue port: any PortQueue) -> [TransmitOutcome] {
    send(frames.map { Frame(bytes: $0) }, toQueue: port)
  }
}
