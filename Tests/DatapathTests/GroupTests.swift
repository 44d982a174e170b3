import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Groups on frames: which buckets are run, what they see, what they leave behind. OpenFlow 1.3.5 section 5.6.
@Suite struct GroupTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var groups: [String]
    var rules: [String]
    /// Ports from which a copy leaves, as often as it does.
    var leaves: [UInt16]
    /// Why nothing leaves.
    var reason: DropReason?
    var testDescription: String { (groups + rules).joined(separator: "; ") }

    init(_ groups: [String], _ rules: [String], leaves: [UInt16], reason: DropReason? = nil) {
      self.groups = groups
      self.rules = rules
      self.leaves = leaves
      self.reason = reason
    }
  }

  static let rows: [Row] = [
    Row(["group_id=1,type=all,bucket=output:2,bucket=output:3"], ["actions=group:1"], leaves: [2, 3]),
    Row(["group_id=1,type=all"], ["actions=group:1"], leaves: [], reason: .groupHasNoLiveBucket),
    Row(["group_id=1,type=all"], ["actions=group:1,output:2"], leaves: [2]),
    Row(["group_id=1,type=indirect,bucket=output:3"], ["actions=group:1,output:2"], leaves: [2, 3]),
    // A bucket is an action set: order of kinds, one output, none without it.
    Row(["group_id=1,type=indirect,bucket=output:2,output:3"], ["actions=group:1"], leaves: [3]),
    Row(
      ["group_id=1,type=indirect,bucket=set_field:1->reg0"], ["actions=group:1"], leaves: [],
      reason: .ruleDrops),
    Row(
      ["group_id=1,type=indirect,bucket=resubmit(,1),set_field:5->reg0"],
      ["actions=group:1", "table=1 reg0=5 actions=output:3"], leaves: [3]),
    Row(
      ["group_id=1,type=indirect,bucket=output:2,group:2", "group_id=2,type=all,bucket=output:3"],
      ["actions=group:1"], leaves: [3]),
    // What a bucket writes is not seen behind it; `exit` ends the bucket only.
    Row(
      ["group_id=1,type=all,bucket=set_field:5->reg0,resubmit(,1),bucket=resubmit(,1)"],
      [
        "actions=group:1,resubmit(,1)", "table=1 reg0=5 actions=output:3,exit",
        "table=1,reg0=0 actions=output:2",
      ],
      leaves: [2, 2, 3]),
    // Fast failover: the first bucket that is live.
    Row(
      ["group_id=1,type=ff,bucket=watch_port:9,output:2,bucket=watch_port:3,output:3"],
      ["actions=group:1"], leaves: [3]),
    Row(
      ["group_id=1,type=ff,bucket=watch_port:9,output:2"], ["actions=group:1"], leaves: [],
      reason: .groupHasNoLiveBucket),
    Row(
      [
        "group_id=2,type=ff,bucket=watch_port:9,output:1", "group_id=3,type=all,bucket=output:1",
        "group_id=1,type=ff,bucket=watch_group:2,output:2,bucket=watch_group:3,output:3",
      ], ["actions=group:1"], leaves: [3]),
    // Select: one of the live buckets with a weight.
    Row(
      ["group_id=1,type=select,bucket=weight:0,output:2,bucket=weight:7,output:3"], ["actions=group:1"],
      leaves: [3]),
    Row(
      ["group_id=1,type=select,bucket=watch_port:9,output:2,bucket=output:3"], ["actions=group:1"],
      leaves: [3]),
    Row(
      ["group_id=1,type=select,bucket=weight:0,output:2"], ["actions=group:1"], leaves: [],
      reason: .groupHasNoLiveBucket),
    // From the action set, where a group comes before an output.
    Row(
      ["group_id=1,type=all,bucket=output:3"], ["actions=write_actions(output:2,group:1)"], leaves: [3]),
  ]

  @Test(arguments: rows)
  func leavesWhereItShould(row: Row) throws {
    let test = try OneBridge()
    for group in row.groups { try test.bridge.addGroup(group) }
    try test.bridge.setRules(row.rules)
    let copies = test.outcome(of: MemoryFrame(TestFrame.udp().bytes))
    #expect(copies.flatMap { port, frames in frames.map { _ in port } }.sorted() == row.leaves)
    #expect(test.ports[0].drops == (row.reason.map { [$0: 1] } ?? [:]))
  }

  /// Fields and tags are what they were before, whatever the bucket in front did.
  @Test func bucketsDoNotSeeEachOther() throws {
    let test = try OneBridge()
    try test.bridge.addGroup(
      "group_id=1,type=all,bucket=push_vlan:0x8100,set_field:4101->vlan_vid,output:2,"
        + "bucket=set_field:00:00:00:00:00:09->eth_dst,output:2,bucket=output:2")
    try test.bridge.add("actions=group:1,output:3")
    let frame = TestFrame.udp()
    let outcome = test.outcome(of: MemoryFrame(frame.bytes))
    let sent = (outcome[2] ?? []).map(\.bytes)
    let tagged = Array(frame.bytes[..<12]) + [0x81, 0, 0, 5] + Array(frame.bytes[12...])
    #expect(sent == [tagged, [0, 0, 0, 0, 0, 9] + Array(frame.bytes[6...]), frame.bytes])
    #expect(outcome[3]?.map(\.bytes) == [frame.bytes])
  }

  @Test func countsGroupsAndBuckets() throws {
    let test = try OneBridge()
    try test.bridge.addGroup("group_id=1,type=all,bucket=output:2,bucket=group:2")
    try test.bridge.addGroup("group_id=2,type=ff,bucket=watch_port:9,output:2,bucket=watch_port:3,output:3")
    try test.bridge.add("actions=group:1")
    let frame = TestFrame.udp()
    for _ in 0..<3 { _ = test.outcome(of: MemoryFrame(frame.bytes)) }
    let one = try #require(test.bridge.traffic(ofGroup: 1))
    let two = try #require(test.bridge.traffic(ofGroup: 2))
    #expect(one.total.packets == 3 && one.total.bytes == UInt64(3 * frame.bytes.count))
    #expect(one.buckets.map(\.packets) == [3, 3])
    #expect(two.total.packets == 3)
    #expect(two.buckets.map(\.packets) == [0, 3])
  }

  /// A changed group holds for the next frame; a deleted one takes the rules along that send frames to it.
  @Test func changesHoldForTheNextFrame() throws {
    let test = try OneBridge()
    try test.bridge.addGroup("group_id=1,type=indirect,bucket=output:2")
    try test.bridge.setRules(["priority=2,actions=group:1", "priority=1,actions=in_port"])
    let frame = MemoryFrame(TestFrame.udp().bytes)
    #expect(test.outcome(of: frame).keys.sorted() == [2])
    try test.bridge.commit([
      .group(GroupMod(parsing: "group_id=1,type=indirect,bucket=output:3", command: .modify))
    ])
    #expect(test.outcome(of: frame).keys.sorted() == [3])
    try test.bridge.commit([.group(GroupMod(command: .delete, group: 1))])
    #expect(test.outcome(of: frame).keys.sorted() == [1])
  }

  @Test func refusesRulesToGroupsThatAreNotThere() throws {
    let test = try OneBridge()
    let refusal = #expect(throws: RulesRefused.self) { try test.bridge.add("actions=group:7") }
    #expect(refusal?.reason == .unknownGroup(7))
    let rule = try FlowMod(parsing: "actions=clone(group:7)", command: .add)
    let group = try GroupMod(parsing: "group_id=7,type=all,bucket=output:2", command: .add)
    // Each change of a list sees those before it.
    #expect(throws: BridgeChangeRefused.self) { try test.bridge.commit([.flow(rule), .group(group)]) }
    try test.bridge.commit([.group(group), .flow(rule)])
    #expect(test.outcome(of: MemoryFrame(TestFrame.udp().bytes)).keys.sorted() == [2])
  }
}
