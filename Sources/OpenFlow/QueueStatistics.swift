public import Bytes
public import Match

/// A queue's counters. `nil` for one that is not known. OpenFlow 1.3.5 section A.3.5.8; 1.4 section A.3.5.8.
public struct QueueStatistics: MultipartItem {
  public var port: PortNumber
  public var queue: UInt32
  public var bytes: UInt64?
  public var packets: UInt64?
  public var errors: UInt64?
  /// How long the queue has been there. 1.3 and later.
  public var duration: Duration?

  public init(
    port: PortNumber, queue: UInt32, bytes: UInt64? = nil, packets: UInt64? = nil, errors: UInt64? = nil,
    duration: Duration? = nil
  ) {
    self.port = port
    self.queue = queue
    self.bytes = bytes
    self.packets = packets
    self.errors = errors
    self.duration = duration
  }

  public static func kind(in version: OpenFlowVersion) -> MessageKind? { .queueReply }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    var item = reader
    if version >= .v14 {
      let start = reader.remaining
      let length = try Int(reader.read(UInt16.self))
      guard length >= 48, length <= start.count else { throw OpenFlowError(.badLength, start.prefix(8)) }
      item = MessageReader(try reader.take(length - 2))
      try item.skip(6)
    }
    self.init(port: try item.readPort(version), queue: 0)
    if version == .v10 { try item.skip(2) }
    queue = try item.read()
    bytes = try item.readCounter()
    packets = try item.readCounter()
    errors = try item.readCounter()
    if version >= .v13 { duration = try item.readKnownDuration() }
    if version < .v14 { reader = item }
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    if version >= .v14 {
      writer.write(UInt16(48))
      writer.pad(6)
    }
    writer.writePort(port, version)
    if version == .v10 { writer.pad(2) }
    writer.write(queue)
    for counter in [bytes, packets, errors] { writer.write(counter ?? ~0) }
    if version >= .v13 { writer.write(known: duration) }
  }

  public static func print(_ items: [QueueStatistics], to printer: inout MessagePrinter) {
    printer.append(" \(items.count) queues\n")
    guard printer.style.verbosity > 0 else { return }
    func count(_ counter: UInt64?) -> String { counter.map { "\($0)" } ?? "?" }
    for each in items {
      printer.append("  port ")
      printer.append(each.port)
      printer.append(" queue \(each.queue): bytes=\(count(each.bytes)), pkts=\(count(each.packets)), ")
      printer.append("errors=\(count(each.errors)), duration=")
      if let duration = each.duration {
        printer.append(seconds: duration)
        printer.append("s\n")
      } else {
        printer.append("?\n")
      }
    }
  }
}
