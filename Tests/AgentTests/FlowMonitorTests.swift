import Match
import OpenFlow
import SwitchKit
import Testing

@testable import Agent

@Suite struct FlowMonitorTests {
  /// Whoever changes a rule, those who watch hear of it at once, not with the answer to their own next request.
  @Test(arguments: [OpenFlowVersion.v10, .v13, .v14, .v15])
  func tellsOfOthersChangesAtOnce(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let watcher = try bench.connect(version)
    let request = OpenFlowRequest.flowMonitor([FlowMonitorRequest(id: 1)])
    let initial = try watcher.ask(request.payload.encode(version: version, xid: 5))
    #expect(initial.map(\.header.xid) == [5])
    try bench.bridge.add("priority=7,ip,actions=output:1")
    let told = try watcher.receive()
    #expect(told.map(\.header.xid) == [0])
    let text = told.first.map { MessagePrinter.text(of: $0.bytes) } ?? ""
    #expect(text.contains("event=ADDED table=0 cookie=0 ip actions=output:1"), "\(text)")
  }
}
