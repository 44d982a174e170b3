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

/// Reads the instructions of 1.3. Throws `tooManyActions` for a list above the limit.
func decodeInstructions(_ bytes: ArraySlice<UInt8>) throws(OpenFlowError) -> [Action] {
  guard bytes.count <= maximumActionByteCount else { throw OpenFlowError(.tooManyActions) }
  var reader = ByteReader(bytes)
  return try InstructionCodec.decode(&reader)
}
