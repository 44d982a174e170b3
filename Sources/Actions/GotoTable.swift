import Match

/// `goto_table:n`: goes on in a later table. `OFPIT_GOTO_TABLE` of OpenFlow 1.3.5 section A.2.4; in 1.0 a
/// resubmit, which does the same at the end of a list.
enum GotoTable: ActionForm {
  static let keywords = [InstructionStage.goto.keyword]

  /// The tables that there can be; 255 stands for all or none of them.
  static let tables: ClosedRange<UInt8> = 0...254

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    .gotoTable(UInt8(try call.number(in: UInt64(tables.lowerBound)...UInt64(tables.upperBound))))
  }

  // MARK: Wire

  static func encode(_ table: UInt8, to encoder: inout ActionEncoder) {
    Resubmit.encode(port: nil, table: table, to: &encoder)
  }
}
