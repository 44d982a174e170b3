import Actions
import Bytes
import Match

/// Bytes of actions that one message may carry. The limit keeps every rule that is taken small enough to be
/// shown in one message of any version: some actions need three times as many bytes in 1.3 as in 1.0.
private let maximumActionByteCount = 20_480

/// Reads an action list. Throws `tooManyActions` for one above the limit.
func decodeActions(
  _ bytes: ArraySlice<UInt8>, version: OpenFlowVersion
) throws(OpenFlowError) -> [Action] {
  guard bytes.count <= maximumActionByteCount else { throw OpenFlowError(.tooManyActions) }
  var reader = ByteReader(bytes)
  return try ActionCodec.decode(&reader, version: version)
}

/// Reads what a rule does: the instructions of 1.1 and later, the actions of 1.0. Throws `tooManyActions` for a
/// list above the limit.
func decodeRuleActions(
  _ bytes: ArraySlice<UInt8>, version: OpenFlowVersion
) throws(OpenFlowError) -> [Action] {
  if version == .v10 { return try decodeActions(bytes, version: version) }
  guard bytes.count <= maximumActionByteCount else { throw OpenFlowError(.tooManyActions) }
  var reader = ByteReader(bytes)
  return try InstructionCodec.decode(&reader, version: version)
}

extension ByteWriter {
  /// Appends an action list.
  mutating func write(_ actions: [Action], version: OpenFlowVersion, for match: FlowMatch = FlowMatch()) {
    write(ActionCodec.encode(actions, version: version, for: match))
  }

  /// Appends what a rule does.
  mutating func write(ruleActions actions: [Action], version: OpenFlowVersion, for match: FlowMatch) {
    if version == .v10 { return write(actions, version: version, for: match) }
    write(InstructionCodec.encode(actions, version: version, for: match))
  }
}
