import Actions
public import Bytes
public import Flow
public import Match

/// A rule in a reply to a request for them. OpenFlow 1.0 section 5.3.5.2; 1.3.5 section A.3.5.2; 1.5.1 section
/// 7.3.5.2; NXST_FLOW.
extension FlowStatistics: MultipartItem {
  public static func kind(in version: OpenFlowVersion) -> MessageKind? { .flowReply }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    let length = try Int(reader.read(UInt16.self))
    guard length >= 2, length <= start.count else { throw OpenFlowError(.badLength, start.prefix(8)) }
    var item = MessageReader(try reader.take(length - 2))
    if version == .v15 { try item.skip(2) }
    self.init(table: try item.read(), priority: 0, match: FlowMatch(), cookie: 0, actions: [])
    idleAge = Self.unknownAge
    hardAge = Self.unknownAge
    try item.skip(1)
    switch version {
    case _ where kind == .niciraFlowReply: try readNXM(&item)
    case .v10: try read10(&item)
    case .v15: try read15(&item)
    default: try read11(&item, version)
    }
    actions = try decodeRuleActions(item.rest(), version: version)
  }

  private static var unknownAge: Duration { .seconds(-1) }

  private mutating func read10(_ item: inout MessageReader) throws(OpenFlowError) {
    match = try item.readMatch(.v10)
    try readTimes(&item)
    try item.skip(6)
    cookie = try item.read()
    packets = try item.read()
    bytes = try item.read()
  }

  private mutating func readNXM(_ item: inout MessageReader) throws(OpenFlowError) {
    try readTimes(&item)
    let matchByteCount = try Int(item.read(UInt16.self))
    // One second more than the age: 0 says that it is not known.
    idleAge = .seconds(Int(try item.read(UInt16.self)) - 1)
    hardAge = .seconds(Int(try item.read(UInt16.self)) - 1)
    cookie = try item.read()
    packets = try item.read()
    bytes = try item.read()
    match = try item.readNXM(matchByteCount).match
  }

  private mutating func read11(
    _ item: inout MessageReader, _ version: OpenFlowVersion
  ) throws(OpenFlowError) {
    try readTimes(&item)
    let flags = FlowMod.Flags(rawValue: try item.read())
    if version >= .v13 {
      guard flags.isSubset(of: .known(version)) else {
        throw OpenFlowError(.badFlags, item.remaining.prefix(8))
      }
      self.flags = flags
    }
    let importance = try item.read(UInt16.self)
    if version >= .v14 { self.importance = importance }
    try item.skip(2)
    cookie = try item.read()
    packets = try item.read()
    bytes = try item.read()
    match = try item.readMatch(version)
  }

  private mutating func read15(_ item: inout MessageReader) throws(OpenFlowError) {
    priority = try item.read()
    idleTimeout = try item.read()
    hardTimeout = try item.read()
    flags = FlowMod.Flags(rawValue: try item.read())
    guard flags.isSubset(of: .known(.v15)) else { throw OpenFlowError(.badFlags, item.remaining.prefix(8)) }
    importance = try item.read()
    cookie = try item.read()
    match = try item.readMatch(.v15)
    let counters = try FlowCounters(oxs: &item)
    duration = counters.duration ?? .zero
    idleAge = counters.idleAge ?? Self.unknownAge
    packets = counters.packets ?? ~0
    bytes = counters.bytes ?? ~0
  }

  /// Duration, priority and timeouts, which most forms have in this order.
  private mutating func readTimes(_ item: inout MessageReader) throws(OpenFlowError) {
    duration = try item.readDuration()
    priority = try item.read()
    idleTimeout = try item.read()
    hardTimeout = try item.read()
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    let start = writer.count
    writer.write(UInt16(0))
    if version == .v15 { writer.pad(2) }
    writer.write(table)
    writer.pad(1)
    switch version {
    case _ where kind == .niciraFlowReply: encodeNXM(to: &writer)
    case .v10: encode10(to: &writer)
    case .v15: encode15(to: &writer)
    default: encode11(to: &writer, version)
    }
    writer.write(ruleActions: actions, version: version, for: match)
    // One that is too long is left out by whoever collects them.
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start)
  }

  private func encodeTimes(to writer: inout ByteWriter) {
    writer.write(duration)
    writer.write(priority)
    writer.write(idleTimeout)
    writer.write(hardTimeout)
  }

  private func encode10(to writer: inout ByteWriter) {
    writer.write(match, version: .v10)
    encodeTimes(to: &writer)
    writer.pad(6)
    writer.write(cookie)
    writer.write(packets)
    writer.write(bytes)
  }

  private func encodeNXM(to writer: inout ByteWriter) {
    encodeTimes(to: &writer)
    let lengthOffset = writer.count
    writer.write(UInt16(0))
    for age in [idleAge, hardAge] {
      // One second more than the age: 0 says that it is not known.
      writer.write(age < .zero ? 0 : UInt16(clamping: age.components.seconds + 1))
    }
    writer.write(cookie)
    writer.write(packets)
    writer.write(bytes)
    writer.write(nxm: match, lengthAt: lengthOffset)
  }

  private func encode11(to writer: inout ByteWriter, _ version: OpenFlowVersion) {
    encodeTimes(to: &writer)
    writer.write(version >= .v13 ? flags.intersection(.known(version)).rawValue : 0)
    writer.write(version >= .v14 ? importance : 0)
    writer.pad(2)
    writer.write(cookie)
    writer.write(packets)
    writer.write(bytes)
    writer.write(match, version: version)
  }

  private func encode15(to writer: inout ByteWriter) {
    writer.write(priority)
    writer.write(idleTimeout)
    writer.write(hardTimeout)
    writer.write(flags.intersection(.known(.v15)).rawValue)
    writer.write(importance)
    writer.write(cookie)
    writer.write(match, version: .v15)
    var counters = FlowCounters()
    counters.duration = duration
    if idleAge >= .zero { counters.idleAge = idleAge }
    if packets != ~0 { counters.packets = packets }
    if bytes != ~0 { counters.bytes = bytes }
    counters.encode(to: &writer)
  }

  public static func print(_ items: [FlowStatistics], to printer: inout MessagePrinter) {
    for flow in items {
      printer.append("\n")
      printer.append(flow)
    }
  }
}

extension MessagePrinter {
  /// Appends a rule as `ovs-ofctl dump-flows` does.
  public mutating func append(_ flow: FlowStatistics) {
    let style = FlowDumpStyle(
      showsStatistics: style.showsStatistics, names: style.names, tables: style.tables)
    append(flow.line(style))
  }
}
