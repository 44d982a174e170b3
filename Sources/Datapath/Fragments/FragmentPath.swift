import Bytes
import Match
import Pipeline

/// Fragments on their way to the tables of a bridge that makes whole packets of them.
extension PacketPath {
  /// Takes a fragment. Returns of how many the packet consists that is whole now, which is in the frame's slot;
  /// `nil` when the frame waits or was dropped.
  @inline(never)
  mutating func reassemble(_ packet: Packet, layout: FrameLayout, from port: PortIndex) -> Int? {
    guard Fragment.hasEtherType(packet) else { return 1 }
    guard !packet.offload.isGSO, !packet.offload.needsChecksum else {
      return refuse(packet, .badOffloadHeader)
    }
    let vlan = translator.field(word: FlowKey.Word.vlan)
    guard let fragment = Fragment(packet, layout: layout, port: port, vlan: vlan) else {
      return refuse(packet, .malformedFragment)
    }
    if let loss = reassembler.makeRoom(for: fragment) { count(loss) }
    switch reassembler.take(fragment, packet, now: now) {
    case .held:
      ports[port]?.counters.held(1)
      outcomes.held(packet.origin)
      pool.give(packet)
      return nil
    case .complete(let frames):
      ports[port]?.counters.held(1 - frames)
      packet.offload = OffloadHeader()
      return frames
    case .dropped(let reason): return refuse(packet, reason)
    case .spoiled(let reason, let held):
      count(Reassembler.Loss(port: port, frames: held, reason: reason))
      return refuse(packet, reason)
    }
  }

  private mutating func refuse(_ packet: Packet, _ reason: DropReason) -> Int? {
    ways.begin(packet.origin, unread: packet)
    outcomes.begin(packet.origin, reason: reason)
    pool.give(packet)
    return nil
  }

  private func count(_ loss: Reassembler.Loss) {
    guard let counters = ports[loss.port]?.counters else { return }
    counters.held(-loss.frames)
    counters.dropped(loss.reason, frames: loss.frames)
  }

  /// Gives up packets whose parts did not come in time; it looks about once a second.
  mutating func giveUpFragments() {
    guard !reassembler.isEmpty, now >= nextExpiry else { return }
    nextExpiry = now + 1000
    while let loss = reassembler.expire(now: now) { count(loss) }
  }
}
