import Actions
import Bytes
import Datapath
import Flow
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import Pipeline
import SwitchKit
import TestKit
import Testing

@testable import Agent

/// What connections are told without asking.
@Suite struct AsynchronousTests {
  private static let frame = TestFrame.udp().bytes

  /// Feeds the frame to port 1 and hands on what is meant for controllers.
  private func feed(_ bench: Bench) {
    bench.network.feed([Self.frame], to: bench.first)
    bench.deliverPacketIns()
  }

  /// Type of each message, and its experimenter's subtype.
  private func types(_ frames: [OpenFlowFrame]) -> [[UInt32?]] {
    frames.map { $0.header.type == 4 ? [4, $0.integer(at: 12)] : [UInt32($0.header.type)] }
  }

  // MARK: Packet-in

  @Test(arguments: OpenFlowVersion.allCases)
  func sendsFramesToThoseWhoListen(version: OpenFlowVersion) throws {
    let bench = try Bench()
    try bench.bridge.add("cookie=0x1234,priority=5,actions=controller")
    let silent = try bench.connect(version)
    feed(bench)
    #expect(try silent.receive().isEmpty)
    #expect(bench.first.drops == [.noController: 1])
    let listener = try bench.listen(version, missSendLength: 1)
    feed(bench)
    #expect(try silent.receive().isEmpty)
    let told = try listener.receive()
    #expect(told.map(\.header.type) == [10])
    #expect(told.map(\.header.xid) == [0])
    let message = try #require(told.first)
    // `miss_send_len` is about misses: a rule says itself how much it sends.
    #expect(Array(message.bytes.suffix(Self.frame.count)) == Self.frame)
    #expect(message.integer(at: 8, as: UInt32.self) == .max)
    let packetIn = try #require(message.packetIn)
    #expect(packetIn.frameByteCount == Self.frame.count)
    #expect(packetIn.reason == .action)
    #expect(packetIn.cookie == (version < .v13 ? .max : 0x1234))
    #expect(packetIn.metadata == (try FlowMod(parsing: "in_port=1", command: .delete).match))
    // The last listener that goes takes the frames with it.
    listener.channel.close(promise: nil)
    feed(bench)
    #expect(bench.first.drops == [.noController: 2])
  }

  @Test func stopsWhenTheLengthIsSetTo0() throws {
    let bench = try Bench()
    try bench.bridge.add("actions=controller")
    let listener = try bench.listen(.v13)
    try listener.send([Message.setConfig(.v13, missSendLength: 0)])
    feed(bench)
    #expect(try listener.receive().isEmpty)
    #expect(bench.first.drops == [.noController: 1])
  }

  /// No frame is kept for a packet-out to name, so all of it is sent, as Open vSwitch does.
  @Test(arguments: [
    ("priority=1,actions=controller", 0xffff as UInt16),
    ("priority=1,actions=controller(max_len=20)", 0xffff),
    ("priority=1,actions=controller(max_len=0)", 0xffff), ("priority=1,actions=controller(max_len=20)", 5),
    ("priority=1,actions=controller(reason=no_match,max_len=40)", 30),
    ("priority=0,actions=controller(max_len=20)", 5),
  ])
  func sendsWholeFrames(rule: String, missSendLength: UInt16) throws {
    let bench = try Bench()
    try bench.bridge.add(rule)
    for version in OpenFlowVersion.allCases {
      let listener = try bench.listen(version, missSendLength: missSendLength)
      feed(bench)
      let message = try #require(try listener.receive().first)
      let packetIn = try #require(message.packetIn)
      #expect(packetIn.frameByteCount == 46)
      #expect(packetIn.frame == Self.frame)
    }
  }

  @Test func writesTheFormatThatWasAskedFor() throws {
    let bench = try Bench()
    try bench.bridge.add("actions=controller")
    for version in OpenFlowVersion.allCases {
      let listener = try bench.listen(version)
      for (format, type) in [(0, [10]), (1, [4, 17]), (2, [4, 30])] as [(UInt32, [UInt32?])] {
        try listener.send([Message.nicira(16, version, xid: 3) { $0.write(format) }])
        feed(bench)
        #expect(types(try listener.receive()) == [type])
      }
    }
  }

  @Test func sendsToTheControllerThatTheRuleNames() throws {
    let bench = try Bench()
    try bench.bridge.add("actions=controller(id=7)")
    let (zero, seven) = (try bench.listen(.v13), try bench.listen(.v10))
    try seven.send([Message.nicira(20, .v10, xid: 3) { $0.write(UInt64(7)) }])
    feed(bench)
    #expect(try zero.receive().isEmpty)
    #expect(types(try seven.receive()) == [[10]])
  }

