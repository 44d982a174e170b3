import Bytes
import Match

extension Action {
  /// `check_pkt_larger(length)->field[bit]`: the bit becomes 1 when the frame has more than `length` bytes, else 0.
  public struct CheckPacketLarger: Hashable, Sendable {
    public var length: UInt16
    /// One bit.
    public var target: Subfield

    public init(length: UInt16, target: Subfield) {
      self.length = length
      self.target = target
    }
  }
}

/// `NXAST_CHECK_PKT_LARGER`.
extension Action.CheckPacketLarger: ActionForm {
  static let keywords = ["check_pkt_larger"]

  private static let form = "check_pkt_larger(length)->field[bit]"

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let length = try call.number(in: 0...0xffff)
    guard let text = call.target else {
      let because = "\(call.keyword) is written \(form)"
      throw FlowSyntaxError(.missing("'->'", because: because), at: call.argumentOffset)
    }
    let target = try Subfield.parse(text.text, at: text.offset)
    guard target.bits == 1 else {
      let expected = "a single bit"
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: String(text.text), expected: expected), at: text.offset)
    }
    guard target.field.isWritable else { throw FlowSyntaxError(readOnly: target.field, at: text.offset) }
    guard target.field.header(in: .v10) != nil else {
      throw FlowSyntaxError(unnamed: target.field, at: text.offset)
    }
    return .checkPacketLarger(Action.CheckPacketLarger(length: UInt16(length), target: target))
  }

  func append(to text: inout String) { text += "check_pkt_larger(\(length))->\(target)" }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(49)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let length: UInt16 = try body.read()
    let offset = Int(try body.read(UInt16.self))
    let field = try body.readField(else: .badField)
    try body.skipZeros(body.count, else: .mustBeZero)
    guard field.isWritable else { throw OpenFlowError(.badSetArgument) }
    let target = try Subfield(checked: field, offset: offset, bits: 1)
    return .checkPacketLarger(Action.CheckPacketLarger(length: length, target: target))
  }

  func encode(to encoder: inout ActionEncoder) {
    encoder.nicira(49) { writer in
      writer.write(length)
      writer.write(UInt16(target.offset))
      target.field.headerInActions.encode(to: &writer)
    }
  }
}
