import Bytes
import Match

/// `group:n`: the buckets of a group. `OFPAT_GROUP` of OpenFlow 1.1 section A.2.5 and later; in 1.0 an extension
/// of Nicira's.
enum Group: ActionForm {
  static let keywords = ["group"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    .group(UInt32(try call.number(in: 0...UInt64(UInt32.max))))
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v11(22), .nicira(40)]

  static func versions(of type: ActionWireType) -> ClosedRange<OpenFlowVersion> {
    type == .nicira(40) ? .v10 ... .v10 : .v11 ... .v15
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    if type == .nicira(40) { try body.skip(2) }
    return .group(try body.read())
  }

  static func encode(_ group: UInt32, to encoder: inout ActionEncoder) {
    encoder.write(nicira: 40, orStandard: 22) { $0.write(group) }
  }
}