  // MARK: Flow removed

  @Test(arguments: OpenFlowVersion.allCases)
  func tellsOfRemovedRules(version: OpenFlowVersion) throws {
    let bench = try Bench()
    let listener = try bench.listen(version)
    let silent = try bench.connect(version)
    try bench.bridge.add("cookie=0x77,priority=3,send_flow_rem,tcp,actions=drop")
    try bench.bridge.add("priority=4,udp,actions=drop")
    // The removal is told before the barrier behind it is answered, also to who asked for it.
    try listener.send([
      Message.encode(FlowMod(command: .delete, table: 255), version, xid: 5),
      Message.barrier(version, xid: 6),
    ])
    let told = try listener.receive()
    #expect(told.map(\.header.type) == [11, version == .v10 ? 19 : 21])
    guard case .flowRemoved(let removed)? = told.first?.fromSwitch else {
      return #expect(Bool(false), "no flow removed")
    }
    #expect(removed.cookie == 0x77)
    #expect(removed.reason == .delete)
    #expect(removed.priority == 3)
    #expect(try silent.receive().isEmpty)
  }

  @Test func writesRemovedRulesInTheFormatThatWasAskedFor() throws {
    let bench = try Bench()
    let listener = try bench.listen(.v10)
    try listener.send([Message.nicira(12, .v10, xid: 3) { $0.write(UInt32(2)) }])
    try bench.bridge.add("send_flow_rem,actions=drop")
    try bench.bridge.apply([FlowMod(command: .delete)])
    #expect(types(try listener.receive()) == [[4, 14]])
  }

  /// As in Open vSwitch: who put another rule in its place knows that it is gone.
  @Test func saysNothingOfReplacedRules() throws {
    let bench = try Bench()
    let listener = try bench.listen(.v13)
    try bench.bridge.add("send_flow_rem,tcp,actions=drop")
    try bench.bridge.add("send_flow_rem,tcp,actions=output:1")
    #expect(try listener.receive().isEmpty)
    try bench.bridge.apply([FlowMod(command: .delete)])
    #expect(types(try listener.receive()) == [[11]])
  }

  /// All that does not come from the frame goes along.
  @Test(arguments: [OpenFlowVersion.v12, .v13, .v15])
  func carriesMetadata(version: OpenFlowVersion) throws {
    let bench = try Bench()
    try bench.bridge.add(
      "actions=load:7->reg3,load:8->reg20,set_tunnel:9,load:10->pkt_mark,load:11->metadata,controller")
    let listener = try bench.listen(version)
    feed(bench)
    let told = try #require(try listener.receive().first?.packetIn)
    let expected = "in_port=1,reg3=7,reg20=8,tun_id=9,pkt_mark=10,metadata=11"
    #expect(told.metadata == (try FlowMod(parsing: Substring(expected), command: .delete).match))
  }

  // MARK: Which are wanted

