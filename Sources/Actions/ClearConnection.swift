import Bytes
import Match

/// `ct_clear`: the frame belongs to no connection any more. `NXAST_CT_CLEAR`.
enum ClearConnection: ActionForm {
  static let keywords = ["ct_clear"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    try call.refuseArgument()
    return .clearConnection
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(43)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.demand(count: 6)
    try body.skip(6)
    return .clearConnection
  }

  static func encode(to encoder: inout ActionEncoder) { encoder.nicira(43) { _ in } }
}
