import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Where a frame goes: outputs, tables, resubmits, the action set, and why it goes nowhere.
@Suite struct ActionTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var rules: [String]
    /// Ports from which a copy leaves, as often as it does.
    var leaves: [UInt16]
    /// Why nothing leaves.
    var reason: DropReason?
    var testDescription: String { rules.joined(separator: "; ") }

    init(_ rules: String..., leaves: [UInt16]) {
      self.rules = rules
      self.leaves = leaves
    }
    init(_ rules: String..., drops reason: DropReason) {
      self.rules = rules
      leaves = []
      self.reason = reason
    }
  }

  static let rows: [Row] = [
    Row(drops: .noRuleMatched),
    Row("actions=drop", drops: .ruleDrops),
    Row("actions=output:2,output:3,output:2", leaves: [2, 2, 3]),
    Row("actions=output:9", drops: .noSuchPort),
    Row("actions=output:1", drops: .outputIsIngress),
    Row("actions=in_port", leaves: [1]),
    Row("actions=all", leaves: [2, 3]),
    Row("actions=flood", leaves: [2, 3]),
    Row("actions=load:3->reg4[0..15],output:reg4[0..15]", leaves: [3]),
    Row("actions=load:0xfff8->reg4[],output:reg4[0..15]", leaves: [1]),
    Row("actions=load:3->reg4[],output:reg4[]", leaves: [3]),

    Row("actions=goto_table:3", "table=3 actions=output:2", leaves: [2]),
    Row("actions=output:3,goto_table:3", "table=3 actions=output:2", leaves: [2, 3]),
    Row("actions=goto_table:3", drops: .noRuleMatched),
    Row("actions=write_metadata:5/7,goto_table:1", "table=1 metadata=5 actions=output:2", leaves: [2]),
    Row("actions=load:5->reg3[],resubmit(,1)", "table=1 reg3=5 actions=output:2", leaves: [2]),
    Row("actions=resubmit(,1),output:3", "table=1 actions=output:2", leaves: [2, 3]),
    Row("actions=resubmit(,1),output:3", leaves: [3]),
    Row("actions=resubmit(7,1)", "table=1 in_port=7 actions=in_port", leaves: [1]),
    Row("actions=resubmit(7,1),in_port", "table=1 in_port=8 actions=drop", leaves: [1]),
    Row("actions=resubmit(,0)", drops: .resubmitDepth),
    Row(
      "actions=resubmit(,1),in_port", "table=1 actions=load:3->in_port[]",
      leaves: [3]),
    Row(
      "actions=resubmit(,1)", "table=1 actions=output:2,goto_table:2", "table=2 actions=output:3",
      leaves: [2, 3]),

    // The action set: OpenFlow 1.3.5, section 5.10.
    Row("actions=write_actions(output:2),goto_table:1", "table=1 actions=output:3", leaves: [2, 3]),
    Row(
      "actions=write_actions(output:2),goto_table:1", "table=1 actions=write_actions(output:3)", leaves: [3]),
    Row("actions=write_actions(output:2),goto_table:1", "table=1 actions=clear_actions", drops: .ruleDrops),
    Row("actions=write_actions(output:2),goto_table:1", leaves: [2]),
    Row("actions=write_actions(resubmit(,1))", "table=1 actions=output:3", leaves: [3]),
    Row("actions=write_actions(resubmit(,1),output:2)", "table=1 actions=output:3", leaves: [2]),
    Row(
      "actions=write_actions(load:3->reg0[],move:reg0[]->reg1[],resubmit(,1))",
      "table=1 reg1=3 actions=output:3", leaves: [3]),
    Row(
      "actions=write_actions(load:3->reg0[]),goto_table:1", "table=1 actions=write_actions(resubmit(,2))",
      "table=2 reg0=3 actions=output:3", leaves: [3]),
  ]

  @Test(arguments: rows)
  func leavesWhereItShould(row: Row) throws {
    let test = try OneBridge(rules: row.rules)
    let copies = test.outcome(of: MemoryFrame(TestFrame.udp().bytes))
    #expect(copies.flatMap { [UInt16](repeating: $0, count: $1.count) }.sorted() == row.leaves)
    #expect(test.ports[0].drops == (row.reason.map { [$0: 1] } ?? [:]))
    #expect(test.ports[1].drops.isEmpty)
  }

  @Test func copiesAreIndependent() throws {
    let rule =
      "actions=output:2,mod_dl_dst:02:00:00:00:00:99,output:3,push_vlan:0x8100,output:2,strip_vlan,"
      + "mod_nw_src:10.9.9.9,output:3"
    let test = try OneBridge(rules: [rule])
    var frame = TestFrame.udp()
    var expected: [UInt16: [MemoryFrame]] = [2: [MemoryFrame(frame.bytes)]]
    frame.destination = 0x0200_0000_0099
    expected[3] = [MemoryFrame(frame.bytes)]
    frame.tags = [.init(vlan: 0)]
    expected[2]?.append(MemoryFrame(frame.bytes))
    frame.tags = []
    if case .ipv4(var header) = frame.network {
      header.source = 0x0a09_0909
      frame.network = .ipv4(header)
    }
    expected[3]?.append(MemoryFrame(frame.bytes))
    #expect(test.outcome(of: MemoryFrame(TestFrame.udp().bytes)) == expected)
  }

  @Test func truncatesOneCopy() throws {
    let test = try OneBridge(rules: ["actions=output(port=2,max_len=20),output:3"])
    let frame = TestFrame.udp().unfinished
    let copies = test.outcome(of: frame)
    #expect(copies[2] == [MemoryFrame(Array(frame.bytes[..<20]))])
    #expect(copies[3] == [frame])
  }

  /// More resubmits than a frame may have, side by side.
  @Test func countsResubmits() throws {
    let many = [String](repeating: "resubmit(,1)", count: 100).joined(separator: ",")
    let test = try OneBridge(rules: [
      "actions=\(many)", "table=1 actions=\(many)", "table=2 actions=output:2",
    ])
    try test.bridge.setRules(["actions=\(many)", "table=1 actions=\(many.replacing("1", with: "2"))"])
    #expect(test.outcome(of: MemoryFrame(TestFrame.udp().bytes)).isEmpty)
    #expect(test.ports[0].drops == [.resubmitCount: 1])
  }

  /// A rule of table 1 that is made to go on to table 1, as a change of all tables can.
  @Test func doesNotGoRoundForEver() throws {
    let test = try OneBridge(rules: ["actions=drop", "table=1 actions=drop"])
    try test.bridge.apply([FlowMod(parsing: "actions=goto_table:1", command: .modify)])
    #expect(test.outcome(of: MemoryFrame(TestFrame.udp().bytes)).isEmpty)
    #expect(test.ports[0].drops == [.resubmitCount: 1])
  }

  @Test(arguments: [0, 1] as [UInt8])
  func aTTLThatIsUsedUpEndsTheList(ttl: UInt8) throws {
    let test = try OneBridge(rules: ["actions=output:3,dec_ttl,output:2"])
    var header = TestFrame.IPv4(.udp(.init()))
    header.ttl = ttl
    let frame = MemoryFrame(TestFrame(.ipv4(header)).bytes)
    #expect(test.outcome(of: frame) == [3: [frame]])
    try test.bridge.setRules(["actions=dec_ttl,output:2"])
    #expect(test.outcome(of: frame).isEmpty)
    #expect(test.ports[0].drops == [.ttlExpired: 1])
  }
}
