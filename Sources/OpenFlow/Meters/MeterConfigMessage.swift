public import Bytes
public import Flow
public import Match

/// What OFPMP_METER_CONFIG lists; OFPMP_METER_DESC in 1.5. OpenFlow 1.3.5 section A.3.5.13.
extension MeterConfig: MultipartItem {
  public static func kind(in version: OpenFlowVersion) -> MessageKind? {
    version >= .v13 ? .meterConfigReply : nil
  }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    let length = try Int(reader.read(UInt16.self))
    guard length >= 8 else { throw OpenFlowError(.badLength, start.prefix(8)) }
    var body = MessageReader(try reader.take(length - 2))
    let flags = MeterFlags(rawValue: try body.read())
    let meter = try body.read(UInt32.self)
    self.init(meter: meter, flags: flags, bands: try MeterBand.decode(&body))
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    let start = writer.count
    writer.write(UInt16(0))
    writer.write(flags.rawValue)
    writer.write(meter)
    for band in bands { band.encode(to: &writer) }
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start)
  }

  public static func print(_ items: [MeterConfig], to printer: inout MessagePrinter) {
    for item in items { printer.append("\n\(item)\n") }
  }
}
