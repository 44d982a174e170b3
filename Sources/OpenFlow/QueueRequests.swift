public import Bytes
public import Match

/// Asks for the counters of queues, or for their configuration. OpenFlow 1.0 sections 5.3.4 and 5.3.5.5; 1.4
/// sections A.3.5.8 and A.3.5.10.
public struct QueueRequest: Hashable, Sendable {
  /// `.none` for all.
  public var port: PortNumber
  /// `nil` for all.
  public var queue: UInt32?

  public init(port: PortNumber = .none, queue: UInt32? = nil) {
    self.port = port
    self.queue = queue
  }

  static var allQueues: UInt32 { 0xffff_ffff }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    port = try reader.readPort(head.version)
    // 1.0 has no name for any port but that for all.
    if head.version == .v10, port == .all { port = .none }
    guard head.kind != .queueGetConfigRequest else { return }
    if head.version == .v10 { try reader.skip(2) }
    let number = try reader.read(UInt32.self)
    queue = number == Self.allQueues ? nil : number
  }
}

/// The request as a message.
public struct QueueRequestMessage: MessagePayload {
  public var request: QueueRequest
  /// Whether the configuration is asked for, not the counters.
  public var isConfig: Bool

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    guard isConfig else { return .queueRequest }
    return version < .v14 ? .queueGetConfigRequest : .queueDescriptionRequest
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    let isAny = request.port == .none && version == .v10 && !isConfig
    writer.writePort(isAny ? .all : request.port, version)
    switch (isConfig, version) {
    case (true, .v10): writer.pad(2)
    case (true, .v11), (true, .v12), (true, .v13): writer.pad(4)
    default:
      if version == .v10 { writer.pad(2) }
      writer.write(request.queue ?? QueueRequest.allQueues)
    }
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" port=")
    printer.append(request.port)
    if isConfig {
      if let queue = request.queue { printer.append(" queue=\(queue)") }
    } else {
      printer.append(" queue=" + (request.queue.map { "\($0)" } ?? "ALL"))
    }
  }
}
