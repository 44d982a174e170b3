public import Bytes
public import Match

/// Asks for the counters or the descriptions of one port, or of all. OpenFlow 1.3.5 section A.3.5.6; 1.5.1 section
/// 7.3.5.7.
public struct PortRequest: MessagePayload {
  /// `.none` for all.
  public var port: PortNumber
  /// Whether descriptions are asked for, not counters. Before 1.5 those are always of all ports.
  public var isDescription: Bool

  public init(_ port: PortNumber, isDescription: Bool) {
    self.port = port
    self.isDescription = isDescription
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    isDescription = head.kind == .portDescriptionRequest
    var reader = MessageReader(head.body)
    port = reader.isEmpty ? .none : try reader.readPort(head.version)
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    isDescription ? .portDescriptionRequest : .portRequest
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    guard !isDescription || version == .v15 else { return }
    writer.writePort(port, version)
    writer.pad(version == .v10 ? 6 : 4)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(isDescription ? " port=" : " port_no=")
    printer.append(port)
  }
}
