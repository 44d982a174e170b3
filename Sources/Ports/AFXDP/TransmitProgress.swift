import Glibc

/// How far the kernel has come in a transmit ring that it reads only during calls.
///
/// A call takes a bounded number of frames (32 unless somebody has changed that), and ends with the first one that the
/// device refuses. That one is taken too, but the ring's own index tells so only if another frame left in the same call.
struct TransmitProgress {
  /// Behind the last frame that was taken.
  private(set) var taken: UInt32 = 0

  /// Notes what a call has done.
  ///
  /// - Parameters:
  ///   - index: what the ring says was taken.
  ///   - end: behind the last frame of the ring.
  ///   - wasRefused: whether the call ended because the device refused a frame.
  /// - Returns: the index of that frame.
  mutating func note(taken index: UInt32, end: UInt32, wasRefused: Bool) -> UInt32? {
    // Neither back nor beyond what there is.
    let advance = index &- taken
    let hasMoved = advance != 0 && advance <= end &- taken
    if hasMoved { taken = index }
    guard wasRefused, hasMoved || taken != end else { return nil }
    if !hasMoved { taken &+= 1 }
    return taken &- 1
  }

  /// Whether `errno` of a call means that the device takes nothing until it is opened anew.
  static func isLasting(_ errno: CInt) -> Bool {
    switch errno {
    case ENETDOWN, ENXIO, ENODEV, EBADF: true
    default: false
    }
  }
}
