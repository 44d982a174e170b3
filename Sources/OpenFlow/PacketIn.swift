import Bytes
public import Match
public import Actions

/// How packet-ins are written: what a controller chose with `NXT_SET_PACKET_IN_FORMAT`.
public enum PacketInFormat: UInt32, Hashable, Sendable {
  /// OFPT_PACKET_IN of the version.
  case standard = 0
  /// NXT_PACKET_IN: adds table, cookie and metadata to OpenFlow 1.0.
  case nxm = 1
  /// NXT_PACKET_IN2: a list of properties.
  case nxm2 = 2
}

/// A frame for a controller. OpenFlow 1.0 section 5.4.1; 1.3.5 section A.4.1.
public struct PacketInMessage: Hashable, Sendable {
  public var reason: PacketInReason
  /// The table that sent it, and the cookie of the rule; all ones when no rule did.
  public var table: UInt8
  public var cookie: UInt64
  /// Ingress port, registers and metadata at that moment.
  public var metadata: FlowMatch
  /// The start of the frame, as much as the controller gets; messages carry at most 65,000 bytes of it.
  public var frame: [UInt8]
  /// Bytes of the whole frame.
  public var frameByteCount: Int

  /// A packet-in with the first `maximumLength` bytes of `frame`, 0xffff for all of it. From `key` it takes the
  /// ingress port, and registers and metadata that are not 0.
  public init(
    frame: [UInt8], maximumLength: UInt16 = 0xffff, key: FlowKey, reason: PacketInReason, table: UInt8 = 0,
    cookie: UInt64 = ~0
  ) {
    self.reason = reason
    self.table = table
    self.cookie = cookie
    let limit = maximumLength == 0xffff ? Self.maximumFrameByteCount : Int(maximumLength)
    self.frame = Array(frame.prefix(min(limit, Self.maximumFrameByteCount)))
    frameByteCount = frame.count
    metadata = FlowMatch()
    metadata.set(Self.inPort, to: key[Self.inPort])
    for field in Self.metadataFields {
      for slot in field.slots where key[slot] != 0 { metadata.set(slot, to: key[slot]) }
    }
  }

  /// The message. Asynchronous messages have xid 0.
  public func encode(version: OpenFlowVersion, format: PacketInFormat, xid: UInt32 = 0) -> [UInt8] {
    switch (format, version) {
    case (.standard, .v10): encode10(xid: xid)
    case (.standard, _): encode13(xid: xid)
    case (.nxm, _): encodeNXM(version: version, xid: xid)
    case (.nxm2, _): encodeNXM2(version: version, xid: xid)
    }
  }

  private func encode10(xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.packetIn, version: .v10, xid: xid) { writer in
      writer.write(Self.noBuffer)
      writer.write(UInt16(clamping: frameByteCount))
      writer.write(UInt16(truncatingIfNeeded: metadata.value(at: Self.inPort)))
      writer.write(reason.rawValue)
      writer.pad(1)
      writer.write(frame.prefix(Self.maximumFrameByteCount))
    }
  }

  private func encode13(xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.packetIn, version: .v13, xid: xid) { writer in
      writeFixedPart(to: &writer)
      metadata.encodeOXM(to: &writer)
      // Two bytes, so that the IP header behind the Ethernet header is aligned.
      writer.pad(2)
      writer.write(frame.prefix(Self.maximumFrameByteCount))
    }
  }

  private func encodeNXM(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    encodeNiciraMessage(NiciraType.packetIn, version: version, xid: xid) { writer in
      writeFixedPart(to: &writer)
      let lengthOffset = writer.count
      writer.pad(8)
      writer.write(nxm: metadata, lengthAt: lengthOffset)
      writer.pad(2)
      writer.write(frame.prefix(Self.maximumFrameByteCount))
    }
  }

  private func writeFixedPart(to writer: inout ByteWriter) {
    writer.write(Self.noBuffer)
    writer.write(UInt16(clamping: frameByteCount))
    writer.write(reason.rawValue)
    writer.write(table)
    writer.write(cookie)
  }

  /// Properties of NXT_PACKET_IN2, `NXPINT_*`.
  private enum Property {
    static var packet: UInt16 { 0 }
    static var fullLength: UInt16 { 1 }
    static var tableID: UInt16 { 3 }
    static var cookie: UInt16 { 4 }
    static var reason: UInt16 { 5 }
    static var metadata: UInt16 { 6 }
  }

  private func encodeNXM2(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    encodeNiciraMessage(NiciraType.packetIn2, version: version, xid: xid) { writer in
      /// Type, length without padding, value; zeros up to a multiple of eight bytes.
      func property(_ type: UInt16, _ fill: (inout ByteWriter) -> Void) {
        let start = writer.count
        writer.write(type)
        writer.write(UInt16(0))
        fill(&writer)
        writer.patch(UInt16(writer.count - start), at: start + 2)
        writer.pad(toMultipleOf: 8, from: start)
      }
      let sent = frame.prefix(Self.maximumFrameByteCount)
      property(Property.packet) { $0.write(sent) }
      if sent.count < frameByteCount {
        property(Property.fullLength) { $0.write(UInt32(clamping: frameByteCount)) }
      }
      property(Property.tableID) { $0.write(table) }
      if cookie != ~0 {
        property(Property.cookie) { writer in
          writer.pad(4)
          writer.write(cookie)
        }
      }
      property(Property.reason) { $0.write(reason.rawValue) }
      property(Property.metadata) { $0.write(metadata.encodedOXM()) }
    }
  }

  private static var noBuffer: UInt32 { 0xffff_ffff }
  /// Leaves room for the rest of the longest message.
  private static var maximumFrameByteCount: Int { 65_000 }
  private static let inPort = Slot(FlowKey.Word.ingress, 48, 16)
  private static let metadataFields = ((0..<16).map { "reg\($0)" } + ["metadata"]).compactMap {
    Field.named($0)
  }
}
