import Bytes
public import Match

extension ActionList {
  /// Bytes that a list may take in a message of at most 65535 bytes, beside the header and the match.
  static let maximumByteCount = 60_000

  /// Throws unless the list makes sense in a rule of `table` with `match`.
  ///
  /// Fields that actions read and write must be there in every frame that the match takes. For the actions of
  /// OpenFlow 1.0 (`mod_nw_src`, `dec_ttl`, `strip_vlan`, ...) only 1.3 demands that: in 1.0, and inside of
  /// `write_actions`, they do nothing to other frames.
  ///
  /// - Parameters:
  ///   - actions: the list, from a text or a message.
  ///   - match: that of the rule; of a packet-out, the match of every frame.
  ///   - table: that of the rule; 255 when it is not known.
  ///   - version: by whose rules.
  public static func validate(
    _ actions: [Action], for match: FlowMatch, table: UInt8, version: OpenFlowVersion = .v10
  ) throws(ActionError) {
    var validator = ActionValidator(match, table: table, version: version)
    do throws(ActionError.Reason) { try ActionValidator.checkConjunctions(actions) } catch {
      throw ActionError(error, at: 0)
    }
    for (index, action) in actions.enumerated() {
      do throws(ActionError.Reason) { try validator.check(action) } catch {
        throw ActionError(error, at: index)
      }
    }
    guard byteCount(atMost: actions) <= maximumByteCount else { throw ActionError(.tooLong, at: 0) }
  }

  /// The size of the list in a message, or more: short ones are not worth a closer look.
  private static func byteCount(atMost actions: [Action]) -> Int {
    let bound = Action.byteCount(atMost: actions)
    guard bound > maximumByteCount else { return bound }
    var lists = [actions]
    for case .writeActions(let written) in actions { lists.append(written) }
    return OpenFlowVersion.spoken.map { version in
      lists.reduce(0) { sum, list in
        var encoder = ActionEncoder(version: version, frame: FrameKnowledge(FlowMatch()))
        encoder.encode(list)
        return sum + encoder.writer.count
      }
    }.max() ?? 0
  }
}

extension Action {
  /// The size of a list in a message, or more.
  fileprivate static func byteCount(atMost actions: [Action]) -> Int {
    actions.reduce(0) { sum, action in
      switch action {
      case .writeActions(let actions), .clone(let actions): sum + 16 + byteCount(atMost: actions)
      case .connectionTrack(let ct): sum + 24 + byteCount(atMost: ct.actions)
      // A part has at most two fields with names of 8 bytes, or one and a value of 124 bytes.
      case .learn(let learn): sum + 56 + learn.specifications.count * 144
      case .bundle(let bundle): sum + 40 + bundle.members.count * 2
      case .note(let note): sum + 16 + note.bytes.count
      // The longest of all others is a mask of every other bit of 128: 64 loads of 24 bytes.
      default: sum + 64 * 24
      }
    }
  }
}
