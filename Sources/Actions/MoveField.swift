import Bytes
import Match

/// `move:source[..]->target[..]`: copies bits from field to field. `NXAST_REG_MOVE`; in 1.5
/// `OFPAT_COPY_FIELD` (1.5.1 section 7.2.6.9), which the Open Networking Foundation gave to 1.3 and 1.4 as an
/// extension.
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

  static let wireTypes: [ActionWireType] = [.nicira(6), .v11(28), .onf(3200)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> {
    switch type {
    case .v11: .v15 ... .v15
    case .onf: .v13 ... .v14
    default: .v10 ... .v14
    }
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let isNicira = type == .nicira(6)
    if type == .onf(3200) { try body.skip(2) }
    let bits = Int(try body.read(UInt16.self))
    let sourceOffset = Int(try body.read(UInt16.self))
    let targetOffset = Int(try body.read(UInt16.self))
    if !isNicira { try body.skip(2) }
    let source = try body.readField(else: .badField)
    let target = try body.readField(else: .badField)
    try body.skipZeros(body.count, else: .badActionArgument)
    guard target.isWritable else { throw OpenFlowError(.badSetArgument) }
    return .move(
      from: try Subfield(checked: source, offset: sourceOffset, bits: bits),
      to: try Subfield(checked: target, offset: targetOffset, bits: bits))
  }

  static func encode(from source: Subfield, to target: Subfield, into encoder: inout ActionEncoder) {
    let version = encoder.version
    let write = { (writer: inout ByteWriter) in
      writer.write(UInt16(source.bits))
      writer.write(UInt16(source.offset))
      writer.write(UInt16(target.offset))
      if version == .v15 { writer.pad(2) }
      for field in [source.field, target.field] {
        let header = version == .v15 ? field.header(inActionsOf: version) : field.headerInActions
        header.encode(to: &writer)
      }
    }
    if version == .v15 { encoder.standard(28, write) } else { encoder.nicira(6, write) }
  }
}
