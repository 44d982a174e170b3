public import Match
public import Pipeline

/// What a worker saw of a frame that a rule has reported.
public struct FrameSample: BitwiseCopyable, Sendable {
  /// The words of a `FlowKey` that a frame's headers fill, from `FlowKey.Word.firstOfFrame` on.
  typealias Headers = InlineArray<14, UInt64>

  public internal(set) var sampling: FrameSampling
  /// Of the whole frame, in bytes.
  public internal(set) var length: UInt32
  /// Of the IPv4 or IPv6 packet with its header, in bytes; 0 when there is none.
  public internal(set) var packetLength: UInt32
  /// Of the Ethernet header with its tags, in bytes; 0 when there is none.
  public internal(set) var headerLength: UInt8
  /// Whether the rules send the frame anywhere.
  public internal(set) var isForwarded: Bool
  /// When the worker took the frame's batch up; monotonic microseconds.
  public internal(set) var time: UInt64
  var headers = Headers(repeating: 0)

  /// The fields of the frame's headers, as they were when it was reported. Labels and network service headers are not
  /// among them.
  public var key: FlowKey {
    var key = FlowKey()
    for i in headers.indices { key.words[FlowKey.Word.firstOfFrame + i] = headers[i] }
    return key
  }
}
