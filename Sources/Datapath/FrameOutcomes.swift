import Bytes
import Pipeline

/// What became of each frame of the receive batch: delivered, or the reason why not.
///
/// A copy knows by `Packet.origin` which frame it is of.
///
/// # Memory
/// One allocation of 32 outcomes, freed by `deinit`; an origin is taken modulo 32.
@safe struct FrameOutcomes: ~Copyable {
  private struct Outcome {
    var isDelivered = false
    var reason = DropReason.ruleDrops
    /// How many received frames it stands for.
    var frames: Int32 = 1
  }

  private let outcomes: UnsafeMutablePointer<Outcome>
  /// Whether what is told now is of copies for mirrors: what becomes of them is not what becomes of the frame.
  var areCopies = false

  init() {
    unsafe outcomes = .allocate(capacity: PacketBatch.capacity)
    unsafe outcomes.initialize(repeating: Outcome(), count: PacketBatch.capacity)
  }

  deinit { unsafe outcomes.deallocate() }

  /// A new frame, so far dropped for `reason`.
  /// - Parameter frames: how many received frames it stands for.
  @inline(__always)
  func begin(_ origin: Int, reason: DropReason, frames: Int = 1) {
    unsafe outcomes[origin & 31] = Outcome(reason: reason, frames: Int32(truncatingIfNeeded: frames))
  }

  /// The frame waits for others: it is neither delivered nor dropped.
  func held(_ origin: Int) { unsafe outcomes[origin & 31].isDelivered = true }

  /// How many received frames the frame stands for.
  func frames(_ origin: Int) -> Int { unsafe Int(outcomes[origin & 31].frames) }

  /// The frame was dropped for `reason`, unless a copy gets through.
  func dropped(_ origin: Int, _ reason: DropReason) {
    if !areCopies { unsafe outcomes[origin & 31].reason = reason }
  }

  /// A copy of the frame got through.
  @inline(__always)
  func delivered(_ origin: Int) { if !areCopies { unsafe outcomes[origin & 31].isDelivered = true } }

  /// Why the frame was not delivered; `nil` when it was.
  @inline(__always)
  func dropReason(_ origin: Int) -> DropReason? {
    let outcome = unsafe outcomes[origin & 31]
    return outcome.isDelivered ? nil : outcome.reason
  }
}
