import Actions
import Flow
import Match
import Testing

/// Expected lines are the output of ovs-ofctl 3.1 for OpenFlow 1.4 and NXM flow statistics replies.
@Suite struct FlowStatisticsTextTests {
  @Test(arguments: [
    (Duration.milliseconds(1234), "1.234s"), (.seconds(5), "5s"),
    (.nanoseconds(1_000_000_001), "1.000000001s"),
    (.nanoseconds(1_000_000_500), "1.0000005s"), (.milliseconds(1), "0.001s"),
    (.milliseconds(10_020), "10.020s"),
  ])
  func printsDurations(duration: Duration, printed: String) {
    let rule = FlowStatistics(
      table: 0, priority: 32768, match: FlowMatch(), cookie: 0, actions: [], duration: duration)
    let style = FlowDumpStyle(showsAges: false)
    #expect(
      rule.line(style) == " cookie=0x0, duration=\(printed), table=0, n_packets=0, n_bytes=0, actions=drop")
  }

  @Test func printsEverything() throws {
    let rule = FlowStatistics(
      table: 3, priority: 5, match: FlowMatch(), cookie: 0x1f, idleTimeout: 6, hardTimeout: 7, importance: 9,
      flags: [.sendFlowRemoved, .checkOverlap, .resetCounts, .noPacketCounts, .noByteCounts], actions: [],
      duration: .seconds(5), packets: 3, bytes: 99)
    #expect(
      rule.line(FlowDumpStyle(showsAges: false))
        == " cookie=0x1f, duration=5s, table=3, n_packets=3, n_bytes=99, idle_timeout=6, hard_timeout=7, "
        + "send_flow_rem check_overlap reset_counts no_packet_counts no_byte_counts importance=9, priority=5 "
        + "actions=drop")
  }

  @Test(arguments: [
    (Duration.seconds(5), 0, 0, "idle_age=0, hard_age=0"), (.seconds(5), 2, 5, "idle_age=2"),
    (.milliseconds(5001), 3, 4, "idle_age=3, hard_age=4"), (.milliseconds(5001), 3, 5, "idle_age=3"),
  ])
  func printsAges(duration: Duration, idle: Int, hard: Int, printed: String) {
    let rule = FlowStatistics(
      table: 0, priority: 1, match: FlowMatch(), cookie: 0, actions: [], duration: duration,
      idleAge: .seconds(idle), hardAge: .seconds(hard), packets: 1, bytes: 2)
    #expect(rule.line().hasSuffix(" table=0, n_packets=1, n_bytes=2, \(printed), priority=1 actions=drop"))
  }

  @Test func omitsStatistics() throws {
    let match = try FlowMatch(parsing: "in_port=1")
    var rule = FlowStatistics(
      table: 0, priority: 100, match: match, cookie: 0, idleTimeout: 3, actions: [], duration: .seconds(5))
    let style = FlowDumpStyle(showsStatistics: false, names: { $0.rawValue == 1 ? "s1-eth1" : nil })
    #expect(rule.line(style) == " idle_timeout=3, priority=100,in_port=\"s1-eth1\" actions=drop")
    rule.cookie = 5
    rule.table = 2
    rule.priority = 32768
    #expect(rule.line(style) == " cookie=0x5, table=2, idle_timeout=3, in_port=\"s1-eth1\" actions=drop")
  }
}
