import Match
import OpenFlow

/// `mod-table SWITCH TABLE SETTING`: what happens to frames that no rule matches (1.1, 1.2), or to rules when the
/// table is full (from 1.4 on).
enum ModifyTable: OfctlCommand {
  static let name = "mod-table"
  static let changesSwitch = true

  private static let misses: [TableMiss] = [.controller, .nextTable, .drop]

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let table = try number(call[1])
    let setting = call[2]
    if let miss = misses.first(where: { $0.name == setting }) {
      var client = try connect(call, [.v11, .v12])
      return try call.carryOut(TableMod(table: table, miss: miss), &client)
    }
    let change = try change(setting)
    var client = try connect(call, [.v14, .v15])
    // A table mod says all settings at once: those that stay must be known.
    let descriptions = try client.tableDescriptions()
    for description in descriptions where description.table == table || table == 255 {
      var mod = TableMod(
        table: description.table, evicts: description.evicts,
        reportsVacancy: description.reportsVacancy,
        vacancy: description.vacancy.map { TableVacancy(down: $0.down, up: $0.up) })
      change(&mod)
      try call.carryOut(mod, &client)
    }
  }

  private static func connect(
    _ call: OfctlCall, _ versions: Set<OpenFlowVersion>
  ) throws(OfctlError) -> OpenFlowClient {
    var options = call.options
    options.versions = (options.versions ?? versions).intersection(versions)
    guard options.versions?.isEmpty == false else {
      let names = versions.sorted().map(\.description).joined(separator: " or ")
      throw OfctlError("mod-table '\(call[2])' needs \(names), which --protocols does not allow")
    }
    return try OpenFlowClient(to: call[0], options: options)
  }

  private static func number(_ text: String) throws(OfctlError) -> UInt8 {
    if text.uppercased() == "ALL" { return 255 }
    guard let number = UInt8(text), number != 255 else {
      throw OfctlError("TABLE: '\(text)' is not a number from 0 to 254")
    }
    return number
  }

  private static func change(_ setting: String) throws(OfctlError) -> (inout TableMod) -> Void {
    switch setting {
    case "evict": return { $0.evicts = true }
    case "noevict": return { $0.evicts = false }
    case "novacancy":
      return {
        $0.reportsVacancy = false
        $0.vacancy = nil
      }
    case _ where setting.hasPrefix("vacancy:"):
      let parts = setting.dropFirst(8).split(separator: ",", omittingEmptySubsequences: false).map {
        UInt8($0)
      }
      guard parts.count == 2, let low = parts[0], let high = parts[1], low <= high, high <= 100 else {
        throw OfctlError("mod-table '\(setting)': vacancy:LOW,HIGH with 0 <= LOW <= HIGH <= 100")
      }
      return {
        $0.reportsVacancy = true
        $0.vacancy = TableVacancy(down: low, up: high)
      }
    default:
      let names = misses.map(\.name) + ["evict", "noevict", "vacancy:LOW,HIGH", "novacancy"]
      throw OfctlError(unknown("setting", setting, among: names))
    }
  }
}
