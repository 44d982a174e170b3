import Actions
import Bytes
import Datapath
import Flow
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import SwitchKit
import Testing

@testable import Agent

@Suite struct FlowModTests {
  private func rules(_ bench: Bench) -> [UInt16] { bench.bridge.flows().map(\.priority) }

  private static func invalid(_ priority: UInt16, _ version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    var mod = FlowMod(command: .add, priority: priority)
    mod.actions = [.output(PortNumber(rawValue: 0xff10))]
    return Message.encode(mod, version, xid: xid)
  }

  /// Refused by the tables (8, 12), by the rule itself (9) and by the decoder (11), in one read.
  @Test(arguments: OpenFlowVersion.allCases)
  func refusesEachForItselfInOrder(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let controller = try bench.connect(version)
    var undecodable = try Message.flowMod("priority=5,actions=drop", version, xid: 11)
    // The command, which both have: 99 is none.
    undecodable[version == .v10 ? 57 : 25] = 99
    let overlapping = try Message.flowMod("check_overlap,priority=1,tcp,actions=drop", version, xid: 8)
    let messages = [
      try Message.flowMod("priority=1,actions=drop", version, xid: 7),
      overlapping,
      Self.invalid(2, version, xid: 9),
      try Message.flowMod("priority=3,actions=drop", version, xid: 10),
      undecodable,
      try Message.flowMod("check_overlap,priority=3,udp,actions=drop", version, xid: 12),
      try Message.flowMod("priority=4,actions=drop", version, xid: 13),
      Message.barrier(version, xid: 14),
    ]
    try controller.send(messages)
    let answers = try controller.receive()
    #expect(answers.map(\.header.xid) == [8, 9, 11, 12, 14])
    #expect(answers.map { $0.error(version) } == [.overlap, .badOutPort, .badCommand, .overlap, nil])
    #expect(answers.first?.quoted(version) == Array(overlapping.prefix(64)))
    #expect(rules(bench) == [4, 3, 1])
  }

