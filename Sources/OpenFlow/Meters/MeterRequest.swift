public import Bytes
public import Flow
public import Match

/// A request for what meters counted, OFPMP_METER, or how they are configured, OFPMP_METER_CONFIG. OpenFlow 1.3.5
/// sections A.3.5.12 and A.3.5.13.
public struct MeterRequest: MessagePayload {
  /// `MeterID.all` for all.
  public var meter: UInt32
  public var isConfig: Bool

  public init(_ meter: UInt32 = MeterID.all, isConfig: Bool) {
    self.meter = meter
    self.isConfig = isConfig
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    isConfig = head.kind == .meterConfigRequest
    var reader = MessageReader(head.body)
    meter = try reader.read()
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    guard version >= .v13 else { return nil }
    return isConfig ? .meterConfigRequest : .meterRequest
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(meter)
    writer.pad(4)
  }

  public func print(to printer: inout MessagePrinter) { printer.append(" meter=\(MeterID.text(meter))") }
}
