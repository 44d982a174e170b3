import Bytes
import Match

/// `clone(...)`: actions on a copy of the frame and of all that is known of it. `NXAST_CLONE`.
enum CloneActions: ActionForm {
  static let keywords = ["clone"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    .clone(try call.actions(in: .clone, ports: ports))
  }

  static func append(_ actions: [Action], to text: inout String, names: PortNaming) {
    text += "clone("
    ActionList.append(actions, to: &text, names: names)
    text += ")"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(42)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skip(6)
    return .clone(try body.readActions(version))
  }

  static func encode(_ actions: [Action], to encoder: inout ActionEncoder) {
    encoder.nicira(42, holding: actions) { $0.pad(6) }
  }
}
