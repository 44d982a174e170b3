import Actions
import Datapath
import Flow
import Match
import NIOCore
import OpenFlow
import Pipeline
import SwitchKit
import Testing

@testable import Agent

/// OpenFlow 1.4.0, section A.3.5.17; before, Nicira's extension and that of the Open Networking Foundation.
@Suite struct FlowMonitorTests {
  private func watch(
    _ requests: [FlowMonitorRequest], _ version: OpenFlowVersion = .v10, xid: UInt32 = 50
  ) -> [UInt8] {
    OpenFlowRequest.flowMonitor(requests).encode(version: version, xid: xid)
  }

  private func match(_ text: Substring) throws -> FlowMatch {
    try FlowMod(parsing: text, command: .delete).match
  }

  private func mod(
    _ text: String, _ command: FlowMod.Command = .add, _ version: OpenFlowVersion = .v10, xid: UInt32
  ) throws -> [UInt8] { try Message.flowMod(text, version, xid: xid, command: command) }

  /// What each answer tells: a word for each update, with the priority of the rule.
  private func told(_ frames: [OpenFlowFrame]) -> [String] {
    frames.flatMap { frame -> [String] in
      switch frame.fromSwitch {
      case .flowUpdates(let updates):
        updates.map { update in
          switch update {
          case .change(let change): "\(change.event) \(change.priority)"
          case .abbreviated(let xid): "own \(xid)"
          case .paused: "paused"
          case .resumed: "resumed"
          }
        }
      case .flowMonitorPaused: ["paused"]
      case .flowMonitorResumed: ["resumed"]
      case .error(let error): ["error \(error.number)"]
      default: ["type \(frame.header.type)"]
      }
    }
  }

  @Test(arguments: OpenFlowVersion.allCases)
  func tellsWhatOthersChange(version: OpenFlowVersion) throws {
    let bench = try Bench()
    try bench.bridge.add("priority=1,tcp,actions=drop")
    let watcher = try bench.connect(version)
    let initial = try told(watcher.ask(watch([FlowMonitorRequest(id: 7)], version)))
    #expect(initial == [version < .v14 ? "added 1" : "initial 1"])
    let other = try bench.connect(.v13)
    try other.send([try mod("priority=2,udp,actions=drop", .add, .v13, xid: 5)])
    try other.send([try mod("udp,actions=output:1", .modify, .v13, xid: 6)])
    // Nothing changes.
    try other.send([try mod("udp,actions=output:1", .modify, .v13, xid: 6)])
    try other.send([try mod("udp", .delete, .v13, xid: 7)])
    #expect(try told(watcher.receive()) == ["added 2", "modified 2", "deleted 2"])
    #expect(try other.receive().isEmpty)
    let cancelled =
      version < .v14
      ? OpenFlowRequest.cancelFlowMonitor(7).encode(version: version, xid: 8)
      : watch([FlowMonitorRequest(command: .delete, id: 7)], version)
    _ = try watcher.ask(cancelled)
    try other.send([try mod("priority=2,udp,actions=drop", .add, .v13, xid: 5)])
    #expect(try watcher.receive().isEmpty)
    #expect(!bench.bridge.isObserved)
  }

  /// A peer's own changes are told once for a message, unless it wants them in full.
  @Test func abbreviatesOwnChanges() throws {
    let bench = try Bench()
    let brief = try bench.connect(.v10)
    _ = try brief.ask(watch([FlowMonitorRequest(flags: [.add, .delete, .modify, .actions])]))
    let full = try bench.connect(.v10)
    _ = try full.ask(watch([FlowMonitorRequest()]))
    try brief.send([
      try mod("priority=1,tcp,actions=drop", xid: 11), try mod("priority=2,udp,actions=drop", xid: 12),
      try mod("", .delete, xid: 13),
    ])
    #expect(try told(brief.receive()) == ["own 11", "own 12", "own 13"])
    #expect(try told(full.receive()) == ["added 1", "added 2", "deleted 2", "deleted 1"])
    try full.send([try mod("priority=1,tcp,actions=drop", xid: 21)])
    #expect(try told(full.receive()) == ["added 1"])
    #expect(try told(brief.receive()) == ["added 1"])
  }

  struct Filter: CustomTestStringConvertible {
    var name: String
    var request: FlowMonitorRequest
    var told: [String]
    var testDescription: String { name }
  }

