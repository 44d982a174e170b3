import Bytes
public import Match

/// Answers that carry little or nothing. OpenFlow 1.3.5 sections A.5.2, A.3.8.
public enum OpenFlowReply {
  /// The answer to an echo request: the same bytes. A request fills one message at most, so does its answer.
  public static func echo(_ data: [UInt8], version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.echoReply, version: version, xid: xid) { $0.write(data) }
  }

  /// A request of our own, to see whether the controller is still there.
  public static func echoRequest(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.echoRequest, version: version, xid: xid)
  }

  /// All that came before the request is done.
  public static func barrier(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.barrierReply(version), version: version, xid: xid)
  }
}