  /// What Open vSwitch 3.1 answers to a request for the configuration.
  @Test(arguments: OpenFlowVersion.allCases.filter { $0 >= .v13 })
  func hasTheDefaultsOfTheVersion(version: OpenFlowVersion) throws {
    let controller = try Bench().connect(version)
    let answer = try #require(
      try controller.ask(OpenFlowRequest.getAsyncConfig.encode(version: version, xid: 4)).first)
    let reasons: [UInt8] = [0, 0x3b, 7, 7, 0, 0x3f, 0, 0, 0, 0, 0, 0]
    var expected: [UInt8] = []
    for (type, bits) in reasons.enumerated() { expected += [0, UInt8(type), 0, 8, 0, 0, 0, bits] }
    if version == .v13 { expected = [3, 0, 7, 7, 15, 0].flatMap { [0, 0, 0, $0] as [UInt8] } }
    let body: [UInt8] = Array(answer.bytes.dropFirst(8))
    #expect(body == expected)
  }

  /// Reasons that came with 1.4 are told as `action` before, except in NXT_PACKET_IN2.
  @Test(arguments: OpenFlowVersion.allCases, [("action_set", 3 as UInt8), ("group", 4), ("packet_out", 5)])
  func tellsNewReasonsInOldVersions(version: OpenFlowVersion, reason: (name: String, number: UInt8)) throws {
    let bench = try Bench()
    try bench.bridge.add("actions=controller(reason=\(reason.name))")
    let listener = try bench.listen(version)
    for format in [PacketInFormat.standard, .nxm, .nxm2] {
      try listener.send([Message.nicira(16, version, xid: 3) { $0.write(format.rawValue) }])
      feed(bench)
      let told = try #require(try listener.receive().first?.packetIn)
      let isLowered = version < .v14 && format != .nxm2
      #expect(told.reason.rawValue == (isLowered ? 1 : reason.number))
    }
  }

  /// Packet-ins, port changes and removed rules, each for a primary or equal and for a secondary.
  /// What the table-miss rule sends are misses, since 1.3.
  @Test(arguments: OpenFlowVersion.allCases)
  func tellsWhatTheMissRuleSendsAsMisses(version: OpenFlowVersion) throws {
    let bench = try Bench()
    try bench.bridge.add("priority=0,actions=controller:30")
    let listener = try bench.listen(version, missSendLength: 20)
    feed(bench)
    let told = try #require(try listener.receive().compactMap(\.packetIn).first)
    #expect(told.reason == (version >= .v13 ? .noMatch : .action))
    #expect(told.frame == Self.frame)
  }

  /// Frames whose TTL ends: to those who have asked for them and have the ID that the rule names. For the others they
  /// are dropped.
  @Test func sendsFramesWhoseTTLEnds() throws {
    let bench = try Bench()
    var packet = TestFrame.IPv4(.udp(.init()))
    packet.ttl = 1
    let frame = TestFrame(.ipv4(packet)).bytes
    func feed() {
      bench.network.feed([frame], to: bench.first)
      bench.deliverPacketIns()
    }
    try bench.bridge.add("ip,actions=dec_ttl,output:2")
    let listener = try bench.listen(.v13)
    feed()
    #expect(try listener.receive().isEmpty)
    #expect(bench.first.drops == [.ttlExpired: 1])
    try listener.send([Message.setAsync([4, 0, 0, 0, 0, 0], xid: 4)])
    feed()
    let told = try listener.receive().compactMap(\.packetIn)
    #expect(told.map(\.reason) == [.invalidTTL] && told.map(\.frame) == [frame])
    // The listener's ID is 0.
    try bench.bridge.add("ip,actions=dec_ttl(7),output:2")
    feed()
    #expect(try listener.receive().isEmpty)
    try bench.bridge.add("ip,actions=dec_ttl(7,0),output:2")
    feed()
    #expect(try listener.receive().compactMap(\.packetIn).map(\.reason) == [.invalidTTL])
    // A secondary has not asked.
    _ = try listener.ask(Message.role(3, generation: 1, xid: 5))
    feed()
    #expect(try listener.receive().isEmpty)
    #expect(bench.first.drops == [.ttlExpired: 2])
  }

  @Test func sendsWhatAsyncConfigurationAdmits() throws {
    let bench = try Bench()
    try bench.bridge.add("in_port=1,actions=controller")
    let listener = try bench.listen(.v13)
    func told(_ reasons: [UInt32]) throws -> [[UInt32?]] {
      try listener.send([Message.setAsync(reasons, xid: 4)])
      feed(bench)
      try bench.bridge.add("send_flow_rem,priority=9,actions=drop")
      try bench.bridge.apply([FlowMod(command: .deleteStrict, priority: 9)])
      bench.first.port.settings.flags.formSymmetricDifference(.noPacketIn)
      bench.agent.notePorts()
      bench.first.port.settings.flags.formSymmetricDifference(.noPacketIn)
      bench.agent.notePorts()
      return types(try listener.receive())
    }
    let none = [0, 0, 0, 0, 0, 0] as [UInt32]
    #expect(try told(none) == [])
    #expect(try told([2, 0, 0, 0, 0, 0]) == [[10]])
    // A rule's packet-in is for `OFPR_ACTION`, not for a miss.
    #expect(try told([1, 2, 0, 0, 0, 0]) == [])
    #expect(try told([0, 0, 4, 0, 0, 0]) == [[12], [12]])
    #expect(try told([0, 0, 3, 4, 0, 0]) == [])
    #expect(try told([0, 0, 0, 0, 4, 0]) == [[11]])
    #expect(try told([0, 0, 0, 0, 11, 4]) == [])
    _ = try listener.ask(Message.role(3, generation: 1, xid: 5))
    #expect(try told([2, 0, 4, 0, 4, 0]) == [])
    #expect(try told([0, 2, 0, 4, 0, 4]) == [[10], [11], [12], [12]])
  }

  @Test func tellsASecondaryOfPortsAlone() throws {
    let bench = try Bench()
    try bench.bridge.add("send_flow_rem,actions=controller")
    let listener = try bench.listen(.v13)
    _ = try listener.ask(Message.role(3, generation: 1, xid: 5))
    feed(bench)
    try bench.bridge.apply([FlowMod(command: .delete)])
    _ = try bench.network.addBarePort(9, to: bench.bridge)
    bench.agent.notePorts()
    #expect(types(try listener.receive()) == [[12]])
  }
}
