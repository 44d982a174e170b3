public import Actions
public import Bytes
public import Match

/// How packet-ins are written: what a controller chose with `NXT_SET_PACKET_IN_FORMAT`.
public enum PacketInFormat: UInt32, Hashable, Sendable {
  /// OFPT_PACKET_IN of the version.
  case standard = 0
  /// NXT_PACKET_IN: adds table, cookie and metadata to OpenFlow 1.0.
  case nxm = 1
  /// NXT_PACKET_IN2: a list of properties.
  case nxm2 = 2

  public var name: String {
    switch self {
    case .standard: "standard"
    case .nxm: "nxt_packet_in"
    case .nxm2: "nxt_packet_in2"
    }
  }
}

/// A frame for a controller. OpenFlow 1.0 section 5.4.1; 1.3.5 section A.4.1.
public struct PacketInMessage: MessagePayload {
  public var reason: PacketInReason
  /// The table that sent it; 255 when the message does not say.
  public var table: UInt8
  /// The cookie of the rule; all ones when no rule sent it.
  public var cookie: UInt64
  /// Ingress port, registers and what else does not come from the frame, at that moment.
  public var metadata: FlowMatch
  /// The start of the frame, as much as the controller gets; messages carry at most 65,000 bytes of it.
  public var frame: [UInt8]
  /// Bytes of the whole frame.
  public var frameByteCount: Int
  /// The number under which the switch keeps the frame; `nil` when it does not.
  public var buffer: UInt32?
  /// What `controller(userdata=)` said. NXT_PACKET_IN2 only.
  public var userData: [UInt8] = []
  /// Where translation goes on when NXT_RESUME brings the frame back. NXT_PACKET_IN2 only.
  public var continuation: Continuation?
  /// How the message was written, or is to be.
  public var format = PacketInFormat.standard

  /// A packet-in with all of `frame`: a switch that keeps no frames for controllers sends them whole, whatever `max_len`
  /// and `miss_send_len` say. OpenFlow 1.3.5 section 6.1.2. From `key` it takes the ingress port, and what else does not
  /// come from the frame and is not 0.
  public init(
    frame: [UInt8], key: FlowKey, reason: PacketInReason, table: UInt8 = 0, cookie: UInt64 = ~0
  ) {
    self.init(
      frame: Array(frame.prefix(Self.maximumFrameByteCount)), frameByteCount: frame.count,
      metadata: FlowMatch(), reason: reason, table: table, cookie: cookie)
    metadata.set(Self.inPort, to: key[Self.inPort])
    for field in Self.metadataFields {
      for slot in field.slots where key[slot] != 0 { metadata.set(slot, to: key[slot]) }
    }
  }

  init(
    frame: [UInt8], frameByteCount: Int, metadata: FlowMatch, reason: PacketInReason, table: UInt8,
    cookie: UInt64
  ) {
    self.frame = frame
    self.frameByteCount = frameByteCount
    self.metadata = metadata
    self.reason = reason
    self.table = table
    self.cookie = cookie
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    self.init(
      frame: [], frameByteCount: 0, metadata: FlowMatch(), reason: .noMatch, table: 255, cookie: ~0)
    var reader = MessageReader(head.body)
    if head.kind == .niciraPacketIn2 || head.kind == .resume {
      format = .nxm2
      try readProperties(&reader)
      return
    }
    let number = try reader.read(UInt32.self)
    if number != PacketOut.noBuffer { buffer = number }
    switch head.version {
    case _ where head.kind == .niciraPacketIn:
      format = .nxm
      frameByteCount = try Int(reader.read(UInt16.self))
      reason = try Self.reason(&reader)
      table = try reader.read()
      cookie = try reader.read()
      let matchByteCount = try Int(reader.read(UInt16.self))
      try reader.skip(6)
      metadata = try reader.readNXM(matchByteCount, isLoose: true).match
      try reader.skip(2)
    case .v10:
      frameByteCount = try Int(reader.read(UInt16.self))
      metadata.demand(inPort: try reader.readPort(.v10))
      reason = try Self.reason(&reader)
      try reader.skip(1)
    case .v11:
      metadata.demand(inPort: try reader.readPort(.v11))
      // The physical port behind it.
      try reader.skip(4)
      frameByteCount = try Int(reader.read(UInt16.self))
      reason = try Self.reason(&reader)
      table = try reader.read()
    default:
      frameByteCount = try Int(reader.read(UInt16.self))
      reason = try Self.reason(&reader)
      table = try reader.read()
      if head.version >= .v13 { cookie = try reader.read() }
      metadata = try reader.readMatch(head.version, isLoose: true)
      try reader.skip(2)
    }
    frame = Array(reader.rest())
  }

  private static func reason(_ reader: inout MessageReader) throws(OpenFlowError) -> PacketInReason {
    let start = reader.remaining.prefix(1)
    guard let reason = PacketInReason(rawValue: try reader.read()) else {
      throw OpenFlowError(.badReason, start)
    }
    return reason
  }

  // MARK: Writing

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch format {
    case .standard: .packetIn
    case .nxm: .niciraPacketIn
    case .nxm2: .niciraPacketIn2
    }
  }

  /// The message. Asynchronous messages have xid 0.
  public func encode(version: OpenFlowVersion, format: PacketInFormat, xid: UInt32 = 0) -> [UInt8] {
    var message = self
    message.format = format
    if format != .nxm2 { message.reason = Self.reason(reason, in: version) }
    return message.encode(version: version, xid: xid)
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    if format == .nxm2 { return writeProperties(to: &writer, version: version) }
    writer.write(buffer ?? PacketOut.noBuffer)
    switch version {
    case _ where format == .nxm:
      writeLengthReasonTable(to: &writer, version)
      writer.write(cookie)
      let lengthOffset = writer.count
      writer.pad(8)
      writer.write(nxm: metadata, lengthAt: lengthOffset)
      writer.pad(2)
    case .v10:
      writer.write(UInt16(clamping: frameByteCount))
      writer.writePort(metadata.inPort ?? .none, .v10)
      writer.write(reason.rawValue)
      writer.pad(1)
    case .v11:
      writer.writePort(metadata.inPort ?? .none, .v11)
      writer.writePort(metadata.inPort ?? .none, .v11)
      writeLengthReasonTable(to: &writer, version)
    default:
      writeLengthReasonTable(to: &writer, version)
      if version >= .v13 { writer.write(cookie) }
      writer.write(metadata, version: version)
      // Two bytes, so that the IP header behind the Ethernet header is aligned.
      writer.pad(2)
    }
    writer.write(frame.prefix(Self.maximumFrameByteCount))
  }

  private func writeLengthReasonTable(to writer: inout ByteWriter, _ version: OpenFlowVersion) {
    writer.write(UInt16(clamping: frameByteCount))
    writer.write(reason.rawValue)
    writer.write(table)
  }

  /// Versions before 1.4 have no more than the first three reasons.
  public static func reason(_ reason: PacketInReason, in version: OpenFlowVersion) -> PacketInReason {
    version < .v14 && reason.rawValue > PacketInReason.invalidTTL.rawValue ? .action : reason
  }

  /// Leaves room for the rest of the longest message.
  static var maximumFrameByteCount: Int { 65_000 }
  private static let inPort = Slot(FlowKey.Word.ingress, 48, 16)
  private static let metadataFields = Field.all.filter { field in
    field.prerequisite == .none && !field.isOverlay && !field.isInternal && !field.hasVariableLength
      && !["in_port", "packet_type", "actset_output"].contains(field.name)
  }
}
