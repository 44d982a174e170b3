import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Clones, the stack, `exit`, and what of them is left behind.
@Suite struct ScopeTests {
  typealias Row = ActionTests.Row

  static let rows: [Row] = [
    // A clone's writes, its stack and its action set are its own; the action set goes along.
    Row(
      "actions=clone(set_field:5->reg0,resubmit(,1)),resubmit(,1)", "table=1,reg0=5 actions=output:2",
      "table=1,reg0=0 actions=output:3", leaves: [2, 3]),
    Row(
      "actions=set_field:3->reg0,push:reg0,clone(pop:reg1,set_field:9->reg2,push:reg2),pop:reg3,resubmit(,1)",
      "table=1,reg3=3 actions=output:2", leaves: [2]),
    Row(
      "actions=write_actions(output:2),goto_table:1", "table=1 actions=clone(set_field:1->reg0),output:3",
      leaves: [2, 2, 3]),
    Row(
      "actions=clone(resubmit(,1)),output:3", "table=1 actions=write_actions(output:2)", leaves: [2, 3]),
    Row("actions=clone(clone(output:2),output:2),output:3", leaves: [2, 2, 3]),
    // `exit` ends every list up to the bridge's, and keeps the action set from being run.
    Row("actions=output:2,exit,output:3", leaves: [2]),
    Row("actions=resubmit(,1),output:3", "table=1 actions=output:2,exit", leaves: [2]),
    Row("actions=clone(exit),output:3", drops: .ruleDrops),
    Row("actions=write_actions(output:2),goto_table:1", "table=1 actions=output:3,exit", leaves: [3]),
    // The stack keeps whole values, lowest bits first out.
    Row(
      "actions=set_field:0x123456->reg0,push:reg0[0..11],push:reg0[12..23],pop:reg1[0..11],pop:reg2,resubmit(,1)",
      "table=1,reg1=0x123,reg2=0x456 actions=output:2", leaves: [2]),
    Row(
      "actions=set_field:0x11112222333344445555666677778888->xxreg0,push:xxreg0[8..119],pop:xxreg1,resubmit(,1)",
      "table=1,xxreg1=0x001111222233334444555566667777 actions=output:2", drops: .noRuleMatched),
    Row(
      "actions=set_field:0x11112222333344445555666677778888->xxreg0,push:xxreg0[8..119],pop:xxreg1,resubmit(,1)",
      "table=1,xxreg1=0x112222333344445555666677778888/0 actions=output:2", leaves: [2]),
    Row(
      "actions=set_field:0x11112222333344445555666677778888->xxreg0,push:xxreg0[8..119],pop:xxreg1,resubmit(,1)",
      "table=1,xxreg1=0x1122223333444455556666777788 actions=output:2", leaves: [2]),
    // A pop from an empty stack changes nothing.
    Row("actions=set_field:7->reg1,pop:reg1,resubmit(,1)", "table=1,reg1=7 actions=output:2", leaves: [2]),
    // What the action set will output to.
    Row(
      "actions=write_actions(output:3),goto_table:1", "table=1,actset_output=3 actions=output:2",
      leaves: [2, 3]),
    Row("actions=resubmit(,1)", "table=1,actset_output=UNSET actions=output:2", leaves: [2]),
    Row(
      "actions=write_actions(output:3),goto_table:1", "table=1 actions=clear_actions,goto_table:2",
      "table=2,actset_output=UNSET actions=output:2", leaves: [2]),
    Row(
      "actions=write_actions(output:3),goto_table:1", "table=1 actions=move:actset_output->reg0,resubmit(,2)",
      "table=2,reg0=3 actions=output:2", leaves: [2, 3]),
    Row(
      "actions=write_actions(in_port),goto_table:1", "table=1,actset_output=in_port actions=output:2",
      leaves: [1, 2]),
    Row("actions=resubmit(,1)", "table=1 actions=push:reg0,resubmit(,1)", drops: .resubmitDepth),
    // Each of the copies within each other has all that was pushed before.
    Row("actions=push:reg0,clone(resubmit(,0))", drops: .resubmitDepth),
  ]

  @Test(arguments: rows)
  func leavesWhereItShould(row: Row) throws { try ActionTests().leavesWhereItShould(row: row) }

  /// A chain of resubmits to later tables is no nesting, one to the same table is.
  @Test func limitsCanBeSet() throws {
    let test = try OneBridge()
    let chain = (0..<200).map { "table=\($0) actions=resubmit(,\($0 + 1))" }
    try test.bridge.setRules(chain + ["table=200 actions=output:2"])
    let frame = MemoryFrame(TestFrame.udp().bytes)
    #expect(test.outcome(of: frame).keys.sorted() == [2])
    test.bridge.settings.resubmitLimits.count = 100
    #expect(test.outcome(of: frame).isEmpty)
    #expect(test.ports[0].drops == [.resubmitCount: 1])
    test.bridge.settings.resubmitLimits = ResubmitLimits(depth: 2)
    try test.bridge.setRules([
      "actions=resubmit(,0)", "reg0=0,priority=40000 actions=set_field:1->reg0,resubmit(,0)",
      "reg0=1,priority=40000 actions=set_field:2->reg0,resubmit(,0)",
      "reg0=2,priority=40000 actions=output:2",
    ])
    #expect(test.outcome(of: frame).keys.sorted() == [2])
    test.bridge.settings.resubmitLimits.depth = 1
    #expect(test.outcome(of: frame).isEmpty)
    #expect(test.ports[0].drops == [.resubmitCount: 1, .resubmitDepth: 1])
  }

  /// `output(port,max_len)` to a patch: what is beyond the patch sees the short frame, what is here the whole one.
  @Test func cutsWhatGoesThroughAPatch() throws {
    let subject = try TestSwitch()
    let here = try subject.addBridge("br0", failMode: .secure)
    let there = try subject.addBridge("br1", failMode: .secure)
    let source = try subject.addPort(1, to: here)
    let whole = try subject.addPort(2, to: here)
    let cut = try subject.addPort(7, to: there)
    _ = try subject.addPatch(3, of: here, 8, of: there)
    try here.add("actions=output(port=3,max_len=40),output:2")
    try there.add("actions=mod_dl_dst:00:00:00:00:00:09,mod_nw_src:1.2.3.4,output:7")
    let frame = TestFrame.udp()
    subject.feed(frame, to: source)
    #expect(cut.take().map(\.bytes) == [[0, 0, 0, 0, 0, 9] + Array(frame.bytes[6..<40])])
    #expect(whole.take().map(\.bytes) == [frame.bytes])
  }
}
