public import Bytes
public import Match

/// What one kind of message says. A type for each, in a file with how it is read, written and printed.
public protocol MessagePayload: Hashable, Sendable {
  /// The kind of message that says this in `version`; `nil` when that version has none.
  func kind(in version: OpenFlowVersion) -> MessageKind?

  /// Appends what follows the headers.
  func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion)

  /// All messages that say this: one, but for replies with more items than one has room for. None when
  /// `version` has no such message.
  func messages(version: OpenFlowVersion, xid: UInt32) -> [[UInt8]]

  /// Appends what `ovs-ofctl` prints behind the message's name.
  func print(to printer: inout MessagePrinter)
}

extension MessagePayload {
  /// The message, or nothing when `version` has none that says this.
  public func encode(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    guard let kind = kind(in: version) else { return [] }
    return encodeMessage(kind, version: version, xid: xid) { encodeBody(to: &$0, version: version) }
  }

  public func messages(version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    let message = encode(version: version, xid: xid)
    return message.isEmpty ? [] : [message]
  }
}

/// A message that its kind says all of.
public struct BareMessage: MessagePayload {
  private let kind: MessageKind

  init(_ kind: MessageKind) { self.kind = kind }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { kind.exists(in: version) ? kind : nil }
  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {}
  public func print(to printer: inout MessagePrinter) {}
}
