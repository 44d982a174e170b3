import Actions
import Bytes
import Match

/// `parse-actions VERSION`: reads lists of actions in hexadecimal from standard input, one a line, and prints
/// them as text, and where their bytes differ from those that we would write.
enum ParseActions: OfctlCommand {
  static let name = "parse-actions"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let version = try OpenFlowVersion(named: call[0])
    try run(call, version: version, kind: "actions") { reader throws(OpenFlowError) in
      let actions = try ActionCodec.decode(&reader, version: version)
      return (actions, ActionCodec.encode(actions, version: version))
    }
  }

  static func run(
    _ call: OfctlCall, version: OpenFlowVersion, kind: String,
    decode: (inout ByteReader) throws(OpenFlowError) -> (actions: [Action], bytes: [UInt8])
  ) throws(OfctlError) {
    for line in try call.inputLines() {
      let bytes = try Hexadecimal.bytes(line)
      var reader = ByteReader(bytes[...])
      do throws(OpenFlowError) {
        let (actions, encoded) = try decode(&reader)
        call.line("actions=" + ActionList.format(actions))
        call.line(Hexadecimal.differences(from: bytes, to: encoded))
      } catch {
        call.line("bad \(version) \(kind): \(error.code.rawValue)\n")
      }
    }
  }
}

/// `parse-instructions VERSION`: the same for instructions, from OpenFlow 1.1 on.
enum ParseInstructions: OfctlCommand {
  static let name = "parse-instructions"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let version = try OpenFlowVersion(named: call[0])
    guard version >= .v11 else { throw OfctlError("\(version) has no instructions; OpenFlow11 and later do") }
    try ParseActions.run(call, version: version, kind: "instructions") { reader throws(OpenFlowError) in
      let actions = try InstructionCodec.decode(&reader, version: version)
      return (actions, InstructionCodec.encode(actions, version: version))
    }
  }
}
