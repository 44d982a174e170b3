public import Bytes
public import Match

/// A queue as it is configured. OpenFlow 1.0 section 5.3.4; 1.4 section A.3.5.10.
public struct QueueConfig: Hashable, Sendable {
  public var port: PortNumber
  public var queue: UInt32
  /// Tenths of a percent of the port's speed; `nil` when there is none.
  public var minimumRate: UInt16?
  public var maximumRate: UInt16?

  public init(
    port: PortNumber, queue: UInt32, minimumRate: UInt16? = nil, maximumRate: UInt16? = nil
  ) {
    self.port = port
    self.queue = queue
    self.minimumRate = minimumRate
    self.maximumRate = maximumRate
  }

  /// `OFPQT_*`, from 1.4 on `OFPQDPT_*`, which are the same.
  private enum Rate {
    static var minimum: UInt16 { 1 }
    static var maximum: UInt16 { 2 }
  }

  /// Reads the next queue; up to 1.1 it belongs to `port`, later ones name their own.
  init(
    _ reader: inout MessageReader, of port: PortNumber, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    var head = reader
    self.init(port: port, queue: 0)
    if version >= .v14 { self.port = try head.readPort(version) }
    queue = try head.read()
    if version > .v11, version < .v14 { self.port = try head.readPort(version) }
    let length = try Int(head.read(UInt16.self))
    guard length >= start.count - head.count, length % 8 == 0, length <= start.count else {
      throw OpenFlowError(.badLength, start.prefix(16))
    }
    var item = MessageReader(try reader.take(length))
    try item.skip(version < .v12 ? 8 : 16)
    while let property = try item.nextProperty() {
      // 1.4 has nothing between the header and the rate.
      let gap = version >= .v14 ? 0 : 4
      guard property.type == Rate.minimum || property.type == Rate.maximum else { continue }
      var value = property.value
      guard value.count >= gap + 2 else { throw OpenFlowError(.badLength, property.bytes) }
      try value.skip(gap)
      let rate = try value.read(UInt16.self)
      // What is above the whole says that there is no limit.
      let known = rate > 1000 ? nil : rate
      if property.type == Rate.minimum { minimumRate = known } else { maximumRate = known }
    }
  }

  func encode(to writer: inout ByteWriter, version: OpenFlowVersion) {
    let start = writer.count
    if version >= .v14 { writer.writePort(port, version) }
    writer.write(queue)
    if version > .v11, version < .v14 { writer.writePort(port, version) }
    let lengthOffset = writer.count
    writer.pad(version > .v11 ? 8 : 4)
    for (type, rate) in [(Rate.minimum, minimumRate), (Rate.maximum, maximumRate)] {
      guard let rate else { continue }
      writer.property(type) { writer in
        if version < .v14 { writer.pad(4) }
        writer.write(rate)
        if version < .v14 { writer.pad(6) }
      }
    }
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: lengthOffset)
  }
}

/// The queues that were asked for: OFPT_QUEUE_GET_CONFIG_REPLY, or from 1.4 on a multipart reply.
public struct QueueConfigReply: MessagePayload {
  /// What was asked for; `.none` for all. Not sent in 1.4 and later.
  public var port: PortNumber
  public var queues: [QueueConfig]

  public init(port: PortNumber, queues: [QueueConfig]) {
    self.port = port
    self.queues = queues
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    port = .none
    queues = []
    if head.version < .v14 {
      port = try reader.readPort(head.version)
      try reader.skip(head.version == .v10 ? 6 : 4)
    }
    while !reader.isEmpty { queues.append(try QueueConfig(&reader, of: port, version: head.version)) }
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    version < .v14 ? .queueGetConfigReply : .queueDescriptionReply
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    if version < .v14 {
      writer.writePort(port, version)
      writer.pad(version == .v10 ? 6 : 4)
    }
    for queue in queues { queue.encode(to: &writer, version: version) }
  }

  public func messages(version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    guard version >= .v14 else {
      let message = encode(version: version, xid: xid)
      return message.isEmpty ? [] : [message]
    }
    return encodeMultipart(.queueDescriptionReply, version: version, xid: xid, items: queues) {
      $0.encode(to: &$1, version: version)
    }
  }

  /// In the order of ports and queues; a port's name heads its queues.
  public func print(to printer: inout MessagePrinter) {
    let isDescription = printer.version >= .v14
    var last: PortNumber?
    if queues.isEmpty {
      printer.append("\n")
    } else if !isDescription {
      printer.append(" port=")
      printer.append(port)
      printer.append("\n")
    }
    let sorted = queues.sorted { ($0.port, $0.queue) < ($1.port, $1.queue) }
    for each in isDescription ? sorted : queues {
      if isDescription, each.port != last {
        printer.append(last == nil ? " port=" : "port=")
        printer.append(each.port)
        printer.append("\n")
        last = each.port
      }
      printer.append("queue \(each.queue):")
      for (name, rate) in [("min_rate", each.minimumRate), ("max_rate", each.maximumRate)] {
        guard let rate else { continue }
        printer.append(" \(name):\(rate / 10).\(rate % 10)%")
      }
      printer.append("\n")
    }
  }
}
