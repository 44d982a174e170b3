import Match
import OpenFlow
import Testing

/// What stands behind `watch:` of `ovs-ofctl monitor`, and what `ovs-ofctl ofp-print` shows of the request that it makes.
@Suite struct FlowMonitorTextTests {
  static let accepted: [(text: String, printed: String)] = [
    ("", "id=0 flags=initial,add,delete,modify,actions,own"),
    ("!initial,!actions,table=1,in_port=1", "id=0 flags=add,delete,modify,own table=1 in_port=1"),
    ("!add,!delete,out_port=2", "id=0 flags=initial,modify,actions,own out_port=2"),
    (
      "!modify,!own,tcp,nw_dst=10.0.0.0/8,out_port=LOCAL",
      "id=0 flags=initial,add,delete,actions out_port=LOCAL tcp,nw_dst=10.0.0.0/8"
    ),
    ("!initial,out_group=4", "id=0 flags=add,delete,modify,actions,own out_group=4"),
  ]

  @Test(arguments: accepted.indices)
  func reads(_ index: Int) throws {
    let row = Self.accepted[index]
    let request = try FlowMonitorRequest(parsing: row.text[...])
    let message = OpenFlowRequest.flowMonitor([request]).encode(version: .v14, xid: 6)
    #expect(
      MessagePrinter.text(of: message)
        == "OFPST_FLOW_MONITOR request (OF1.4) (xid=0x6):\n \(row.printed)\n")
  }

  static let refused: [(text: String, offset: Int, part: String)] = [
    ("!intial", 0, "'!initial'"),
    ("!add=1", 4, "no value"),
    ("table=255", 6, "out of range"),
    ("out_port=nowhere", 9, "port"),
    ("out_group=all", 10, "out_group"),
    ("tabel=1", 0, "'table'"),
    ("tp_dst=80", 0, "needs"),
    ("!add,!delete,!modify", 0, "no change"),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) {
    let row = Self.refused[index]
    do throws(FlowSyntaxError) {
      let request = try FlowMonitorRequest(parsing: row.text[...])
      Issue.record("\(row.text) was read as \(request)")
    } catch {
      #expect(error.offset == row.offset, "\(row.text): \(error)")
      #expect("\(error)".contains(row.part), "\(row.text): \(error)")
    }
  }
}
