import Match
import OpenFlow

/// `dump-table-desc SWITCH`: eviction and vacancy settings of the flow tables.
enum DumpTableDescriptions: OfctlCommand {
  static let name = "dump-table-desc"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, from: .v14, for: Self.name, OpenFlowRequest.tableDescription.payload)
  }
}
