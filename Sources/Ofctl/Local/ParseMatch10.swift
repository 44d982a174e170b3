import Bytes
import Match

/// `parse-ofp10-match`: reads matches of OpenFlow 1.0 in hexadecimal from standard input, one a line, and prints
/// them as text, and where their bytes differ from those that we would write.
enum ParseMatch10: OfctlCommand {
  static let name = "parse-ofp10-match"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try FixedMatches.run(call, .v10, byteCount: 40) { reader throws(OpenFlowError) in
      let match = try FlowMatch(v10: &reader)
      var writer = ByteWriter()
      match.encode10(to: &writer)
      return (match, writer.bytes)
    }
  }
}

/// `parse-ofp11-match`: the same for OpenFlow 1.1.
enum ParseMatch11: OfctlCommand {
  static let name = "parse-ofp11-match"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try FixedMatches.run(call, .v11, byteCount: 88) { reader throws(OpenFlowError) in
      let match = try FlowMatch(v11: &reader)
      var writer = ByteWriter()
      match.encode11(to: &writer)
      return (match, writer.bytes)
    }
  }
}

/// Matches of the versions that have a place for each field.
enum FixedMatches {
  static func run(
    _ call: OfctlCall, _ version: OpenFlowVersion, byteCount: Int,
    carry: (inout ByteReader) throws(OpenFlowError) -> (FlowMatch, [UInt8])
  ) throws(OfctlError) {
    for line in try call.inputLines() {
      let bytes = try Hexadecimal.bytes(line)
      guard bytes.count == byteCount else {
        throw OfctlError("a match of \(version) has \(byteCount) bytes, not \(bytes.count)")
      }
      var reader = ByteReader(bytes[...])
      do throws(OpenFlowError) {
        let (match, encoded) = try carry(&reader)
        call.line("\(match)")
        call.line(Hexadecimal.differences(from: bytes, to: encoded))
      } catch {
        call.line("bad \(version) match: \(error.code.rawValue)\n")
      }
    }
  }
}
