import Bytes
import Ports
import SwitchKit
import TestKit
import Testing

/// Tags pushed, popped and changed by actions: each row says which tags leave for which that arrive.
@Suite struct VLANActionTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var actions: String
    var arrives: [TestFrame.Tag]
    var leaves: [TestFrame.Tag]
    var testDescription: String { "\(actions) on \(arrives.count) tags" }

    init(_ actions: String, _ arrives: [TestFrame.Tag], _ leaves: [TestFrame.Tag]) {
      self.actions = actions
      self.arrives = arrives
      self.leaves = leaves
    }
  }

  static let a = TestFrame.Tag(vlan: 10, priority: 1)
  static let b = TestFrame.Tag(vlan: 20, priority: 2)
  static let c = TestFrame.Tag(vlan: 30, priority: 3)
  static let d = TestFrame.Tag(vlan: 40, priority: 4)
  static let s = TestFrame.Tag(vlan: 50, tpid: 0x88a8)

  static let rows: [Row] = [
    Row("output:2", [a, b, c], [a, b, c]),
    Row("strip_vlan,output:2", [], []),
    Row("strip_vlan,output:2", [a], []),
    Row("strip_vlan,output:2", [a, b], [b]),
    Row("strip_vlan,output:2", [a, a], [a]),
    Row("strip_vlan,output:2", [a, b, c], [b, c]),
    Row("strip_vlan,strip_vlan,output:2", [a, b, c], [c]),
    Row("strip_vlan,strip_vlan,output:2", [a, b], []),
    Row("mod_vlan_vid:50,output:2", [], [.init(vlan: 50)]),
    Row("mod_vlan_pcp:5,output:2", [], [.init(vlan: 0, priority: 5)]),
    Row("mod_vlan_vid:50,output:2", [a], [.init(vlan: 50, priority: 1)]),
    Row("mod_vlan_pcp:5,output:2", [a, b], [.init(vlan: 10, priority: 5), b]),
    // The outer tag becomes equal to the inner one, and still there are two.
    Row("mod_vlan_vid:20,mod_vlan_pcp:2,output:2", [a, b], [b, b]),
    Row("mod_vlan_vid:20,mod_vlan_pcp:2,output:2", [a, b, c], [b, b, c]),
    Row("mod_vlan_vid:20,mod_vlan_pcp:2,output:2", [a, a], [b, a]),
    Row("mod_vlan_vid:20,mod_vlan_pcp:2,output:2", [a, a, a], [b, a, a]),
    // Both tags exchanged.
    Row(
      "strip_vlan,mod_vlan_vid:10,mod_vlan_pcp:1,push_vlan:0x8100,mod_vlan_vid:20,mod_vlan_pcp:2,output:2",
      [a, b], [b, a]),
    Row(
      "strip_vlan,mod_vlan_vid:10,mod_vlan_pcp:1,push_vlan:0x8100,mod_vlan_vid:20,mod_vlan_pcp:2,output:2",
      [a, b, c], [b, a, c]),
    Row("push_vlan:0x88a8,set_field:4146->vlan_vid,output:2", [], [s]),
    Row("push_vlan:0x88a8,set_field:4146->vlan_vid,output:2", [a], [s, a]),
    Row("push_vlan:0x88a8,set_field:4146->vlan_vid,output:2", [a, b], [s, a, b]),
    Row("push_vlan:0x88a8,set_field:4146->vlan_vid,output:2", [a, b, c], [s, a, b, c]),
    Row("push_vlan:0x88a8,strip_vlan,output:2", [a, b, c], [a, b, c]),
    Row("push_vlan:0x88a8,strip_vlan,mod_vlan_vid:40,mod_vlan_pcp:4,output:2", [a, b, c], [d, b, c]),
    Row(
      "push_vlan:0x88a8,strip_vlan,strip_vlan,mod_vlan_vid:40,mod_vlan_pcp:4,output:2", [a, b, c], [d, c]),
    Row("push_vlan:0x88a8,strip_vlan,strip_vlan,strip_vlan,output:2", [a, b, c], [c]),
    Row("push_vlan:0x8100,push_vlan:0x8100,strip_vlan,strip_vlan,strip_vlan,output:2", [a, b], [b]),
    // A tag's bits as a whole: 0x1000 says that there is one.
    Row("load:0->vlan_tci[],output:2", [a, b], [b]),
    Row("load:0x1032->vlan_tci[],output:2", [], [.init(vlan: 50)]),
    Row("load:0x1032->vlan_tci[],output:2", [a], [.init(vlan: 50)]),
  ]

  @Test(arguments: rows)
  func leavesTheRightTags(row: Row) throws {
    let test = try OneBridge(rules: ["actions=\(row.actions)"])
    let expected = TestFrame.udp(tags: row.leaves).bytes
    #expect(test.bytesAtPort2(TestFrame.udp(tags: row.arrives)) == [expected])
  }

  /// The offload header follows the headers, so that the frame can be finished behind the change.
  @Test(arguments: rows)
  func offloadsFollow(row: Row) throws {
    let test = try OneBridge(rules: ["actions=\(row.actions)"])
    let payload = [UInt8](repeating: 7, count: 3000)
    let tcp = TestFrame.Network.ipv4(.init(.tcp(.init(payload: payload))))
    let arrives = TestFrame(tcp, tags: row.arrives)
    let leaves = TestFrame(tcp, tags: row.leaves)
    for (frame, expected) in [
      (arrives.unfinished, leaves.unfinished),
      (arrives.unfinished(segmentSize: 1000), leaves.unfinished(segmentSize: 1000)),
    ] {
      #expect(test.outcome(of: frame)[2] == [expected])
    }
  }
}
