public import Bytes
public import Match

/// Tells controllers of a port that came, went or changed. OpenFlow 1.3.5 section A.4.3.
public struct PortStatus: MessagePayload {
  public enum Reason: UInt8, CaseIterable, Hashable, Sendable {
    case add = 0
    case delete = 1
    case modify = 2
  }

  public var reason: Reason
  public var port: PortDescription

  public init(_ reason: Reason, _ port: PortDescription) {
    self.reason = reason
    self.port = port
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    guard let known = Reason(rawValue: try reader.read()) else {
      throw OpenFlowError(.badReason, head.body.prefix(8))
    }
    reason = known
    try reader.skip(7)
    port = try PortDescription(&reader, kind: head.kind, version: head.version)
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .portStatus }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(reason.rawValue)
    writer.pad(7)
    port.encode(to: &writer, kind: .portStatus, version: version)
  }

  /// The message; asynchronous ones have xid 0.
  public func encode(version: OpenFlowVersion) -> [UInt8] { encode(version: version, xid: 0) }

  public func print(to printer: inout MessagePrinter) {
    let word =
      switch reason {
      case .add: "ADD"
      case .delete: "DEL"
      case .modify: "MOD"
      }
    printer.append(" \(word):")
    port.print(to: &printer)
  }
}
