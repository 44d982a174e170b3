public import Bytes
public import Flow
public import Match

/// What meters can do, OFPMP_METER_FEATURES. OpenFlow 1.3.5 section A.3.5.14.
public struct MeterFeatures: MessagePayload {
  public var maximumMeters: UInt32
  /// Bits for the types of bands, by their numbers: 1 drop, 2 dscp_remark.
  public var bandTypes: UInt32
  public var capabilities: MeterFlags
  public var maximumBands: UInt8
  public var maximumColors: UInt8
  /// Bits beyond `capabilities` that the message had.
  private var otherCapabilities: UInt16

  public init(
    maximumMeters: UInt32, bandTypes: UInt32, capabilities: MeterFlags, maximumBands: UInt8,
    maximumColors: UInt8 = 0
  ) {
    self.maximumMeters = maximumMeters
    self.bandTypes = bandTypes
    self.capabilities = capabilities
    self.maximumBands = maximumBands
    self.maximumColors = maximumColors
    otherCapabilities = 0
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    maximumMeters = try reader.read()
    bandTypes = try reader.read()
    otherCapabilities = try reader.read()
    capabilities = MeterFlags(rawValue: try reader.read())
    maximumBands = try reader.read()
    maximumColors = try reader.read()
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    version >= .v13 ? .meterFeaturesReply : nil
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(maximumMeters)
    writer.write(bandTypes)
    writer.write(otherCapabilities)
    writer.write(capabilities.rawValue)
    writer.write(maximumBands)
    writer.write(maximumColors)
    writer.pad(2)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append("\nmax_meter:\(maximumMeters) max_bands:\(maximumBands) max_color:\(maximumColors)\n")
    printer.append("band_types: ")
    printer.append(bits: bandTypes, ["", "drop", "dscp_remark"])
    printer.append("\ncapabilities: ")
    printer.append(
      bits: UInt32(otherCapabilities) << 16 | UInt32(capabilities.rawValue),
      ["kbps", "pktps", "burst", "stats"])
    printer.append("\n")
  }
}
