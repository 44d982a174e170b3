import Bytes
import Match

/// `dec_nsh_ttl`: of a network service header. `NXAST_DEC_NSH_TTL`, since 1.3.
enum DecrementNSHTTL: ActionForm {
  static let keywords = ["dec_nsh_ttl"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    try call.refuseArgument()
    return .decrementNSHTTL
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(48)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> { .v13 ... .v15 }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skip(6)
    return .decrementNSHTTL
  }

  static func encode(to encoder: inout ActionEncoder) { encoder.nicira(48) { $0.pad(6) } }
}
