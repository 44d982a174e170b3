import Match
import OpenFlow

/// `ct-flush-zone SWITCH ZONE`: forgets the tracked connections of a zone.
enum FlushZone: OfctlCommand {
  static let name = "ct-flush-zone"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let zone = try ConnectionText.number(call[1], of: "ZONE", UInt16.self)
    var client = try OpenFlowClient(to: call[0], options: call.options)
    try call.carryOut(CTFlush(zone: zone, isZoneOnly: true), &client)
  }
}

/// `ct-flush SWITCH [zone=N] [ORIGINAL [REPLY]]`: forgets the connections that both directions cover.
enum FlushConnections: OfctlCommand {
  static let name = "ct-flush"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var rest = call.arguments.dropFirst()
    var flush = CTFlush()
    if let word = rest.first, word.hasPrefix("zone=") {
      flush.zone = try ConnectionText.number(String(word.dropFirst(5)), of: "zone", UInt16.self)
      rest = rest.dropFirst()
    }
    guard rest.count <= 2 else { throw OfctlError("ct-flush: more than [zone=N] [ORIGINAL [REPLY]]") }
    let texts = Array(rest)
    if let text = texts.first { flush.original = try ConnectionText.parse(text, &flush.ipProtocol) }
    if texts.count == 2 { flush.reply = try ConnectionText.parse(texts[1], &flush.ipProtocol) }
    var client = try OpenFlowClient(to: call[0], options: call.options)
    try call.carryOut(flush, &client)
  }
}
