import Bytes
import Match

/// `output:port`, `output:field[..]`, and ports that stand alone. `OFPAT_OUTPUT`: OpenFlow 1.0 section 5.2.4,
/// 1.3.5 section A.2.5; `NXAST_OUTPUT_REG` and `NXAST_OUTPUT_REG2` for ports that a field holds.
enum Output: ActionForm {
  static let keywords = ["output"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let text = try call.argument(expected: "a port or a field")
    if call.isParenthesized && (text.contains("=") || text.contains(",")) {
      return try OutputTruncated.parseOptions(call, ports: ports)
    }
    let refusal: FlowSyntaxError
    do throws(FlowSyntaxError) {
      let port = try PortNumber.parse(text, at: call.argumentOffset, of: call.keyword, ports: ports)
      return try action(port, at: call.argumentOffset)
    } catch {
      refusal = error
    }
    guard case .unknown = refusal.reason, Field.namedOnWire(text.prefix { $0 != "[" }) != nil else {
      throw refusal
    }
    return .outputField(try Subfield.parse(text, at: call.argumentOffset))
  }

  /// Reads a port that stands alone, a number or a name; throws for what is no action at all.
  static func parseBare(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let port: PortNumber
    do throws(FlowSyntaxError) {
      port = try PortNumber.parse(call.name, at: call.offset, of: "port", ports: ports)
    } catch {
      guard case .unknown = error.reason, !call.name.hasPrefix("\"") else { throw error }
      let nearest = nearestName(to: call.keyword, among: ActionForms.names)
      throw FlowSyntaxError(
        .unknown(kind: "action", name: String(call.name), nearest: nearest), at: call.offset)
    }
    try call.refuseArgument()
    return try action(port, at: call.offset)
  }

  private static func action(_ port: PortNumber, at offset: Int) throws(FlowSyntaxError) -> Action {
    if port == .controller { return .controller(Action.Controller()) }
    guard isValid(port) else {
      throw FlowSyntaxError(.notAllowed("output to \(port)", because: "as there is no such port"), at: offset)
    }
    return .output(port)
  }

  /// Whether frames can be output to `port`, be there such a port or not.
  static func isValid(_ port: PortNumber) -> Bool {
    port <= .maximum || (port >= .inPort && port <= .local)
  }

  static func append(_ port: PortNumber, to text: inout String, names: PortNaming) {
    switch port {
    case .controller: ToController.append(Action.Controller(), to: &text)
    case ...PortNumber.maximum: text += "output:" + port.described(by: names)
    default: text += port.description
    }
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v10(0), .v11(0), .nicira(15), .nicira(32)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let port: PortNumber
    let maximumLength: UInt16
    switch type {
    case .nicira: return try decodeField(&body, isLater: type == .nicira(32))
    case .v10:
      port = PortNumber(rawValue: try body.read())
      maximumLength = try body.read()
    case .v11, .onf:
      let wide: UInt32 = try body.read()
      guard let narrow = PortNumber(wide: wide) else { throw OpenFlowError(.badOutPort) }
      port = narrow
      maximumLength = try body.read()
      try body.skip(6)
    }
    if port == .controller { return .controller(Action.Controller(maximumLength: maximumLength)) }
    guard isValid(port) else { throw OpenFlowError(.badOutPort) }
    return .output(port)
  }

  /// In the later form the maximum length stands before the field's header, which may then take 64 bits.
  private static func decodeField(_ body: inout ActionBody, isLater: Bool) throws(OpenFlowError) -> Action {
    let bits = WireBits(rawValue: try body.read())
    if isLater { try body.skip(2) }
    let field = try body.readField(else: .badSetType)
    if !isLater { try body.skip(2) }
    try body.skipZeros(body.count, else: .badActionArgument)
    return .outputField(try bits.subfield(of: field))
  }

  static func encode(_ port: PortNumber, to encoder: inout ActionEncoder) {
    encode(port, maximumLength: port == .controller ? 0xffff : 0, to: &encoder)
  }

  /// - Parameters:
  ///   - maximumLength: bytes of the frame for a controller; has no meaning for other ports.
  static func encode(_ port: PortNumber, maximumLength: UInt16, to encoder: inout ActionEncoder) {
    let isWide = encoder.version != .v10
    encoder.standard(0) { writer in
      if isWide { writer.write(port.wide) } else { writer.write(port.rawValue) }
      writer.write(maximumLength)
      if isWide { writer.pad(6) }
    }
  }

  static func encode(_ source: Subfield, to encoder: inout ActionEncoder) {
    let header = source.field.headerInActions
    encoder.nicira(header.isExperimenter ? 32 : 15) { writer in
      writer.write(WireBits(source).rawValue)
      if header.isExperimenter { writer.write(UInt16(0xffff)) }
      header.encode(to: &writer)
      if !header.isExperimenter { writer.write(UInt16(0xffff)) }
      writer.pad(header.isExperimenter ? 2 : 6)
    }
  }
}
