import Bytes
import Match
import Wire

/// `mod_vlan_vid`, `mod_vlan_pcp` and, for frames that have a tag, `set_vlan_vid` and `set_vlan_pcp`.
/// `OFPAT_SET_VLAN_VID` and `OFPAT_SET_VLAN_PCP` of OpenFlow 1.0 section 5.2.4, which add a tag where there is
/// none. Those of 1.1 (section A.2.5) do not, and since 1.2 they are a `set_field`: there they stand behind a
/// push unless it is known that there is a tag.
enum SetVLAN: ActionForm {
  static let keywords = ["mod_vlan_vid", "mod_vlan_pcp", "set_vlan_vid", "set_vlan_pcp"]

  static let largestID: UInt16 = 0xfff
  static let largestPriority: UInt8 = 7

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let pushIfAbsent = call.keyword.hasPrefix("mod")
    if call.keyword.hasSuffix("vid") {
      let id = try call.number(in: 0...UInt64(largestID))
      return .setVLANID(UInt16(id), pushIfAbsent: pushIfAbsent)
    }
    let priority = try call.number(in: 0...UInt64(largestPriority))
    return .setVLANPriority(UInt8(priority), pushIfAbsent: pushIfAbsent)
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.v10(1), .v10(2), .v11(1), .v11(2)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let pushIfAbsent = version == .v10
    if type == .v10(1) || type == .v11(1) {
      let id: UInt16 = try body.read()
      try body.skip(2)
      guard id <= largestID else { throw OpenFlowError(.badActionArgument) }
      return .setVLANID(id, pushIfAbsent: pushIfAbsent)
    }
    let priority: UInt8 = try body.read()
    try body.skip(3)
    guard priority <= largestPriority else { throw OpenFlowError(.badActionArgument) }
    return .setVLANPriority(priority, pushIfAbsent: pushIfAbsent)
  }

  static func encode(id: UInt16, pushIfAbsent: Bool, to encoder: inout ActionEncoder) {
    guard encoder.version != .v10 else {
      encoder.standard(1) { $0.write(id) }
      return
    }
    if pushIfAbsent { encodePushIfNeeded(to: &encoder) }
    if encoder.version == .v11 {
      encoder.standard(1) { $0.write(id) }
    } else {
      SetFieldCodec.encodeWhole("vlan_vid", UInt128(id), to: &encoder)
    }
  }

  static func encode(priority: UInt8, pushIfAbsent: Bool, to encoder: inout ActionEncoder) {
    guard encoder.version != .v10 else {
      encoder.standard(2) { $0.write(priority) }
      return
    }
    if pushIfAbsent { encodePushIfNeeded(to: &encoder) }
    if encoder.version == .v11 {
      encoder.standard(2) { $0.write(priority) }
    } else {
      SetFieldCodec.encodeWhole("vlan_pcp", UInt128(priority), to: &encoder)
    }
  }

  private static func encodePushIfNeeded(to encoder: inout ActionEncoder) {
    if !encoder.frame.hasTag { PushVLAN.encode(EtherType.vlan.rawValue, to: &encoder) }
  }
}
