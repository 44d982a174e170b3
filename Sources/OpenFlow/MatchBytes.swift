import Bytes
import Match

extension MessageReader {
  /// Reads a match of the form that `version` has as its own.
  mutating func readMatch(_ version: OpenFlowVersion) throws(OpenFlowError) -> FlowMatch {
    if version == .v10 { return try FlowMatch(v10: &bytes) }
    return try FlowMatch(oxm: &bytes)
  }

  /// Reads NXM entries of `byteCount` bytes and the padding behind them.
  mutating func readNXM(
    _ byteCount: Int
  ) throws(OpenFlowError) -> (match: FlowMatch, cookie: CookieMatch?) {
    let list = try take(byteCount)
    try skip((8 - byteCount % 8) % 8)
    return try FlowMatch.decodeNXM(list)
  }
}

extension ByteWriter {
  /// Appends a match in the form that `version` has as its own.
  mutating func write(_ match: FlowMatch, version: OpenFlowVersion) {
    if version == .v10 { match.encode10(to: &self) } else { match.encodeOXM(to: &self, version: version) }
  }
}
