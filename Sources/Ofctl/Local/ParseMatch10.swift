import Bytes
import Match

/// `parse-ofp10-match`: reads matches of OpenFlow 1.0 in hexadecimal from standard input, one a line, and prints
/// them as text, and where their bytes differ from those that we would write.
enum ParseMatch10: OfctlCommand {
  static let name = "parse-ofp10-match"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    for line in try call.inputLines() {
      let bytes = try Hexadecimal.bytes(line)
      guard bytes.count == 40 else { throw OfctlError("a match of OpenFlow 1.0 has 40 bytes, not \(bytes.count)") }
      var reader = ByteReader(bytes[...])
      do throws(OpenFlowError) {
        let match = try FlowMatch(v10: &reader)
        var writer = ByteWriter()
        match.encode10(to: &writer)
        call.line("\(match)")
        call.line(Hexadecimal.differences(from: bytes, to: writer.bytes))
      } catch {
        call.line("bad OpenFlow10 match: \(error.code.rawValue)\n")
      }
    }
  }
}
