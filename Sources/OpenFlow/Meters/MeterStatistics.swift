public import Bytes
import Flow
public import Match

/// What a meter counted, an item of OFPMP_METER. OpenFlow 1.3.5 section A.3.5.12.
public struct MeterStatistics: MultipartItem {
  /// Frames above the rate of one band.
  public struct Band: Hashable, Sendable {
    public var packets: UInt64
    public var bytes: UInt64

    public init(packets: UInt64, bytes: UInt64) {
      self.packets = packets
      self.bytes = bytes
    }
  }

  public var meter: UInt32
  /// Rules that use the meter.
  public var flows: UInt32
  /// What came to the meter.
  public var packets: UInt64
  public var bytes: UInt64
  /// Since the meter was added.
  public var duration: Duration
  public var bands: [Band]

  public init(
    meter: UInt32, flows: UInt32, packets: UInt64, bytes: UInt64, duration: Duration, bands: [Band]
  ) {
    self.meter = meter
    self.flows = flows
    self.packets = packets
    self.bytes = bytes
    self.duration = duration
    self.bands = bands
  }

  public static func kind(in version: OpenFlowVersion) -> MessageKind? {
    version >= .v13 ? .meterReply : nil
  }

  private static var fixedByteCount: Int { 40 }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    meter = try reader.read()
    let length = try Int(reader.read(UInt16.self))
    guard length >= Self.fixedByteCount else { throw OpenFlowError(.badLength, start.prefix(8)) }
    var body = MessageReader(try reader.take(length - 6))
    try body.skip(6)
    flows = try body.read()
    packets = try body.read()
    bytes = try body.read()
    duration = try body.readDuration()
    bands = []
    while !body.isEmpty { bands.append(Band(packets: try body.read(), bytes: try body.read())) }
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    let start = writer.count
    writer.write(meter)
    writer.pad(8)
    writer.write(flows)
    writer.write(packets)
    writer.write(bytes)
    writer.write(duration)
    for band in bands {
      writer.write(band.packets)
      writer.write(band.bytes)
    }
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start + 4)
  }

  public static func print(_ items: [MeterStatistics], to printer: inout MessagePrinter) {
    for item in items {
      printer.append("\nmeter:\(MeterID.text(item.meter)) flow_count:\(item.flows) ")
      printer.append("packet_in_count:\(item.packets) byte_in_count:\(item.bytes) duration:")
      printer.append(seconds: item.duration)
      printer.append("s bands:\n")
      for (index, band) in item.bands.enumerated() {
        printer.append("\(index): packet_count:\(band.packets) byte_count:\(band.bytes)\n")
      }
    }
  }
}
