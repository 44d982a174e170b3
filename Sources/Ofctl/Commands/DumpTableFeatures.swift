import Match
import OpenFlow

/// `dump-table-features SWITCH`: what each flow table can match and do.
enum DumpTableFeatures: OfctlCommand {
  static let name = "dump-table-features"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, from: .v13, for: Self.name, OpenFlowRequest.tableFeatures.payload)
  }
}
