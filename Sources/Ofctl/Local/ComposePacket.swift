import Match

/// `compose-packet FLOW [PAYLOAD]`: a frame with the fields of a flow, as a hexadecimal dump.
enum ComposePacket: OfctlCommand {
  static let name = "compose-packet"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let match = try exactMatch(call[0])
    let frame: [UInt8]
    if let text = call.optional(1) {
      let payload: [UInt8] = try explaining("PAYLOAD") { try Hexadecimal.bytes(text) }
      guard payload.count <= 60_000 else { throw OfctlError("PAYLOAD: more than 60000 bytes") }
      frame = FrameComposer.compose(match, payload: payload)
    } else {
      frame = FrameComposer.compose(match)
    }
    let specified = FlowMatch(of: match.key)
    let extracted = FlowMatch(ofFrame: frame)
    if specified != extracted {
      call.line("specified and extracted flows differ:")
      call.line("specified: \(specified.withoutPort)")
      call.line("extracted: \(extracted.withoutPort)")
      call.status = 1
    }
    if call.options.isBare {
      call.line(frame.map(Hexadecimal.text).joined())
    } else {
      call.console.write(Hexadecimal.dump(frame))
    }
  }

  /// A match in which every field is given whole.
  static func exactMatch(_ text: String) throws(OfctlError) -> FlowMatch {
    do throws(FlowSyntaxError) {
      return try FlowMatch(parsing: text[...])
    } catch {
      throw OfctlError(error.caret(in: text))
    }
  }
}
