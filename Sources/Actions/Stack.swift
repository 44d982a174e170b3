import Bytes
import Match

/// `push:field[..]` and `pop:field[..]`: bits of a field to and from a stack that the frame carries through the
/// tables. `NXAST_STACK_PUSH`, `NXAST_STACK_POP`.
enum Stack: ActionForm {
  static let keywords = ["push", "pop"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let text = try call.argument(expected: "a field, or some bits of one: reg0[0..15]")
    let subfield = try Subfield.parse(text, at: call.argumentOffset)
    guard call.keyword == "pop" else { return .push(subfield) }
    guard subfield.field.isWritable else {
      throw FlowSyntaxError(readOnly: subfield.field, at: call.argumentOffset)
    }
    return .pop(subfield)
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(27), .nicira(28)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let offset = Int(try body.read(UInt16.self))
    let field = try body.readField(else: .badField)
    let bits = Int(try body.read(UInt16.self))
    try body.skipZeros(body.count, else: .mustBeZero)
    let subfield = try Subfield(checked: field, offset: offset, bits: bits)
    guard type == .nicira(28) else { return .push(subfield) }
    guard field.isWritable else { throw OpenFlowError(.badSetArgument) }
    return .pop(subfield)
  }

  static func encode(push subfield: Subfield, to encoder: inout ActionEncoder) {
    encode(subfield, subtype: 27, to: &encoder)
  }

  static func encode(pop subfield: Subfield, to encoder: inout ActionEncoder) {
    encode(subfield, subtype: 28, to: &encoder)
  }

  /// 24 bytes in all, whatever the size of the field's header.
  private static func encode(_ subfield: Subfield, subtype: UInt16, to encoder: inout ActionEncoder) {
    encoder.nicira(subtype) { writer in
      writer.write(UInt16(subfield.offset))
      subfield.field.headerInActions.encode(to: &writer)
      writer.write(UInt16(subfield.bits))
    }
  }
}