  private static let filters: [Filter] = [
    Filter(
      name: "table 1", request: FlowMonitorRequest(table: 1),
      told: ["added 5"]),
    Filter(
      name: "port 2, also while a rule sends there no longer",
      request: FlowMonitorRequest(outPort: PortNumber(rawValue: 2)),
      told: ["added 2", "modified 2"]),
    Filter(
      name: "deletions alone", request: FlowMonitorRequest(flags: .delete), told: ["deleted 3"]),
    Filter(
      name: "modifications alone", request: FlowMonitorRequest(flags: .modify), told: ["modified 2"]),
  ]

  @Test(arguments: filters)
  func tellsWhatWasAskedFor(_ row: Filter) throws {
    let bench = try Bench()
    let watcher = try bench.connect(.v13)
    #expect(try told(watcher.ask(watch([row.request], .v13))) == [])
    for text in [
      "priority=1,tcp,actions=output:1", "priority=2,udp,actions=output:2", "priority=3,arp,actions=drop",
      "table=1,priority=5,actions=drop",
    ] { try bench.bridge.add(text) }
    try bench.bridge.apply([try FlowMod(parsing: "udp,actions=output:1", command: .modify)])
    try bench.bridge.apply([try FlowMod(parsing: "arp", command: .delete)])
    #expect(try told(watcher.receive()) == row.told)
  }

  @Test func tellsOfAMatch() throws {
    let bench = try Bench()
    let watcher = try bench.connect(.v15)
    _ = try watcher.ask(watch([FlowMonitorRequest(match: try match("tcp"))], .v15))
    try bench.bridge.add("priority=1,tcp,tp_dst=80,actions=drop")
    try bench.bridge.add("priority=2,udp,actions=drop")
    #expect(try told(watcher.receive()) == ["added 1"])
  }

  @Test func refusesWhatMakesNoSense() throws {
    let controller = try Bench().connect(.v14)
    func error(_ request: FlowMonitorRequest) throws -> OpenFlowErrorCode? {
      try controller.ask(watch([request], .v14)).first?.error(.v14)
    }
    #expect(try error(FlowMonitorRequest(id: 1)) == nil)
    #expect(try error(FlowMonitorRequest(id: 1)) == .monitorExists)
    #expect(try error(FlowMonitorRequest(command: .modify, id: 2)) == .unknownMonitor)
    #expect(try error(FlowMonitorRequest(command: .delete, id: 2)) == .unknownMonitor)
    #expect(try error(FlowMonitorRequest(id: 3, table: 254)) == .badMonitorTableID)
    #expect(try error(FlowMonitorRequest(command: .modify, id: 1, table: 3)) == nil)
    let old = try Bench().connect(.v10)
    #expect(
      try old.ask(OpenFlowRequest.cancelFlowMonitor(5).encode(version: .v10, xid: 3)).first?.error(.v10)
        == .unknownMonitor)
  }

  /// While it is paused, a peer is told only of rules that go and that it knew; then what changed meanwhile.
  @Test(arguments: OpenFlowVersion.allCases)
  func pausesAPeerThatDoesNotRead(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let watcher = try bench.connect(version)
    _ = try watcher.ask(watch([FlowMonitorRequest(id: 7)], version))
    for text in ["priority=1,tcp,actions=drop", "priority=2,udp,actions=drop", "priority=3,arp,actions=drop"]
    {
      try bench.bridge.add(text)
    }
    _ = try watcher.receive()
    watcher.setReads(false)
    // This one is still told.
    try bench.bridge.add("priority=4,icmp,actions=drop")
    for _ in 0..<100 {
      try bench.bridge.add("priority=5,sctp,actions=drop")
      try bench.bridge.apply([try FlowMod(parsing: "sctp", command: .delete)])
    }
    try bench.bridge.apply([try FlowMod(parsing: "tcp", command: .delete)])
    try bench.bridge.apply([try FlowMod(parsing: "udp,actions=output:1", command: .modify)])
    try bench.bridge.add("priority=6,ipv6,actions=drop")
    watcher.setReads(true)
    #expect(
      try told(watcher.receive()) == [
        "added 4", "paused", "deleted 1", "added 6", "modified 2", "resumed",
      ])
    try bench.bridge.add("priority=7,actions=drop")
    #expect(try told(watcher.receive()) == ["added 7"])
  }
}
