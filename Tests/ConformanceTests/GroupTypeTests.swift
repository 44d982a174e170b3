import Datapath
import Flow
import Pipeline
import SwitchKit
import TestKit
import Testing

/// OpenFlow 1.3.5 section 5.6: groups, their types and buckets, on frames.
@Suite struct GroupTypeTests {
  private static let frame = TestFrame.udp().bytes

  static let rows: [Conformance] = [
    Conformance(
      "5.6.1 all: a copy for each bucket",
      groups: [
        "group_id=1,type=all,bucket=mod_dl_dst:02:00:00:00:00:09,output:2,bucket=output:3,bucket=output:4"
      ], rules: ["actions=group:1"], frame: frame,
      leaves: [2: [frame.with(5, 9)], 3: [frame], 4: [frame]]),
    Conformance(
      "5.6.1 all: a bucket sends nothing back to the ingress port unless it says in_port",
      groups: ["group_id=1,type=all,bucket=output:1,bucket=in_port"], rules: ["actions=group:1"],
      frame: frame, leaves: [1: [frame]]),
    Conformance(
      "5.6.1 select: one bucket", groups: ["group_id=1,type=select,bucket=output:2,bucket=weight:0,output:3"],
      rules: ["actions=group:1"], frame: frame, leaves: [2: [frame]]),
    Conformance(
      "5.6.1 select: buckets whose port is not live are left out",
      groups: ["group_id=1,type=select,bucket=watch_port:77,output:2,bucket=watch_port:3,output:3"],
      rules: ["actions=group:1"], frame: frame, leaves: [3: [frame]]),
    Conformance(
      "5.6.1 indirect: the only bucket", groups: ["group_id=1,type=indirect,bucket=output:2"],
      rules: ["priority=2,udp,actions=group:1", "priority=1,actions=group:1"], frame: frame,
      leaves: [2: [frame]]),
    Conformance(
      "5.6.1 fast failover: the first live bucket",
      groups: ["group_id=1,type=ff,bucket=watch_port:77,output:2,bucket=watch_port:4,output:3"],
      rules: ["actions=group:1"], frame: frame, leaves: [3: [frame]]),
    Conformance(
      "5.6.1 fast failover: no live bucket, no frame",
      groups: ["group_id=1,type=ff,bucket=watch_port:77,output:2"], rules: ["actions=group:1"], frame: frame,
      leaves: [:]),
    Conformance(
      "5.6 a group without buckets drops", groups: ["group_id=1,type=all"], rules: ["actions=group:1"],
      frame: frame, leaves: [:]),
    Conformance(
      "5.6 buckets are executed as action sets",
      groups: ["group_id=1,type=indirect,bucket=output:2,set_field:0x1005->vlan_vid,push_vlan:0x8100"],
      rules: ["actions=group:1"], frame: frame, leaves: [2: [frame.inserting([0x81, 0, 0, 5], at: 12)]]),
    Conformance(
      "5.6 groups lead to groups",
      groups: [
        "group_id=2,type=all,bucket=output:3,bucket=output:4",
        "group_id=1,type=all,bucket=group:2,bucket=output:2",
      ], rules: ["actions=group:1"], frame: frame, leaves: [2: [frame], 3: [frame], 4: [frame]]),
    Conformance(
      "5.11 behind a group the list goes on with the frame as it was",
      groups: ["group_id=1,type=all,bucket=mod_dl_dst:02:00:00:00:00:09,output:2"],
      rules: ["actions=group:1,output:3"], frame: frame, leaves: [2: [frame.with(5, 9)], 3: [frame]]),
  ]

  @Test(arguments: rows)
  func doesWhatTheSectionSays(row: Conformance) throws { try row.check() }

  /// Section 6.5: a changed group holds for the next frame, a deleted one takes its rules along.
  @Test func changes() throws {
    let bench = try Conformance.Bench(
      groups: ["group_id=1,type=indirect,bucket=output:2"],
      rules: ["priority=2,actions=group:1", "priority=1,actions=output:4"])
    #expect(bench.leaves(Self.frame) == [2: [Self.frame]])
    try bench.bridge.commit([
      .group(GroupMod(parsing: "group_id=1,type=indirect,bucket=output:3", command: .modify))
    ])
    #expect(bench.leaves(Self.frame) == [3: [Self.frame]])
    try bench.bridge.commit([.group(GroupMod(command: .delete, group: GroupID.all))])
    #expect(bench.leaves(Self.frame) == [4: [Self.frame]])
  }

  /// Section 5.6.1: a port that goes down moves the frames, one that comes back moves them back.
  @Test func fastFailoverFollowsPorts() throws {
    let bench = try Conformance.Bench(
      groups: ["group_id=1,type=ff,bucket=watch_port:2,output:2,bucket=watch_port:3,output:3"],
      rules: ["actions=group:1"])
    #expect(bench.leaves(Self.frame) == [2: [Self.frame]])
    bench.ports[1].port.settings.flags.insert(.down)
    #expect(bench.leaves(Self.frame) == [3: [Self.frame]])
    bench.ports[1].port.settings.flags.remove(.down)
    #expect(bench.leaves(Self.frame) == [2: [Self.frame]])
  }
}
