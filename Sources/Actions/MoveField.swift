import Bytes
import Match

/// `move:source[..]->target[..]`: copies bits from field to field. `NXAST_REG_MOVE`.
enum MoveField: ActionForm {
  static let keywords = ["move"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let (from, to) = try call.arrow(expected: "move:source[first..last]->target[first..last]")
    let source = try Subfield.parse(from.text, at: from.offset)
    let target = try Subfield.parse(to.text, at: to.offset)
    guard target.field.isWritable else { throw FlowSyntaxError(readOnly: target.field, at: to.offset) }
    guard source.bits == target.bits else {
      let subject = "move of \(source.bits) bits to \(target.bits) bits"
      throw FlowSyntaxError(
        .notAllowed(subject, because: "as both sides must be equally wide"), at: to.offset)
    }
    return .move(from: source, to: target)
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(6)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let bits = Int(try body.read(UInt16.self))
    let sourceOffset = Int(try body.read(UInt16.self))
    let targetOffset = Int(try body.read(UInt16.self))
    let source = try body.readField(else: .badField)
    let target = try body.readField(else: .badField)
    try body.skipZeros(body.count, else: .badActionArgument)
    guard target.isWritable else { throw OpenFlowError(.badSetArgument) }
    return .move(
      from: try Subfield(checked: source, offset: sourceOffset, bits: bits),
      to: try Subfield(checked: target, offset: targetOffset, bits: bits))
  }

  static func encode(from source: Subfield, to target: Subfield, into encoder: inout ActionEncoder) {
    encoder.nicira(6) { writer in
      writer.write(UInt16(source.bits))
      writer.write(UInt16(source.offset))
      writer.write(UInt16(target.offset))
      source.field.headerInActions.encode(to: &writer)
      target.field.headerInActions.encode(to: &writer)
    }
  }
}
