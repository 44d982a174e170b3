import Bytes
import Classifier
import Match
import Pipeline

/// Fragments on their way to the tables of a bridge that makes whole packets of them.
extension PacketPath {
  /// Takes a fragment. Returns of how many the packet consists that is whole now, which is in the frame's slot;
  /// `nil` when the frame waits or was dropped.
  @inline(never)
  mutating func reassemble(_ packet: Packet, from port: PortIndex) -> Int? {
    let layout = arrivals.layout(packet.origin)
    guard Fragment.hasEtherType(packet) else { return 1 }
    guard !packet.offload.isGSO, !packet.offload.needsChecksum else {
      refuse(packet, .badOffloadHeader)
      return nil
    }
    let vlan = arrivals.key(packet.origin)[FlowKey.Word.vlan]
    guard let fragment = Fragment(packet, layout: layout, port: port, vlan: vlan) else {
      refuse(packet, .malformedFragment)
      return nil
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
    case .dropped(let reason):
      refuse(packet, reason)
      return nil
    case .spoiled(let reason, let held):
      count(Reassembler.Loss(port: port, frames: held, reason: reason))
      refuse(packet, reason)
      return nil
    }
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
