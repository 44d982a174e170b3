import Bytes
import Match

/// `delete_field:field`: takes a tunnel option off, so that it is not even empty. `NXAST_DELETE_FIELD`.
enum DeleteField: ActionForm {
  static let keywords = ["delete_field"]

  /// Only options of tunnels can be absent.
  static func isValid(_ field: Field) -> Bool { field.name.hasPrefix("tun_metadata") }

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let name = try call.argument(expected: "a tunnel option: tun_metadata0 to tun_metadata63")
    guard let field = Field.namedOnWire(name) else {
      let nearest = nearestName(to: name, among: Field.all.lazy.map(\.name))
      throw FlowSyntaxError(
        .unknown(kind: "field", name: String(name), nearest: nearest), at: call.argumentOffset)
    }
    guard isValid(field) else {
      let because = "as only options of tunnels can be: tun_metadata0 to tun_metadata63"
      throw FlowSyntaxError(.notAllowed("deleting \(field.name)", because: because), at: call.argumentOffset)
    }
    return .deleteField(field)
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(50)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let field = try body.readField(else: .badField)
    try body.skip(body.count)
    guard isValid(field) else { throw OpenFlowError(.badActionArgument) }
    return .deleteField(field)
  }

  static func encode(_ field: Field, to encoder: inout ActionEncoder) {
    encoder.nicira(50) { writer in
      field.headerInActions.encode(to: &writer)
      writer.pad(10)
    }
  }
}
