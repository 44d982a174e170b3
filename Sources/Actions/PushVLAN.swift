import Bytes
import Match
import Wire

/// `push_vlan:tpid`: a new outermost tag. `OFPAT_PUSH_VLAN`, OpenFlow 1.3.5 section A.2.5. In 1.0 setting the
/// number or the priority adds the tag, so nothing is written there.
enum PushVLAN: ActionForm {
  static let keywords = ["push_vlan"]

  /// The TPIDs of 802.1Q and 802.1ad.
  static func isValid(_ tpid: UInt16) -> Bool {
    tpid == EtherType.vlan.rawValue || tpid == EtherType.serviceVLAN.rawValue
  }

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let expected = "0x8100 (802.1Q) or 0x88a8 (802.1ad)"
    let text = try call.argument(expected: expected)
    guard let value = NumberText.parse(text.utf8.span), let tpid = UInt16(exactly: value), isValid(tpid)
    else {
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: String(text), expected: expected), at: call.argumentOffset)
    }
    return .pushVLAN(tpid: tpid)
  }

  static func append(_ tpid: UInt16, to text: inout String) {
    text += "push_vlan:"
    text.appendHexadecimal(tpid, digits: 4)
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v11(17)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let tpid: UInt16 = try body.read()
    try body.skip(2)
    guard isValid(tpid) else { throw OpenFlowError(.badActionArgument) }
    return .pushVLAN(tpid: tpid)
  }

  static func encode(_ tpid: UInt16, to encoder: inout ActionEncoder) {
    guard encoder.version != .v10 else { return }
    encoder.standard(17) { $0.write(tpid) }
  }
}
