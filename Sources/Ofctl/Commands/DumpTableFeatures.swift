import Match
import OpenFlow

/// `dump-table-features SWITCH`: what each flow table can match and do.
enum DumpTableFeatures: OfctlCommand {
  static let name = "dump-table-features"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(
      to: call[0], options: call.options, needing: OpenFlowVersion.v13..., for: name)
    // Printed as one list, however many messages it came in: a table says how it differs from the one before.
    var printer = MessagePrinter(style: call.style())
    TableFeatures.print(try client.tableFeatures(), to: &printer)
    call.console.write(printer.text.drop { $0 == "\n" } + "\n")
  }
}
