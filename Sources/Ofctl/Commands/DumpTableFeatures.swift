import Match
import OpenFlow

/// `dump-table-features SWITCH`: what each flow table can match and do. Neighbours that can do the same are one line.
enum DumpTableFeatures: OfctlCommand {
  static let name = "dump-table-features"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var client = try OpenFlowClient(
      to: call[0], options: call.options, needing: OpenFlowVersion.v13..., for: name)
    let style = call.style()
    let version = client.version
    var previous: TableFeatures?
    var alike: ClosedRange<UInt8>?
    func showAlike() {
      guard let range = alike else { return }
      let tables =
        range.count == 1 ? "table \(range.lowerBound)" : "tables \(range.lowerBound)...\(range.upperBound)"
      call.line("  \(tables): ditto\n")
      alike = nil
    }
    for table in try client.tableFeatures() {
      if let previous, comparable(previous) == comparable(table) {
        alike = (alike?.lowerBound ?? table.table)...table.table
      } else {
        showAlike()
        call.line(String(text(table, after: previous, style, version).drop { $0 == "\n" }))
      }
      previous = table
    }
    showAlike()
  }

  /// A table's text; it leaves out what is as in the table before.
  private static func text(
    _ table: TableFeatures, after previous: TableFeatures?, _ style: MessagePrinter.Style,
    _ version: OpenFlowVersion
  ) -> Substring {
    func printed(_ tables: [TableFeatures]) -> String {
      var printer = MessagePrinter(style: style, version: version)
      TableFeatures.print(tables, to: &printer)
      return printer.text
    }
    guard let previous else { return printed([table])[...] }
    return printed([previous, table]).dropFirst(printed([previous]).count)
  }

  /// The features without what names the table; that rules can go to all tables behind it is one thing.
  private static func comparable(_ table: TableFeatures) -> TableFeatures {
    var result = table
    result.name = ""
    result.table = 0
    result.rules.nextTables = withoutOwnNumber(table.rules.nextTables, table.table)
    if let misses = table.misses {
      result.misses?.nextTables = withoutOwnNumber(misses.nextTables, table.table)
    }
    return result
  }

  private static func withoutOwnNumber(_ tables: [UInt8], _ table: UInt8) -> [UInt8] {
    guard let first = tables.first, let last = tables.last else { return [] }
    let isAllBehind = Int(first) == Int(table) + 1 && tables.count == Int(last - first) + 1
    return isAllBehind ? [last] : tables
  }
}
