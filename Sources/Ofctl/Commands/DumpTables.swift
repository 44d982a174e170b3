import OpenFlow

/// `dump-tables SWITCH`: rules, lookups and matches of each flow table.
enum DumpTables: OfctlCommand {
  static let name = "dump-tables"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try Dump.run(call, OpenFlowRequest.tableStatistics.payload)
  }
}
