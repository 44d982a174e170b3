import Bytes
import Match

/// What the translator knows of headers that its keys do not show, because others lie in front of them.
struct HeaderLayers: BitwiseCopyable {
  /// What follows the label stack, or would if there were one.
  enum Base: BitwiseCopyable {
    /// What arrived with the frame.
    case arrived
    /// A header that was pushed.
    case pushed
    /// An Ethernet frame, under a label.
    case ethernet
  }

  var base = Base.arrived
  /// Where in the frame as it arrived the base begins, in bytes, when it is `arrived`; label stack entries that
  /// arrived and are still there are part of it.
  var offset = 0
  /// The type as which the base was read into the frame's key.
  var readType: UInt16 = 0
  /// Label stack entries of the frame that were pushed.
  var pushedLabels = 0
  /// Where the frame under the last pushed header was put aside.
  var hidden = 0
}

/// Frames that headers were pushed onto, to come back to. What was put aside before a scope was opened stays until
/// the scope ends, though the header may be gone.
struct HiddenFrames: ~Copyable {
  static var capacity: Int { 8 }

  private let frames = Heaped(InlineArray<8, HiddenFrame>(repeating: HiddenFrame()))
  /// Places in use, and those of them that stay.
  var count = 0
  var floor = 0

  /// Where `frame` is now; `nil` when there is no place.
  mutating func add(_ frame: HiddenFrame) -> Int? {
    guard count < Self.capacity else { return nil }
    frames.value[count] = frame
    count += 1
    return count - 1
  }

  /// The frame at `place`, which is free if it may be.
  mutating func take(_ place: Int) -> HiddenFrame {
    if place == count - 1, place >= floor { count -= 1 }
    return frames.value[place]
  }
}

/// How the frame's length differs from what it was when it arrived, in bytes; an Ethernet header that it does not have
/// does not count.
struct LengthChange: BitwiseCopyable {
  /// After the ops so far.
  var now = 0
  /// When the frame was last looked at anew: rules that are found from then on count that many bytes.
  var counted = 0
}

/// A frame that a header was pushed onto.
struct HiddenFrame: BitwiseCopyable {
  var key = FlowKey()
  var tags = VLANTags(0)
  var layers = HeaderLayers()
  var lengthChange = 0
}
