public import Bytes
public import Match

/// How flow mods and flow removals of 1.0 are written: NXT_SET_FLOW_FORMAT.
public enum FlowFormat: UInt32, Hashable, Sendable {
  case openFlow10 = 0
  /// NXT_FLOW_MOD and NXT_FLOW_REMOVED, whose matches have all fields.
  case nxm = 2
}

/// Tells controllers of a rule that is gone and had `send_flow_rem`. OpenFlow 1.3.5 section A.4.2.
public struct FlowRemoved: MessagePayload {
  /// `OFPRR_*`. Numbers that are not known are read and shown, as Open vSwitch does.
  public struct Reason: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static var idleTimeout: Reason { .init(rawValue: 0) }
    public static var hardTimeout: Reason { .init(rawValue: 1) }
    public static var delete: Reason { .init(rawValue: 2) }
    public static var groupDelete: Reason { .init(rawValue: 3) }
    public static var meterDelete: Reason { .init(rawValue: 4) }
    public static var eviction: Reason { .init(rawValue: 5) }

    /// The word for it in texts, or its number.
    public var name: String {
      let names = ["idle", "hard", "delete", "group_delete", "meter_delete", "eviction"]
      return rawValue < names.count ? names[Int(rawValue)] : String(rawValue)
    }
  }

  public var reason: Reason
  /// 255 when the message does not say, as in 1.0.
  public var table: UInt8
  public var priority: UInt16
  public var match: FlowMatch
  public var cookie: UInt64
  /// Seconds; 0 for never.
  public var idleTimeout: UInt16
  public var hardTimeout: UInt16
  /// How long the rule lived.
  public var duration: Duration
  public var packets: UInt64
  public var bytes: UInt64
  /// How the message was written, or is to be.
  public var format = FlowFormat.openFlow10

  public init(
    reason: Reason, table: UInt8, priority: UInt16, match: FlowMatch, cookie: UInt64,
    idleTimeout: UInt16 = 0, hardTimeout: UInt16 = 0, duration: Duration, packets: UInt64, bytes: UInt64
  ) {
    self.reason = reason
    self.table = table
    self.priority = priority
    self.match = match
    self.cookie = cookie
    self.idleTimeout = idleTimeout
    self.hardTimeout = hardTimeout
    self.duration = duration
    self.packets = packets
    self.bytes = bytes
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    self.init(
      reason: .delete, table: 255, priority: 0, match: FlowMatch(), cookie: 0, duration: .zero, packets: 0,
      bytes: 0)
    if head.kind == .niciraFlowRemoved { format = .nxm }
    var reader = MessageReader(head.body)
    switch head.version {
    case _ where head.kind == .niciraFlowRemoved:
      cookie = try reader.read()
      priority = try reader.read()
      reason = Reason(rawValue: try reader.read())
      // One more than the table: 0 is a switch that does not say.
      table = try reader.read(UInt8.self) &- 1
      duration = try reader.readDuration()
      idleTimeout = try reader.read()
      let matchByteCount = try Int(reader.read(UInt16.self))
      packets = try reader.read()
      bytes = try reader.read()
      match = try reader.readNXM(matchByteCount).match
      try reader.expectEnd()
    case .v10:
      match = try reader.readMatch(.v10)
      cookie = try reader.read()
      priority = try reader.read()
      reason = Reason(rawValue: try reader.read())
      try reader.skip(1)
      duration = try reader.readDuration()
      idleTimeout = try reader.read()
      try reader.skip(2)
      packets = try reader.read()
      bytes = try reader.read()
    case .v15:
      table = try reader.read()
      reason = Reason(rawValue: try reader.read())
      priority = try reader.read()
      idleTimeout = try reader.read()
      hardTimeout = try reader.read()
      cookie = try reader.read()
      match = try reader.readMatch(.v15)
      let counters = try FlowCounters(oxs: &reader)
      duration = counters.duration ?? .zero
      packets = counters.packets ?? ~0
      bytes = counters.bytes ?? ~0
    default:
      cookie = try reader.read()
      priority = try reader.read()
      reason = Reason(rawValue: try reader.read())
      table = try reader.read()
      duration = try reader.readDuration()
      idleTimeout = try reader.read()
      hardTimeout = try reader.read()
      packets = try reader.read()
      bytes = try reader.read()
      match = try reader.readMatch(head.version)
    }
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    format == .nxm ? .niciraFlowRemoved : .flowRemoved
  }

  /// The message; asynchronous ones have xid 0. The format counts in 1.0 only: later versions have all fields.
  public func encode(version: OpenFlowVersion, format: FlowFormat, xid: UInt32 = 0) -> [UInt8] {
    var message = self
    message.format = version == .v10 ? format : .openFlow10
    return message.encode(version: version, xid: xid)
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    switch version {
    case _ where format == .nxm:
      writer.write(cookie)
      writer.write(priority)
      writer.write(reason.rawValue)
      writer.write(table &+ 1)
      writer.write(duration)
      writer.write(idleTimeout)
      let lengthOffset = writer.count
      writer.pad(2)
      writer.write(packets)
      writer.write(bytes)
      writer.write(nxm: match, lengthAt: lengthOffset)
    case .v10:
      writer.write(match, version: .v10)
      writer.write(cookie)
      writer.write(priority)
      writer.write(reason.rawValue)
      writer.pad(1)
      writer.write(duration)
      writer.write(idleTimeout)
      writer.pad(2)
      writer.write(packets)
      writer.write(bytes)
    case .v15:
      writer.write(table)
      writer.write(reason.rawValue)
      writer.write(priority)
      writer.write(idleTimeout)
      writer.write(hardTimeout)
      writer.write(cookie)
      writer.write(match, version: .v15)
      var counters = FlowCounters()
      (counters.duration, counters.packets, counters.bytes) = (duration, packets, bytes)
      counters.encode(to: &writer)
    default:
      writer.write(cookie)
      writer.write(priority)
      writer.write(reason.rawValue)
      writer.write(table)
      writer.write(duration)
      writer.write(idleTimeout)
      writer.write(hardTimeout)
      writer.write(packets)
      writer.write(bytes)
      writer.write(match, version: version)
    }
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" ")
    if priority != 32_768 {
      printer.append("priority=\(priority)")
      if !match.isEmpty { printer.append(",") }
    }
    printer.append(match)
    printer.append(" reason=\(reason.name)")
    if table != 255 {
      printer.append(" table_id=")
      printer.append(table: table)
    }
    if cookie != 0 {
      printer.append(" cookie:")
      printer.append(hexadecimal: cookie)
    }
    printer.append(" duration")
    printer.append(seconds: duration)
    printer.append("s idle\(idleTimeout)")
    if hardTimeout != 0 { printer.append(" hard\(hardTimeout)") }
    printer.append(" pkts\(packets) bytes\(bytes)\n")
  }
}
