import Bytes
import Classifier
import Match

/// The key of a frame: what the switch reads of it, whatever it then does.
func parseSuite() {
  let kinds: [(String, [UInt8])] = [
    ("TCP", Frames.tcp()), ("UDP", Frames.udp()), ("VLAN", Frames.tagged(Frames.udp(), [0x8100, 10])),
    ("QinQ", Frames.tagged(Frames.udp(), [0x88a8, 20], [0x8100, 10])), ("IPv6", Frames.tcp6),
    ("ARP", Frames.arp),
  ]
  for (name, frame) in kinds { parse(name, [frame]) }
  parse("mixed", kinds.map(\.1))
}

private func parse(_ name: String, _ frames: [[UInt8]]) {
  part("parse: \(name)", operations: 1_000_000) {
    var pool = PacketPool(capacity: frames.count)
    let holder = Packets(frames, &pool)
    let key = KeyReference.allocate()
    let pools = PoolHolder(pool)
    return {
      var layout = FrameLayout()
      var next = 0
      for _ in 0..<1_000_000 {
        blackHole(key.fill(from: holder.packets[next].bytes, layout: &layout))
        next = next + 1 == holder.packets.count ? 0 : next + 1
      }
      withExtendedLifetime(pools) {}
    }
  }
}

/// Frames in the slots of a pool.
final class Packets {
  let packets: [Packet]

  init(_ frames: [[UInt8]], _ pool: inout PacketPool) {
    var packets: [Packet] = []
    for frame in frames {
      guard let packet = pool.take() else { preconditionFailure("the pool is too small") }
      packet.copy(from: frame.rawSpan)
      packets.append(packet)
    }
    self.packets = packets
  }
}

/// A pool that a closure can keep, and a batch for what is taken from it.
final class PoolHolder {
  var pool: PacketPool
  var batch = PacketBatch()
  init(_ pool: consuming PacketPool) { self.pool = pool }
}
