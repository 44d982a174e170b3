import Bytes
import Match

/// `meter:n`: measures the frame, which may be dropped for it. An instruction of OpenFlow 1.3 and 1.4 (1.3.5
/// section A.2.4, see `InstructionCodec`), an action of 1.5 (1.5.1 section 7.2.6.12).
enum Meter: ActionForm {
  static let keywords = [InstructionStage.meter.keyword]

  /// The meters that there can be.
  static let meters: ClosedRange<UInt32> = 1...0xffff_0000

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    .meter(UInt32(try call.number(in: UInt64(meters.lowerBound)...UInt64(meters.upperBound))))
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v11(29)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> { .v15 ... .v15 }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    .meter(try body.read())
  }

  static func encode(_ meter: UInt32, to encoder: inout ActionEncoder) {
    encoder.standard(29) { $0.write(meter) }
  }
}
