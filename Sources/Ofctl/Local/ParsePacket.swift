import Match

/// `parse-packet`: reads one frame from standard input and prints its fields.
enum ParsePacket: OfctlCommand {
  static let name = "parse-packet"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let bytes = try call.fileBytes("-")
    call.line("\(FlowMatch(ofFrame: bytes))")
  }
}
