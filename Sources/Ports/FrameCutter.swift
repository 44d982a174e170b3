public import Bytes

/// Makes several frames of one, in rounds.
public protocol FrameCutter {
  /// Adds frames to `batch`, in slots of `pool`, until it is full. The caller gives the slots back.
  mutating func next(into batch: inout PacketBatch, from pool: inout PacketPool) -> CutProgress
}

/// How a round ended.
public enum CutProgress: Sendable, Equatable {
  /// The last frame is in the batch.
  case done
  /// The batch is full or the pool is empty: call again.
  case more
}
