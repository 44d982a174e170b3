/// What counts frames of a flow that was found.
public struct FrameCount {
  let frames: Int
  let bytes: Int
  let now: UInt64
  let second: UInt32

  /// - Parameters:
  ///   - bytes: the length of all `frames` together.
  ///   - now: monotonic milliseconds.
  @inline(__always)
  public init(frames: Int = 1, bytes: Int, now: UInt64) {
    self.frames = frames
    self.bytes = bytes
    self.now = now
    second = UInt32(truncatingIfNeeded: now / 1000)
  }
}
