import Match
import OpenFlow
import Pipeline

/// What requests about the configuration of tables are answered with. OpenFlow 1.1 section A.3.4.3; 1.4 sections
/// A.3.4.2 and A.3.5.9.
extension OpenFlowConnection {
  func apply(_ message: TableMod) throws(OpenFlowError) {
    try checkMayChange()
    // Table 254 is the switch's own.
    guard message.table != 254 else { throw OpenFlowError(.tableModForbidden) }
    // Tables hold what the bridge can hold: none makes room, none fills up before all do.
    guard message.evicts != true, message.reportsVacancy != true else {
      throw OpenFlowError(.tableModBadConfig)
    }
    guard let miss = message.miss else { return }
    let last = UInt8(BridgeRecord.tableCount - 1)
    let tables = message.table == 255 ? 0...last : message.table...message.table
    agent.changes.setMiss(agent.bridge, tables, BridgeRecord.Miss(miss))
  }

  var tableDescriptions: SwitchMessage {
    .tableDescription((0..<UInt8(BridgeRecord.tableCount)).map { TableDescription(table: $0) })
  }
}

extension BridgeRecord.Miss {
  fileprivate init(_ miss: TableMiss) {
    self =
      switch miss {
      case .controller: .controller
      case .nextTable: .next
      case .drop: .drop
      }
  }
}
