public import Bytes
public import Match

/// An echo request or its reply, which carries the request's data. OpenFlow 1.3.5 section A.5.2.
public struct Echo: MessagePayload {
  public var data: [UInt8]
  public var isReply: Bool

  public init(_ data: [UInt8] = [], isReply: Bool = false) {
    self.data = data
    self.isReply = isReply
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { isReply ? .echoReply : .echoRequest }
  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) { writer.write(data) }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" \(data.count) bytes of payload\n")
    if printer.style.verbosity > 1 { printer.appendDump(of: data) }
  }
}
