import OpenFlow

/// `dump-ipfix-bridge SWITCH`: what the bridge's IPFIX exporter has counted.
enum DumpIPFIXBridge: OfctlCommand {
  static let name = "dump-ipfix-bridge"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, OpenFlowRequest.ipfixBridge.payload)
  }
}

/// `dump-ipfix-flow SWITCH`: what flow-based IPFIX exporters have counted.
enum DumpIPFIXFlow: OfctlCommand {
  static let name = "dump-ipfix-flow"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, OpenFlowRequest.ipfixFlow.payload)
  }
}
