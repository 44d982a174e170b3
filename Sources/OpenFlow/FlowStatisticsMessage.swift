import Actions
public import Bytes
public import Flow
public import Match

/// Asks for rules, or for the sums over them. OpenFlow 1.0 section 5.3.5.2; 1.3.5 section A.3.5.2.
public struct FlowStatisticsRequest: Hashable, Sendable {
  /// Only rules as specific as this, or more.
  public var match: FlowMatch
  /// 255 for all.
  public var table: UInt8
  /// Only rules that output to this port; `.none` for all.
  public var outPort: PortNumber
  /// Only rules that output to this group; `nil` for all. 1.1 and later.
  public var outGroup: UInt32?
  public var cookie: CookieMatch
  /// NXST_FLOW or NXST_AGGREGATE of 1.0: the reply is in the same form.
  public var isNicira: Bool

  public init(
    match: FlowMatch = FlowMatch(), table: UInt8 = 255, outPort: PortNumber = .none, outGroup: UInt32? = nil,
    cookie: CookieMatch = CookieMatch(cookie: 0, mask: 0), isNicira: Bool = false
  ) {
    self.match = match
    self.table = table
    self.outPort = outPort
    self.outGroup = outGroup
    self.cookie = cookie
    self.isNicira = isNicira
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    self.init(isNicira: head.kind == .niciraFlowRequest || head.kind == .niciraAggregateRequest)
    var reader = MessageReader(head.body)
    if isNicira {
      outPort = try reader.readPort(.v10)
      let matchByteCount = try Int(reader.read(UInt16.self))
      table = try reader.read()
      try reader.skip(3)
      let found = try reader.readNXM(matchByteCount)
      match = found.match
      if let condition = found.cookie { cookie = condition }
    } else if head.version == .v10 {
      match = try reader.readMatch(.v10)
      table = try reader.read()
      try reader.skip(1)
      outPort = try reader.readPort(.v10)
    } else {
      table = try reader.read()
      try reader.skip(3)
      outPort = try reader.readPort(head.version)
      let group = try reader.read(UInt32.self)
      if group != anyGroup { outGroup = group }
      try reader.skip(4)
      cookie = CookieMatch(cookie: try reader.read(), mask: try reader.read())
      match = try reader.readMatch(head.version)
    }
    try reader.expectEnd()
  }

  fileprivate func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    if isNicira {
      writer.writePort(outPort, .v10)
      let lengthOffset = writer.count
      writer.pad(2)
      writer.write(table)
      writer.pad(3)
      writer.write(nxm: match, cookie: cookie.mask == 0 ? nil : cookie, lengthAt: lengthOffset)
    } else if version == .v10 {
      writer.write(match, version: .v10)
      writer.write(table)
      writer.pad(1)
      writer.writePort(outPort, .v10)
    } else {
      writer.write(table)
      writer.pad(3)
      writer.writePort(outPort, version)
      writer.write(outGroup ?? anyGroup)
      writer.pad(4)
      writer.write(cookie.cookie)
      writer.write(cookie.mask)
      writer.write(match, version: version)
    }
  }

  /// The rules that were asked for, as they are sent.
  public func reply(
    _ flows: some Sequence<FlowStatistics>, version: OpenFlowVersion, xid: UInt32
  ) -> [[UInt8]] {
    let kind: MessageKind = isNicira ? .niciraFlowReply : .flowReply
    return encodeMultipart(kind, version: version, xid: xid, items: flows) { flow, writer in
      flow.encode(to: &writer, kind: kind, version: version)
    }
  }

  /// The sums that were asked for, as they are sent.
  public func reply(_ sums: AggregateStatistics, version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    MultipartReply([sums], as: isNicira ? .niciraAggregateReply : nil).messages(version: version, xid: xid)
  }
}

/// The request as a message.
public struct FlowStatisticsRequestMessage: MessagePayload {
  public var request: FlowStatisticsRequest
  /// Whether the sums are asked for, not the rules.
  public var isAggregate: Bool

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch (request.isNicira, isAggregate) {
    case (false, false): .flowRequest
    case (false, true): .aggregateRequest
    case (true, false): version == .v10 ? .niciraFlowRequest : nil
    case (true, true): version == .v10 ? .niciraAggregateRequest : nil
    }
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    request.encodeBody(to: &writer, version: version)
  }

  public func print(to printer: inout MessagePrinter) {
    if request.table != 255 {
      printer.append(" table=")
      printer.append(table: request.table)
    }
    if request.outPort != .none {
      printer.append(" out_port=")
      printer.append(request.outPort)
    }
    guard !request.match.isEmpty else { return }
    printer.append(" ")
    printer.append(request.match)
  }
}

/// Sums over rules. OpenFlow 1.3.5 section A.3.5.3.
public struct AggregateStatistics: MultipartItem {
  public var packets: UInt64
  public var bytes: UInt64
  public var flows: UInt32

  public init(packets: UInt64, bytes: UInt64, flows: UInt32) {
    self.packets = packets
    self.bytes = bytes
    self.flows = flows
  }

  public static func kind(in version: OpenFlowVersion) -> MessageKind? { .aggregateReply }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    if version == .v15 {
      let counters = try FlowCounters(oxs: &reader)
      self.init(packets: counters.packets ?? ~0, bytes: counters.bytes ?? ~0, flows: counters.flows ?? ~0)
    } else {
      self.init(packets: try reader.read(), bytes: try reader.read(), flows: try reader.read())
      try reader.skip(4)
    }
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    if version == .v15 {
      var counters = FlowCounters()
      (counters.packets, counters.bytes, counters.flows) = (packets, bytes, flows)
      counters.encode(to: &writer)
    } else {
      writer.write(packets)
      writer.write(bytes)
      writer.write(flows)
      writer.pad(4)
    }
  }

  public static func print(_ items: [AggregateStatistics], to printer: inout MessagePrinter) {
    for sums in items {
      printer.append(
        " packet_count=\(sums.packets) byte_count=\(sums.bytes) flow_count=\(sums.flows)")
    }
  }
}