  /// Rules that can be said but not carried out.
  @Test func refusesWhatHasNoEffect() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    let rules = ["actions=group:5", "actions=ct_clear", "ct_mark=5,actions=1", "actions=load:1->tun_src"]
    var messages = try rules.enumerated().map { try Message.flowMod($1, .v13, xid: UInt32($0)) }
    messages.append(Message.barrier(.v13, xid: 9))
    try controller.send(messages)
    let answers = try controller.receive()
    #expect(
      answers.map { $0.error(.v13) }
        == [.badOutGroup, .badActionType, .badField, .badSetType, nil])
    #expect(self.rules(bench).isEmpty)
  }

  /// Whether the rule itself or the tables refuse it.
  @Test func namesTheRefusedOfABatchInOrder() throws {
    let bench = try Bench()
    try bench.bridge.add("priority=1,actions=drop")
    var overlapping = FlowMod(
      command: .add, priority: 1, match: try FlowMod(parsing: "tcp", command: .delete).match)
    overlapping.flags = .checkOverlap
    var inconsistent = FlowMod(command: .add)
    inconsistent.actions = [.popVLAN]
    var splitter = OpenFlowFrameSplitter()
    var batch = RequestBatch()
    for (xid, mod) in [overlapping, inconsistent, FlowMod(command: .add), overlapping, inconsistent]
      .enumerated()
    {
      splitter.append(Message.encode(mod, .v13, xid: UInt32(xid)))
      let next = try splitter.next()
      batch.add(mod, try #require(next), version: .v13)
    }
    let refused = batch.apply(to: bench.bridge)
    #expect(refused.map(\.frame.header.xid) == [0, 1, 3, 4])
    #expect(refused.map(\.error.code) == [.overlap, .matchInconsistent, .overlap, .matchInconsistent])
    #expect(batch.isEmpty)
    #expect(bench.bridge.flows().count == 2)
  }

  /// Answers to reads and barriers among flow mods show all that came before, and nothing behind.
  @Test(arguments: OpenFlowVersion.allCases)
  func keepsTheOrderOfChangesAndQuestions(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let controller = try bench.connect(version)
    var messages: [[UInt8]] = []
    for i in 1...20 as ClosedRange<UInt32> {
      messages.append(try Message.flowMod("priority=\(i),actions=drop", version, xid: i * 10))
      messages.append(Message.flows(2, version, xid: i * 10 + 1))
      messages.append(Message.barrier(version, xid: i * 10 + 2))
    }
    try controller.send(messages)
    let answers = try controller.receive()
    let xids = (1...20 as ClosedRange<UInt32>).flatMap { [$0 * 10 + 1, $0 * 10 + 2] }
    #expect(answers.map(\.header.xid) == xids)
    let counts = answers.filter { $0.header.xid % 10 == 1 }.map { answer -> UInt32? in
      guard case .aggregateStatistics(let sums, _)? = answer.fromSwitch else { return nil }
      return sums.flows
    }
    #expect(counts == Array(1...20))
  }

  /// 64 KiB is the most that one message holds.
  @Test(arguments: OpenFlowVersion.allCases)
  func showsMoreRulesThanAMessageHolds(version: OpenFlowVersion) throws {
    let bench = try Bench()
    try bench.bridge.apply((1...2000).map { FlowMod(command: .add, priority: $0) })
    let controller = try bench.connect(version)
    let answers = try controller.ask(Message.flows(1, version, xid: 3), Message.barrier(version, xid: 4))
    #expect(answers.count > 2)
    let flags = answers.dropLast().map { $0.integer(at: 10, as: UInt16.self) }
    #expect(flags == flags.indices.map { $0 == flags.count - 1 ? 0 : 1 })
    let priorities = answers.dropLast().flatMap { answer -> [UInt16] in
      guard case .flowStatistics(let rules, _)? = answer.fromSwitch else { return [] }
      return rules.map(\.priority)
    }
    #expect(priorities == (1...2000).reversed())
    #expect(answers.last?.header.xid == 4)
  }

  @Test func changesAndDeletes() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    try controller.send([
      try Message.flowMod("priority=1,tcp,actions=drop", .v13, xid: 1),
      try Message.flowMod("priority=2,tcp,tp_dst=80,actions=drop", .v13, xid: 2),
      try Message.flowMod("priority=3,udp,actions=drop", .v13, xid: 3),
      try Message.flowMod("tcp,actions=output:1", .v13, xid: 4, command: .modify),
      try Message.flowMod("priority=2,tcp,tp_dst=80,actions=output:2", .v13, xid: 5, command: .modifyStrict),
      try Message.flowMod("udp", .v13, xid: 6, command: .delete),
      try Message.flowMod("arp,actions=drop", .v13, xid: 7, command: .modify),
    ])
    #expect(try controller.receive().isEmpty)
    #expect(
      bench.bridge.flows().map(\.actions) == [
        [.output(PortNumber(rawValue: 2))], [.output(PortNumber(rawValue: 1))],
      ])
  }

  @Test func refusesTablesThatDoNotExist() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    for command in [FlowMod.Command.add, .modify, .delete, .deleteStrict] {
      let mod = FlowMod(command: command, table: 254)
      #expect(
        try controller.ask(Message.encode(mod, .v13, xid: 5)).map { $0.error(.v13) } == [.badFlowModTableID])
    }
    let all = FlowMod(command: .add, table: 255)
    #expect(
      try controller.ask(Message.encode(all, .v13, xid: 5)).map { $0.error(.v13) } == [.badFlowModTableID])
  }

  /// Strict deletion in 1.0 names no table: all are searched.
  @Test func deletesStrictlyInAllTables() throws {
    let bench = try Bench()
    for table in [0, 7, 253] as [UInt8] {
      try bench.bridge.apply([FlowMod(command: .add, table: table, priority: 9)])
      try bench.bridge.apply([FlowMod(command: .add, table: table, priority: 10)])
    }
    let controller = try bench.connect(.v10)
    var mod = FlowMod(command: .deleteStrict, priority: 9)
    mod.table = 255
    #expect(try controller.ask(Message.encode(mod, .v10, xid: 5)).isEmpty)
    #expect(rules(bench) == [10, 10, 10])
  }

  /// What was sent holds though nobody waited for an answer, also while requests that take long wait their turn.
  @Test func appliesWhatWasSentBeforeThePeerWent() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    let messages = [
      try Message.flowMod("priority=1,actions=drop", .v13, xid: 1), Message.flows(1, .v13, xid: 2),
      try Message.flowMod("priority=2,actions=drop", .v13, xid: 3), Message.flows(1, .v13, xid: 4),
      try Message.flowMod("priority=3,actions=drop", .v13, xid: 5),
    ]
    try controller.channel.writeInbound(bufferOf(messages))
    #expect(rules(bench) == [1])
    controller.channel.close(promise: nil)
    controller.channel.embeddedEventLoop.run()
    #expect(rules(bench) == [3, 2, 1])
  }

  @Test func appliesNothingToABridgeThatIsGone() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    let messages = [
      Message.flows(1, .v13, xid: 2), try Message.flowMod("priority=3,actions=drop", .v13, xid: 5),
    ]
    try controller.channel.writeInbound(bufferOf(messages))
    controller.channel.close(promise: nil)
    bench.agent.close()
    controller.channel.embeddedEventLoop.run()
    #expect(rules(bench).isEmpty)
  }
}
