import Bytes
import Match

/// `dec_ttl`. `OFPAT_DEC_NW_TTL` of OpenFlow 1.3.5 section A.2.5; `NXAST_DEC_TTL` in 1.0.
enum DecrementTTL: ActionForm {
  static let keywords = ["dec_ttl"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    if let argument = call.argument, !(call.isParenthesized && argument.isEmpty) {
      throw FlowSyntaxError(
        .notAllowed("dec_ttl with controller IDs", because: "here; write dec_ttl"), at: call.argumentOffset)
    }
    return .decrementTTL
  }

  // MARK: Wire

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> {
    type == .nicira(18) ? .v10 ... .v10 : .v11 ... .v15
  }

  static let wireTypes: [ActionWireType] = [.v11(24), .nicira(18)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skip(type == .v11(24) ? 4 : 6)
    return .decrementTTL
  }

  static func encode(to encoder: inout ActionEncoder) {
    if encoder.version == .v10 {
      encoder.nicira(18) { $0.pad(6) }
    } else {
      encoder.standard(24) { $0.pad(4) }
    }
  }
}
