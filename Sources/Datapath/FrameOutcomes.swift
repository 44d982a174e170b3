import Bytes
import Pipeline

/// What became of each frame of the receive batch: delivered, or the reason why not.
///
/// A copy knows by `Packet.origin` which frame it is of.
struct FrameOutcomes {
  private var delivered = InlineArray<32, Bool>(repeating: false)
  private var reasons = InlineArray<32, DropReason>(repeating: .ruleDrops)

  /// Whether what is told now is of copies for mirrors: what becomes of them is not what becomes of the frame.
  var areCopies = false

  /// How many frames it was made of.
  private var frames = InlineArray<32, Int>(repeating: 1)

  /// A new frame, so far dropped for `reason`.
  /// - Parameter frames: how many received frames it stands for.
  mutating func begin(_ origin: Int, reason: DropReason, frames: Int = 1) {
    delivered[origin & 31] = false
    reasons[origin & 31] = reason
    self.frames[origin & 31] = frames
  }

  /// The frame waits for others: it is neither delivered nor dropped.
  mutating func held(_ origin: Int) { delivered[origin & 31] = true }

  /// How many received frames the frame stands for.
  func frames(_ origin: Int) -> Int { frames[origin & 31] }

  /// The frame was dropped for `reason`, unless a copy gets through.
  mutating func dropped(_ origin: Int, _ reason: DropReason) {
    if !areCopies { reasons[origin & 31] = reason }
  }

  /// A copy of the frame got through.
  mutating func delivered(_ origin: Int) { if !areCopies { delivered[origin & 31] = true } }

  /// Why the frame was not delivered; `nil` when it was.
  func dropReason(_ origin: Int) -> DropReason? { delivered[origin & 31] ? nil : reasons[origin & 31] }
}
