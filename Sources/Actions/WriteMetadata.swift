import Bytes
import Match

/// `write_metadata:value[/mask]`. `OFPIT_WRITE_METADATA` of OpenFlow 1.3.5 section A.2.4; in 1.0 the action
/// `NXAST_WRITE_METADATA`.
enum WriteMetadata: ActionForm {
  static let keywords = [InstructionStage.metadata.keyword]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let text = try call.argument(expected: "value or value/mask")
    let value = text.prefix { $0 != "/" }
    let number = try NumberText.parse(value, at: call.argumentOffset, of: call.keyword, in: 0...UInt64.max)
    guard value.endIndex != text.endIndex else { return .writeMetadata(number, mask: ~0) }
    let offset = call.argumentOffset + value.utf8.count + 1
    let mask = try NumberText.parse(
      text[value.endIndex...].dropFirst(), at: offset, of: "\(call.keyword) mask", in: 0...UInt64.max)
    return .writeMetadata(number & mask, mask: mask)
  }

  static func append(_ value: UInt64, mask: UInt64, to text: inout String) {
    text += "write_metadata:"
    text.appendNumber(value)
    if mask != ~0 {
      text += "/"
      text.appendNumber(mask)
    }
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(22)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skipZeros(6, else: .mustBeZero)
    let action = try decode(&body)
    guard version == .v10 else { throw OpenFlowError(.unsupportedInstruction) }
    return action
  }

  /// Reads value and mask, as instruction and action both have them.
  static func decode(_ body: inout ActionBody) throws(OpenFlowError) -> Action {
    let value: UInt64 = try body.read()
    let mask: UInt64 = try body.read()
    return .writeMetadata(value & mask, mask: mask)
  }

  static func encode(_ value: UInt64, mask: UInt64, to encoder: inout ActionEncoder) {
    encoder.nicira(22) { writer in
      writer.pad(6)
      writer.write(value)
      writer.write(mask)
    }
  }
}
