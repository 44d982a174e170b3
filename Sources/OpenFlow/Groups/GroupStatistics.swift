public import Bytes
public import Match

/// What a group counted, an item of OFPMP_GROUP. OpenFlow 1.3.5 section A.3.5.9; in 1.0 Nicira's extension.
public struct GroupStatistics: MultipartItem {
  public struct Counters: Hashable, Sendable {
    /// All ones when it is not known.
    public var packets: UInt64
    public var bytes: UInt64

    public init(packets: UInt64, bytes: UInt64) {
      self.packets = packets
      self.bytes = bytes
    }
  }

  public var group: UInt32
  /// How many rules and groups send frames here.
  public var references: UInt32
  public var total: Counters
  /// Since the group was added; not in 1.1 and 1.2.
  public var duration: Duration
  /// In the order of the buckets.
  public var buckets: [Counters]

  public init(
    group: UInt32, references: UInt32 = 0, total: Counters, duration: Duration, buckets: [Counters]
  ) {
    self.group = group
    self.references = references
    self.total = total
    self.duration = duration
    self.buckets = buckets
  }

  public static func kind(in version: OpenFlowVersion) -> MessageKind? {
    version == .v10 ? .niciraGroupReply : .groupReply
  }

  private static func hasDuration(in version: OpenFlowVersion) -> Bool {
    version != .v11 && version != .v12
  }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    let length = try Int(reader.read(UInt16.self))
    guard length >= 2 else { throw OpenFlowError(.badLength, start.prefix(8)) }
    var body = MessageReader(try reader.take(length - 2))
    try body.skip(2)
    group = try body.read()
    references = try body.read()
    try body.skip(4)
    total = Counters(packets: try body.read(), bytes: try body.read())
    duration = Self.hasDuration(in: version) ? try body.readDuration() : .zero
    buckets = []
    while !body.isEmpty { buckets.append(Counters(packets: try body.read(), bytes: try body.read())) }
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    let start = writer.count
    writer.pad(4)
    writer.write(group)
    writer.write(references)
    writer.pad(4)
    writer.write(total.packets)
    writer.write(total.bytes)
    if Self.hasDuration(in: version) { writer.write(duration) }
    for bucket in buckets {
      writer.write(bucket.packets)
      writer.write(bucket.bytes)
    }
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start)
  }

  public static func print(_ items: [GroupStatistics], to printer: inout MessagePrinter) {
    for item in items {
      printer.append("\n group_id=\(item.group),")
      if hasDuration(in: printer.version) {
        printer.append("duration=")
        printer.append(seconds: item.duration)
        printer.append("s,")
      }
      printer.append("ref_count=\(item.references),")
      item.total.append(to: &printer)
      for (index, bucket) in item.buckets.enumerated() where bucket.packets != .max {
        printer.append(",bucket\(index):")
        bucket.append(to: &printer)
      }
    }
  }
}

extension GroupStatistics.Counters {
  fileprivate func append(to printer: inout MessagePrinter) {
    printer.append("packet_count=\(packets),byte_count=\(bytes)")
  }
}
