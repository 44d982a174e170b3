import Actions
@testable import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// What meters do to frames. All frames of a test come in one batch, for which the time stands still: so many
/// pass as the burst, whatever the machine is doing. OpenFlow 1.3.5, section 5.7.
@Suite struct MeterEffectTests {
  private static func mod(_ text: String, _ command: MeterMod.Command = .add) throws -> MeterMod {
    try MeterMod(parsing: text[...], command: command)
  }

  private static func bridge(
    meters: [String], rules: [String], groups: [String] = [], ports: UInt16 = 3
  ) throws -> OneBridge {
    let test = try OneBridge(ports: ports)
    for meter in meters { try test.bridge.apply(mod(meter)) }
    try test.bridge.commit(groups.map { .group(try GroupMod(parsing: $0[...], command: .add)) })
    try test.bridge.setRules(rules)
    return test
  }

  /// How many of `count` frames of 125 bytes leave each port.
  private static func passed(_ test: OneBridge, _ count: Int, _ frame: MemoryFrame = frame) -> [UInt16: Int] {
    test.subject.feed(Array(repeating: frame, count: count), to: test.ports[0])
    return test.subject.takeAll().mapValues(\.count)
  }

  private static var frame: MemoryFrame {
    MemoryFrame(
      TestFrame(
        .ipv4(.init(.udp(.init(source: 1, destination: 2, payload: [UInt8](repeating: 7, count: 83)))))
      ).bytes)
  }

  struct Row: CustomTestStringConvertible, Sendable {
    var meters: [String]
    var rules: [String]
    var groups: [String] = []
    /// Of ten frames.
    var leaves: [UInt16: Int]
    var drops: UInt64
    var testDescription: String { (meters + groups + rules).joined(separator: "; ") }
  }

  private static let three = "meter=1,pktps,burst,bands=type=drop rate=1 burst_size=3"

  static let rows: [Row] = [
    Row(meters: [three], rules: ["actions=meter:1,output:2"], leaves: [2: 3], drops: 7),
    // 1,000 bits each.
    Row(
      meters: ["meter=1,kbps,burst,bands=type=drop rate=1 burst_size=4"], rules: ["actions=meter:1,output:2"],
      leaves: [2: 4], drops: 6),
    Row(
      meters: [three], rules: ["actions=output:3,resubmit(,1)", "table=1 actions=meter:1,output:2"],
      leaves: [2: 3, 3: 10], drops: 0),
    Row(
      meters: [three, "meter=2,pktps,burst,bands=type=drop rate=1 burst_size=2"],
      rules: ["actions=meter:1,output:2,resubmit(,1)", "table=1 actions=meter:2,output:3"],
      leaves: [2: 3, 3: 2], drops: 7),
    // A rule that another one leads to; what comes behind the metered rule is left out as well.
    Row(
      meters: [three], rules: ["actions=resubmit(,1),output:3", "table=1 actions=meter:1,output:2"],
      leaves: [2: 3, 3: 3], drops: 7),
    // A copy of the frame is dropped alone.
    Row(
      meters: [three], rules: ["actions=clone(resubmit(,1)),output:3", "table=1 actions=meter:1,output:2"],
      leaves: [2: 3, 3: 10], drops: 0),
    Row(
      meters: [three],
      rules: [
        "actions=clone(resubmit(,1),clone(output:3),output:3),output:3", "table=1 actions=meter:1,output:2",
      ], leaves: [2: 3, 3: 16], drops: 0),
    Row(
      meters: [three], rules: ["actions=group:1", "table=1 actions=meter:1,output:2"],
      groups: ["group_id=1,type=all,bucket=resubmit(,1),bucket=output:3"], leaves: [2: 3, 3: 10], drops: 0),
    Row(
      meters: [three],
      rules: ["actions=meter:1,write_actions(output:2),goto_table:1", "table=1 actions=output:3"],
      leaves: [2: 3, 3: 3], drops: 7),
    // The packet-in alone is dropped.
    Row(
      meters: ["meter=controller,pktps,burst,bands=type=drop rate=1 burst_size=3"],
      rules: ["actions=controller,output:2"], leaves: [2: 10, 65533: 3], drops: 0),
    Row(
      meters: ["meter=controller,pktps,burst,bands=type=drop rate=1 burst_size=3"],
      rules: ["actions=controller"], leaves: [65533: 3], drops: 7),
    Row(
      meters: ["meter=controller,pktps,burst,bands=type=drop rate=1 burst_size=3", three],
      rules: ["actions=controller(meter_id=1),controller,output:2"], leaves: [2: 10, 65533: 6], drops: 0),
    Row(
      meters: ["meter=slowpath,pktps,burst,bands=type=drop rate=1 burst_size=2"],
      rules: ["actions=controller,output:2"], leaves: [2: 10, 65533: 2], drops: 0),
    Row(
      meters: ["meter=slowpath,pktps,burst,bands=type=drop rate=1 burst_size=2", three],
      rules: ["actions=controller(meter_id=1),output:2"], leaves: [2: 10, 65533: 2], drops: 0),
    // One that does not exist lets all packet-ins pass, as in Open vSwitch.
    Row(meters: [], rules: ["actions=controller(meter_id=9)"], leaves: [65533: 10], drops: 0),
  ]

