import Datapath
import Flow
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// OpenFlow 1.3.5 section 5.7: meters and their bands. The frames of a row arrive at once, so that no token is added
/// between them.
@Suite struct MeterBandTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var what: String
    var meters: [String]
    var rules: [String]
    /// How many of ten frames leave port 2 with each DSCP.
    var passes: [UInt8: Int]
    var testDescription: String { what }
  }

  static let rows: [Row] = [
    Row(
      what: "5.7.1 drop: frames above the rate are dropped",
      meters: ["meter=1,pktps,burst,bands=type=drop rate=1 burst_size=3"],
      rules: ["actions=meter:1,output:2"], passes: [10: 3]),
    Row(
      what: "5.7.1 drop: rates in kilobits count bytes",
      meters: ["meter=1,kbps,burst,bands=type=drop rate=1 burst_size=1"],
      rules: ["actions=meter:1,output:2"], passes: [10: 2]),
    Row(
      what: "5.7.1 dscp remark: the drop precedence rises by as many steps",
      meters: ["meter=1,pktps,burst,bands=type=dscp_remark rate=1 burst_size=4 prec_level=1"],
      rules: ["actions=meter:1,output:2"], passes: [10: 4, 12: 6]),
    Row(
      what: "5.7.1 of several bands that with the highest rate that is exceeded applies",
      meters: [
        "meter=1,pktps,burst,bands=type=dscp_remark rate=1 burst_size=2 prec_level=1 "
          + "type=drop rate=2 burst_size=5"
      ], rules: ["actions=meter:1,output:2"], passes: [10: 2, 12: 3]),
    Row(
      what: "5.7 a meter measures all rules that name it together",
      meters: ["meter=1,pktps,burst,bands=type=drop rate=1 burst_size=3"],
      rules: ["priority=2,ip,actions=meter:1,output:2", "actions=meter:1,output:2"], passes: [10: 3]),
    Row(
      what: "5.9 the Meter instruction comes before the actions of its rule and before later tables",
      meters: ["meter=1,pktps,burst,bands=type=drop rate=1 burst_size=3"],
      rules: ["actions=meter:1,goto_table:1", "table=1,actions=output:2"], passes: [10: 3]),
    Row(
      what: "5.7 a rule without a meter is not measured",
      meters: ["meter=1,pktps,burst,bands=type=drop rate=1 burst_size=3"], rules: ["actions=output:2"],
      passes: [10: 10]),
  ]

  @Test(arguments: rows)
  func doesWhatTheSectionSays(row: Row) throws {
    let bench = try Conformance.Bench(meters: row.meters, rules: row.rules)
    // AF11: class 1, lowest drop precedence.
    var packet = TestFrame.IPv4(.udp(.init(payload: [UInt8](repeating: 7, count: 18))))
    packet.tos = 10 << 2
    let frame = TestFrame(.ipv4(packet)).bytes
    bench.subject.feed([[UInt8]](repeating: frame, count: 10), to: bench.ports[0])
    var passes: [UInt8: Int] = [:]
    for sent in bench.ports[1].take() { passes[sent.bytes[15] >> 2, default: 0] += 1 }
    #expect(passes == row.passes)
    let dropped = 10 - passes.values.reduce(0, +)
    #expect(bench.ports[0].drops == (dropped == 0 ? [:] : [.meterExceeded: UInt64(dropped)]))
  }

  /// Section 6.5: with a meter go the rules that use it.
  @Test func deletedMetersTakeTheirRulesAlong() throws {
    let bench = try Conformance.Bench(
      meters: ["meter=1,pktps,bands=type=drop rate=1000"],
      rules: ["priority=2,actions=meter:1,output:2", "priority=1,actions=output:3"])
    let frame = TestFrame.udp().bytes
    #expect(bench.leaves(frame) == [2: [frame]])
    try bench.bridge.apply(MeterMod(parsing: "meter=1", command: .delete))
    #expect(bench.leaves(frame) == [3: [frame]])
  }
}
