public import Bytes
public import Match

/// NXT_RESUME: a controller gives a frame back that `controller(pause)` brought it. It says what NXT_PACKET_IN2
/// said, perhaps changed. Nicira's extension of all versions.
public struct Resume: MessagePayload {
  /// Its continuation says where translation goes on.
  public var packetIn: PacketInMessage

  public init(_ packetIn: PacketInMessage) { self.packetIn = packetIn }

  init(_ head: MessageHead) throws(OpenFlowError) { packetIn = try PacketInMessage(head) }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .resume }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    packetIn.encodeBody(to: &writer, version: version)
  }

  public func print(to printer: inout MessagePrinter) { packetIn.print(to: &printer) }
}
