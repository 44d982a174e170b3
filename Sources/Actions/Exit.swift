import Bytes
import Match

/// `exit`: ends this list and those that resubmitted to it. `NXAST_EXIT`.
enum Exit: ActionForm {
  static let keywords = ["exit"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    try call.refuseArgument()
    return .exit
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(17)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skip(6)
    return .exit
  }

  static func encode(to encoder: inout ActionEncoder) { encoder.nicira(17) { $0.pad(6) } }
}
