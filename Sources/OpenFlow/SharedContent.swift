public import Bytes
public import Match

/// What a request and the switch's reply to another one say alike: a configuration that is set, and told.
public protocol SharedContent: Hashable, Sendable {
  /// The kind of message that says this in `version`; `nil` when that version has none.
  func kind(in version: OpenFlowVersion, isReply: Bool) -> MessageKind?

  /// Appends what follows the headers.
  func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion)

  /// Appends what `ovs-ofctl` prints behind the message's name.
  func print(to printer: inout MessagePrinter)
}

extension SharedContent {
  /// The reply, or nothing when `version` has none.
  public func encode(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    SharedMessage(self, isReply: true).encode(version: version, xid: xid)
  }
}

/// Shared content as a request or as a reply.
public struct SharedMessage<Content: SharedContent>: MessagePayload {
  public var content: Content
  public var isReply: Bool

  public init(_ content: Content, isReply: Bool) {
    self.content = content
    self.isReply = isReply
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    content.kind(in: version, isReply: isReply).flatMap { $0.exists(in: version) ? $0 : nil }
  }
  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    content.encodeBody(to: &writer, version: version)
  }
  public func print(to printer: inout MessagePrinter) { content.print(to: &printer) }
}
