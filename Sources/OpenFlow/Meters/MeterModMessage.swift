public import Bytes
public import Flow
public import Match

/// OFPT_METER_MOD. OpenFlow 1.3.5 section A.3.4.4.
extension MeterMod: MessagePayload {
  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    guard let command = Command(rawValue: try reader.read()) else {
      throw OpenFlowError(.badMeterCommand, head.body.prefix(2))
    }
    let flags = MeterFlags(rawValue: try reader.read())
    let meter = try reader.read(UInt32.self)
    if command == .delete {
      self.init(command: command, config: MeterConfig(meter: meter))
      return
    }
    guard !flags.isSuperset(of: [.kilobits, .packets]) else {
      throw OpenFlowError(.badMeterFlags, head.body.prefix(4))
    }
    let bands = try MeterBand.decode(&reader)
    self.init(command: command, config: MeterConfig(meter: meter, flags: flags, bands: bands))
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    version >= .v13 ? .meterMod : nil
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(command.rawValue)
    writer.write(config.flags.rawValue)
    writer.write(config.meter)
    for band in config.bands { band.encode(to: &writer) }
  }

  public func print(to printer: inout MessagePrinter) { printer.append(" \(self)\n") }
}

extension MeterBand {
  /// `OFPMBT_*`.
  private enum Kind {
    static var drop: UInt16 { 1 }
    static var remarkDSCP: UInt16 { 2 }
  }
  private static var byteCount: UInt16 { 16 }

  /// Reads the bands that fill `reader`.
  static func decode(_ reader: inout MessageReader) throws(OpenFlowError) -> [MeterBand] {
    var bands: [MeterBand] = []
    while !reader.isEmpty {
      let start = reader.remaining
      let kind = try reader.read(UInt16.self)
      let length = try reader.read(UInt16.self)
      guard kind == Kind.drop || kind == Kind.remarkDSCP else {
        throw OpenFlowError(.badBand, start.prefix(8))
      }
      guard length == byteCount else { throw OpenFlowError(.badLength, start.prefix(8)) }
      let rate = try reader.read(UInt32.self)
      let burstSize = try reader.read(UInt32.self)
      let level = try reader.read(UInt8.self)
      try reader.skip(3)
      bands.append(
        MeterBand(
          kind == Kind.drop ? .drop : .remarkDSCP(precedenceLevel: level), rate: rate, burstSize: burstSize))
    }
    return bands
  }

  func encode(to writer: inout ByteWriter) {
    let (kind, level): (UInt16, UInt8) =
      switch action {
      case .drop: (Kind.drop, 0)
      case .remarkDSCP(let level): (Kind.remarkDSCP, level)
      }
    writer.write(kind)
    writer.write(Self.byteCount)
    writer.write(rate)
    writer.write(burstSize)
    writer.write(level)
    writer.pad(3)
  }
}