  /// Packet-ins count as what leaves by CONTROLLER.
  @Test(arguments: rows)
  func dropsWhatIsAboveTheRate(row: Row) throws {
    let test = try Self.bridge(meters: row.meters, rules: row.rules, groups: row.groups)
    test.subject.core.packetIns.setListening(true, at: test.bridge.index)
    var leaves = Self.passed(test, 10)
    let messages = test.subject.core.packetIns.takeAll().count
    if messages > 0 { leaves[PortNumber.controller.rawValue] = messages }
    #expect(leaves == row.leaves)
    #expect(test.ports[0].drops.values.reduce(0, +) == row.drops)
    #expect(test.ports[0].port.statistics.receiveDrops == row.drops)
  }

  @Test func namesTheReason() throws {
    let test = try Self.bridge(
      meters: [Self.three, "meter=controller,pktps,burst,bands=type=drop rate=1 burst_size=1"],
      rules: ["actions=meter:1,controller"])
    test.subject.core.packetIns.setListening(true, at: test.bridge.index)
    _ = Self.passed(test, 10)
    #expect(test.ports[0].drops == [.meterExceeded: 7, .controllerMeterExceeded: 2])
  }

  @Test func counts() throws {
    let test = try Self.bridge(
      meters: ["meter=1,pktps,burst,stats,bands=type=drop rate=1 burst_size=4 type=drop rate=2 burst_size=7"],
      rules: ["actions=meter:1,output:2", "table=1 actions=meter:1"])
    _ = Self.passed(test, 10)
    let record = try #require(test.bridge.meters[1]?.record)
    #expect(record.counts == MeterCounts(packets: 10, bytes: 1250))
    #expect(
      record.bandCounts == [MeterCounts(packets: 3, bytes: 375), MeterCounts(packets: 3, bytes: 375)])
    #expect(test.bridge.rulesByMeter == [1: 2])
    // Modified, it starts anew with its rules, as in Open vSwitch.
    try test.bridge.apply(Self.mod("meter=1,pktps,burst,bands=type=drop rate=1 burst_size=5", .modify))
    #expect(test.bridge.meters[1]?.record.counts == MeterCounts(packets: 0, bytes: 0))
    #expect(Self.passed(test, 10) == [2: 5])
  }

  /// RFC 2597, section 6: AFcd is 8 * c + 2 * d. Everything else has no drop precedence.
  @Test func raisesTheDropPrecedence() {
    for dscp in 0..<64 as Range<UInt8> {
      for steps in [0, 1, 2, 3, 255] as [UInt8] {
        var expected: UInt8?
        for (c, d) in (1...4).flatMap({ c in (1...3).map { (c, $0) } }) where 8 * c + 2 * d == dscp {
          expected = UInt8(8 * c + 2 * min(3, d + Int(steps)))
        }
        #expect(Metering.remarked(dscp: dscp, steps: steps) == expected, "\(dscp) by \(steps)")
      }
    }
  }

  /// AF21 becomes AF22 above the rate, with the ECN bits kept and right checksums, whether the frame has left
  /// before, is changed later, or was changed before.
  @Test(
    arguments: [
      ("meter:1,output:2", 20), ("output:3,resubmit(,1)", 20), ("meter:1,dec_ttl,output:2", 20),
      ("push_vlan:0x8100,resubmit(,1)", 20), ("clone(resubmit(,1),output:3)", 20),
      ("meter:1,mod_nw_tos:184,output:2", 46), ("meter:1,mod_nw_tos:72,output:2", 18),
      ("meter:1,clone(mod_nw_tos:184,output:3),output:2", 20), ("meter:1,clone(mod_nw_tos:184,output:2)", 46),
      ("mod_nw_tos:40,resubmit(,1)", 12),
    ] as [(String, UInt8)])
  func remarks(actions: String, dscp: UInt8) throws {
    let test = try Self.bridge(
      meters: ["meter=1,pktps,burst,bands=type=dscp_remark rate=1 burst_size=1 prec_level=1"],
      rules: ["ip,actions=\(actions)", "ipv6,actions=\(actions)", "table=1 actions=meter:1,output:2"])
    var header4 = TestFrame.IPv4(.udp(.init(source: 1, destination: 2, payload: [1, 2, 3])))
    header4.tos = 18 << 2 | 1
    var header6 = TestFrame.IPv6(.udp(.init(source: 1, destination: 2, payload: [1, 2, 3])))
    header6.trafficClass = 18 << 2 | 1
    // The first one takes the burst.
    let frames = [TestFrame.udp(), TestFrame(.ipv4(header4)), TestFrame(.ipv6(header6))]
    test.subject.feed(frames.map(\.bytes), to: test.ports[0])
    let left = (test.subject.takeAll()[2] ?? []).map(\.bytes)
    try #require(left.count == 3)
    for bytes in left { #expect(FrameVerifier.problem(in: bytes) == nil) }
    let start = left[1].count - frames[1].bytes.count + 14
    #expect(left[1][start + 1] == dscp << 2 | 1)
    #expect(left[2][start] & 15 == dscp >> 2)
    #expect(left[2][start + 1] >> 4 == dscp << 2 & 0xf | 1)
    #expect(test.ports[0].drops.isEmpty)
  }

  /// A frame to be cut counts as its segments, and they as they are on the wire.
  @Test func countsSegments() throws {
    let test = try Self.bridge(
      meters: ["meter=1,pktps,burst,bands=type=drop rate=1 burst_size=25"],
      rules: ["actions=meter:1,output:2"])
    let payload = [UInt8](repeating: 1, count: 9_500)
    let frame = TestFrame(.ipv4(.init(.tcp(.init(source: 1, destination: 2, payload: payload)))))
    // Ten segments, the last of them of half the size.
    #expect(Self.passed(test, 3, frame.unfinished(segmentSize: 1000)) == [2: 2])
    let record = try #require(test.bridge.meters[1]?.record)
    #expect(record.counts == MeterCounts(packets: 30, bytes: 3 * (9_500 + 10 * 54)))
    #expect(record.bandCounts == [MeterCounts(packets: 10, bytes: 9_500 + 10 * 54)])
  }

  // MARK: Rules and meters

  @Test func deletesTheRulesOfADeletedMeter() throws {
    let test = try Self.bridge(
      meters: [Self.three, "meter=2,pktps,bands=type=drop rate=1"],
      rules: [
        "table=1 cookie=1 send_flow_rem actions=meter:1,output:2",
        "table=2 cookie=2 actions=meter:2,output:2",
        "table=3 cookie=3 actions=controller(meter_id=1)",
      ])
    var removed: [FlowTables.Removed] = []
    test.bridge.onFlowsChanged = { removed += $0.removed }
    try test.bridge.apply(Self.mod("meter=1", .delete))
    #expect(removed.map(\.reason) == [.meterDeleted])
    #expect(test.bridge.flows().map(\.cookie) == [2, 3])
    try test.bridge.apply(Self.mod("meter=all", .delete))
    #expect(test.bridge.flows().map(\.cookie) == [3])
    #expect(test.bridge.meters.all.isEmpty)
  }

  @Test func refusesRulesWithAMeterThatDoesNotExist() throws {
    let test = try Self.bridge(meters: [Self.three], rules: ["actions=output:2"])
    let add = try FlowMod(parsing: "actions=meter:5,output:2", command: .add)
    #expect(throws: RulesRefused(bridge: "br0", place: 0, reason: .unknownMeter(5))) {
      try test.bridge.apply([add])
    }
    let modification = try FlowMod(parsing: "actions=meter:5,output:2", command: .modify)
    #expect(test.bridge.applyEach([modification, add]).map(\.error) == [.unknownMeter(5), .unknownMeter(5)])
    #expect(throws: BridgeChangeRefused(place: 1, reason: .flow(.unknownMeter(5)))) {
      try test.bridge.commit([
        .flow(try FlowMod(parsing: "table=1 actions=meter:1", command: .add)), .flow(add),
      ])
    }
    #expect(test.bridge.flows().map(\.actions) == [[.output(PortNumber(rawValue: 2))]])
  }

  /// Meters come and go while frames are measured with them.
  @Test func changesUnderTraffic() throws {
    let test = try Self.bridge(meters: [Self.three], rules: ["priority=1 actions=output:2"])
    for round in 0..<200 {
      try test.bridge.apply([FlowMod(parsing: "actions=meter:1,output:2", command: .add)])
      test.ports[0].device.feed(Array(repeating: Self.frame, count: 40))
      try test.bridge.apply(Self.mod("meter=1,pktps,bands=type=drop rate=\(round + 1)", .modify))
      try test.bridge.apply(Self.mod("meter=1", .delete))
      try test.bridge.apply(Self.mod(Self.three))
    }
    #expect(test.bridge.flows().count == 1)
  }
}
