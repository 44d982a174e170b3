import Bytes
import Match

/// `strip_vlan`, `pop_vlan`: removes the outermost tag. `OFPAT_STRIP_VLAN` of OpenFlow 1.0 section 5.2.4,
/// `OFPAT_POP_VLAN` of 1.3.5 section A.2.5.
enum PopVLAN: ActionForm {
  static let keywords = ["strip_vlan", "pop_vlan"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    try call.refuseArgument()
    return .popVLAN
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v10(3), .v11(18)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skip(4)
    return .popVLAN
  }

  static func encode(to encoder: inout ActionEncoder) {
    encoder.standard(encoder.version == .v10 ? 3 : 18) { $0.pad(4) }
  }
}
