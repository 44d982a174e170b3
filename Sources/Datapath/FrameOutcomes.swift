import Bytes
import Pipeline

/// What became of each frame of the receive batch: delivered, or the reason why not.
///
/// A copy knows by `Packet.origin` which frame it is of.
struct FrameOutcomes {
  private var delivered = InlineArray<32, Bool>(repeating: false)
  private var reasons = InlineArray<32, DropReason>(repeating: .ruleDrops)

  /// A new frame, so far dropped for `reason`.
  mutating func begin(_ origin: Int, reason: DropReason) {
    delivered[origin & 31] = false
    reasons[origin & 31] = reason
  }

  /// The frame was dropped for `reason`, unless a copy gets through.
  mutating func dropped(_ origin: Int, _ reason: DropReason) { reasons[origin & 31] = reason }

  /// A copy of the frame got through.
  mutating func delivered(_ origin: Int) { delivered[origin & 31] = true }

  /// Why the frame was not delivered; `nil` when it was.
  func dropReason(_ origin: Int) -> DropReason? { delivered[origin & 31] ? nil : reasons[origin & 31] }
}
