import OpenFlow

/// `dump-desc SWITCH`: what the switch says of itself.
enum DumpDescription: OfctlCommand {
  static let name = "dump-desc"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, OpenFlowRequest.description.payload)
  }
}
