import Match

/// `parse-nx-match` and `parse-nxm`: reads matches in the text of NXM from standard input, one a line, carries
/// each through its bytes and prints what came of it.
enum ParseNXMatch: OfctlCommand {
  static let name = "parse-nx-match"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try WireMatches.run(call) { match, cookie in match.encodedNXM(cookie: cookie) }
  }
}

enum ParseNXM: OfctlCommand {
  static let name = "parse-nxm"

  static func run(_ call: OfctlCall) throws(OfctlError) { try ParseNXMatch.run(call) }
}

/// `parse-oxm VERSION`: the same in the names of OXM.
enum ParseOXM: OfctlCommand {
  static let name = "parse-oxm"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let version = try OpenFlowVersion(named: call[0])
    guard version >= .v12 else { throw OfctlError("\(version): OXM came with OpenFlow12") }
    try WireMatches.run(call) { match, _ in match.encodedOXM(version: version) }
  }
}

enum WireMatches {
  /// Lines without a match are printed as they are.
  static func run(
    _ call: OfctlCall, encode: (FlowMatch, CookieMatch?) -> [UInt8]
  ) throws(OfctlError) {
    let text = try call.fileText("-")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(
      text.hasSuffix("\n") ? 1 : 0)
    {
      let content = String(line.prefix { $0 != "#" }.trimmed)
      guard !content.isEmpty else {
        call.line(String(line.trimmed))
        continue
      }
      var bytes = try NXMText.bytes(content)
      if !call.options.isStrict { bytes = NXMText.withoutUnknown(bytes) }
      do throws(OpenFlowError) {
        let (match, cookie) = try FlowMatch.decodeNXM(bytes[...])
        call.line(NXMText.text(encode(match, cookie)))
      } catch {
        call.line("nx_pull_match() returned error \(error.code.rawValue)")
      }
    }
  }
}
