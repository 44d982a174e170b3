public import Bytes
public import Match

/// Action lists in messages.
public enum ActionCodec {
  /// Reads the list that fills `reader`.
  ///
  /// Throws the code that Open vSwitch answers with: `OFPBRC_BAD_LEN` when the list is no multiple of 8 bytes,
  /// else mostly one of `OFPBAC_*`. Whether the actions suit the match is left to `ActionList.validate`.
  public static func decode(
    _ reader: inout ByteReader, version: OpenFlowVersion
  ) throws(OpenFlowError) -> [Action] {
    try decode(&reader, version: version, depth: 0)
  }

  /// Reads a list that lies in `depth` others.
  static func decode(
    _ reader: inout ByteReader, version: OpenFlowVersion, depth: Int
  ) throws(OpenFlowError) -> [Action] {
    guard reader.count % 8 == 0 else { throw OpenFlowError(.badLength, reader.remaining) }
    var actions: [Action] = []
    while !reader.isEmpty {
      var item = try WireItem(from: &reader, badLength: .badActionLength, depth: depth)
      actions.append(try decode(&item, version: version))
    }
    return actions
  }

  private static func decode(
    _ item: inout WireItem, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let isExperimenter = item.code == 0xffff
    let type: ActionWireType
    if isExperimenter {
      switch try item.body.read(UInt32.self) {
      case ExperimenterID.nicira: type = .nicira(try item.body.read())
      case ExperimenterID.onf: type = .onf(try item.body.read())
      default: throw OpenFlowError(.badActionExperimenter, item.bytes)
      }
    } else {
      type = version == .v10 ? .v10(item.code) : .v11(item.code)
    }
    guard let form = ActionForms.byWireType[type], form.versions(of: type).contains(version) else {
      throw OpenFlowError(isExperimenter ? .badActionSubtype : .badActionType, item.bytes)
    }
    let action = try form.decode(&item.body, as: type, version: version)
    guard item.body.isEmpty else { throw OpenFlowError(.badActionLength, item.bytes) }
    return action
  }

  /// The list as `version` writes it.
  ///
  /// OpenFlow 1.0 has no instructions: `write_metadata` is an action of Nicira's there, `goto_table` a resubmit,
  /// and `clear_actions` and `write_actions` are left out. For later versions all instructions are left out; they
  /// are the concern of `InstructionCodec`.
  ///
  /// - Parameters:
  ///   - actions: a list that `ActionList.validate` accepts.
  ///   - match: that of the rule to which the list belongs: after 1.0 `mod_vlan_vid` adds a tag unless the match
  ///     demands one, and `mod_tp_src` names the protocol that the match demands.
  public static func encode(
    _ actions: [Action], version: OpenFlowVersion, for match: FlowMatch = FlowMatch()
  ) -> [UInt8] {
    var encoder = ActionEncoder(version: version, frame: FrameKnowledge(match))
    encoder.encode(actions.filter { $0.isAction(in: version) })
    return encoder.writer.bytes
  }
}
