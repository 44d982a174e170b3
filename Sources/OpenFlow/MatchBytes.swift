import Bytes
import Match

extension MessageReader {
  /// Reads a match of the form that `version` has as its own. With `isLoose`, fields that are not known are left
  /// out, and none needs another, as for the metadata of a frame.
  mutating func readMatch(
    _ version: OpenFlowVersion, isLoose: Bool = false
  ) throws(OpenFlowError) -> FlowMatch {
    if version == .v10 { return try FlowMatch(v10: &bytes) }
    if version == .v11 { return try FlowMatch(v11OrOXM: &bytes, isLoose: isLoose) }
    return try FlowMatch(oxm: &bytes, isLoose: isLoose)
  }

  /// Reads NXM entries of `byteCount` bytes and the padding behind them; `isLoose` as above.
  mutating func readNXM(
    _ byteCount: Int, isLoose: Bool = false
  ) throws(OpenFlowError) -> (match: FlowMatch, cookie: CookieMatch?) {
    let list = try take(byteCount)
    try skip((8 - byteCount % 8) % 8)
    return try FlowMatch.decodeNXM(list, isLoose: isLoose)
  }
}

extension ByteWriter {
  /// Appends a match in the form that `version` has as its own.
  mutating func write(_ match: FlowMatch, version: OpenFlowVersion) {
    if version == .v10 { match.encode10(to: &self) } else { match.encode(to: &self, version: version) }
  }

  /// Appends a match as a list of OXM entries with its header and padding, also in 1.1.
  mutating func write(oxm match: FlowMatch, version: OpenFlowVersion) {
    let start = count
    write(UInt16(1))
    write(UInt16(0))
    write(entriesOf: match, version: version)
    patch(UInt16(truncatingIfNeeded: count - start), at: start + 2)
    pad(toMultipleOf: 8, from: start)
  }

  /// Appends OXM entries alone. Where versions before 1.2 have them, the port has 32 bits all the same:
  /// `OFPXMT_OFB_IN_PORT`.
  mutating func write(entriesOf match: FlowMatch, version: OpenFlowVersion) {
    guard version < .v12, let port = match.inPort else {
      return write(match.encodedOXM(version: version))
    }
    write(UInt32(0x8000_0004))
    write(port.wide)
    write(match.withoutInPort.encodedOXM(version: version))
  }
}
