import Actions
import Bytes
public import Flow
public import Match

/// Which rules a controller asks about, and in which form it wants the answer: OFPMP_FLOW and OFPMP_AGGREGATE,
/// in 1.0 also Nicira's NXST_FLOW and NXST_AGGREGATE. OpenFlow 1.3.5 sections A.3.5.2 and A.3.5.3.
public struct FlowStatisticsRequest: Hashable, Sendable {
  public var match: FlowMatch
  /// 255 for all tables.
  public var table: UInt8
  /// Rules that output to this port alone; `.none` for all.
  public var outPort: PortNumber
  public var cookie: CookieMatch
  /// Nicira's message: the reply is in the same form.
  public var isNicira: Bool
}

extension FlowStatisticsRequest {
  init(_ body: ArraySlice<UInt8>, version: OpenFlowVersion) throws(OpenFlowError) {
    var reader = MessageReader(body)
    isNicira = false
    cookie = CookieMatch(cookie: 0, mask: 0)
    switch version {
    case .v10:
      match = try FlowMatch(v10: &reader.bytes)
      table = try reader.read()
      try reader.skip(1)
      outPort = try reader.readPort(version, else: .badOutPort)
    default:
      table = try reader.read()
      try reader.skip(3)
      outPort = try reader.readPort(version, else: .badOutPort)
      guard try reader.read(UInt32.self) == anyGroup else { throw OpenFlowError(.badOutGroup) }
      try reader.skip(4)
      cookie = CookieMatch(cookie: try reader.read(), mask: try reader.read())
      match = try FlowMatch(oxm: &reader.bytes)
    }
    try reader.expectEnd()
  }

  init(nicira body: ArraySlice<UInt8>) throws(OpenFlowError) {
    var reader = MessageReader(body)
    isNicira = true
    outPort = try reader.readPort(.v10, else: .badOutPort)
    let matchByteCount = try Int(reader.read(UInt16.self))
    table = try reader.read()
    try reader.skip(3)
    let found = try reader.readNXM(matchByteCount)
    match = found.match
    cookie = found.cookie ?? CookieMatch(cookie: 0, mask: 0)
    try reader.expectEnd()
  }

  /// The messages that answer a request for single rules.
  public func reply(
    _ flows: some Sequence<FlowStatistics>, version: OpenFlowVersion, xid: UInt32
  ) -> [[UInt8]] {
    encodeMultipart(
      .flow, version: version, xid: xid, niciraSubtype: isNicira ? MultipartType.niciraFlow : nil,
      items: flows
    ) { flow, writer in
      let start = writer.count
      switch (version, isNicira) {
      case (.v10, false): flow.encode10(to: &writer)
      case (.v10, true): flow.encodeNXM(to: &writer)
      default: flow.encode13(to: &writer)
      }
      if writer.count - start <= maximumMessageByteCount {
        writer.patch(UInt16(writer.count - start), at: start)
      }
    }
  }

  /// The message that answers a request for sums.
  public func reply(_ sums: AggregateStatistics, version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    encodeMultipart(
      .aggregate, version: version, xid: xid, niciraSubtype: isNicira ? MultipartType.niciraAggregate : nil,
      items: [sums]
    ) { sums, writer in
      writer.write(sums.packets)
      writer.write(sums.bytes)
      writer.write(sums.flows)
      writer.pad(4)
    }
  }
}

/// Sums over rules.
public struct AggregateStatistics: Hashable, Sendable {
  public var packets: UInt64
  public var bytes: UInt64
  public var flows: UInt32

  public init(packets: UInt64, bytes: UInt64, flows: UInt32) {
    self.packets = packets
    self.bytes = bytes
    self.flows = flows
  }
}

extension FlowStatistics {
  /// Appends `ofp_flow_stats` of 1.0, the length left 0.
  fileprivate func encode10(to writer: inout ByteWriter) {
    writer.write(UInt16(0))
    writer.write(table)
    writer.pad(1)
    match.encode10(to: &writer)
    writer.write(duration)
    writer.write(priority)
    writer.write(idleTimeout)
    writer.write(hardTimeout)
    writer.pad(6)
    writer.write(cookie)
    writer.write(packets)
    writer.write(bytes)
    writer.write(ActionCodec.encode(actions, version: .v10, for: match))
  }

  /// Appends `nx_flow_stats`, the length left 0. It alone of the three says the ages.
  fileprivate func encodeNXM(to writer: inout ByteWriter) {
    writer.write(UInt16(0))
    writer.write(table)
    writer.pad(1)
    writer.write(duration)
    writer.write(priority)
    writer.write(idleTimeout)
    writer.write(hardTimeout)
    let lengthOffset = writer.count
    writer.write(UInt16(0))
    for age in [idleAge, hardAge] {
      // One second more than the age: 0 says that it is not known.
      writer.write(UInt16(clamping: max(age, .zero).components.seconds + 1))
    }
    writer.write(cookie)
    writer.write(packets)
    writer.write(bytes)
    writer.write(nxm: match, lengthAt: lengthOffset)
    writer.write(ActionCodec.encode(actions, version: .v10, for: match))
  }

  /// Appends `ofp_flow_stats` of 1.3, the length left 0.
  fileprivate func encode13(to writer: inout ByteWriter) {
    writer.write(UInt16(0))
    writer.write(table)
    writer.pad(1)
    writer.write(duration)
    writer.write(priority)
    writer.write(idleTimeout)
    writer.write(hardTimeout)
    writer.write(flags.rawValue)
    writer.pad(4)
    writer.write(cookie)
    writer.write(packets)
    writer.write(bytes)
    match.encodeOXM(to: &writer)
    writer.write(InstructionCodec.encode(actions, for: match))
  }
}
