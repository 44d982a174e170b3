import SwitchKit
import TestKit
import Testing

/// OpenFlow 1.3.5 sections 5.9 to 5.11: instructions, the action set, action lists.
@Suite struct InstructionTests {
  private static let frame = TestFrame.udp().bytes
  /// With 9 as the last byte of the destination address.
  private static let readdressed = frame.with(5, 9)
  private static let tagged = frame.inserting([0x81, 0, 0, 5], at: 12)

  static let rows: [Conformance] = [
    Conformance(
      "5.9 Apply-Actions takes effect at once, for later tables too",
      rules: [
        "actions=mod_dl_dst:02:00:00:00:00:09,goto_table:1",
        "table=1,dl_dst=02:00:00:00:00:09,actions=output:2",
      ], frame: frame, leaves: [2: [readdressed]]),
    Conformance(
      "5.9 Clear-Actions empties the action set",
      rules: ["actions=write_actions(output:2),goto_table:1", "table=1,actions=clear_actions"], frame: frame,
      leaves: [:]),
    Conformance(
      "5.9 Write-Actions replaces an action of the same type",
      rules: ["actions=write_actions(output:2),goto_table:1", "table=1,actions=write_actions(output:3)"],
      frame: frame, leaves: [3: [frame]]),
    Conformance(
      "5.9 Write-Actions keeps set-field of other fields",
      rules: [
        "actions=write_actions(set_field:02:00:00:00:00:09->eth_dst,output:2),goto_table:1",
        "table=1,actions=write_actions(set_field:02:00:00:00:00:08->eth_src)",
      ], frame: frame, leaves: [2: [readdressed.with(11, 8)]]),
    Conformance(
      "5.9 Write-Metadata",
      rules: ["actions=write_metadata:5,goto_table:1", "table=1,metadata=5,actions=output:2"], frame: frame,
      leaves: [2: [frame]]),
    Conformance(
      "5.9 Goto-Table leads on", rules: ["actions=goto_table:7", "table=7,actions=output:2"], frame: frame,
      leaves: [2: [frame]]),
    Conformance(
      "5.9 without Goto-Table the pipeline ends and the action set is executed",
      rules: ["actions=write_actions(output:2)", "table=1,actions=output:3"], frame: frame,
      leaves: [2: [frame]]),
    Conformance(
      "5.10 the action set pops, pushes, sets, then outputs, however it was written",
      rules: ["actions=write_actions(output:2,push_vlan:0x8100,set_field:0x1005->vlan_vid)"], frame: frame,
      leaves: [2: [tagged]]),
    Conformance(
      "5.10 pop comes before push",
      rules: ["vlan_tci=0x1000/0x1000,actions=write_actions(push_vlan:0x8100,pop_vlan,output:2)"],
      frame: tagged, leaves: [2: [tagged.with(15, 0)]]),
    Conformance(
      "5.10 dec_ttl comes before set-field",
      rules: ["ip,actions=write_actions(set_field:9->nw_ttl,dec_ttl,output:2)"], frame: frame,
      leaves: [2: [TestFrame.ttl(9)]]),
    Conformance(
      "5.10 with a group, output is ignored", groups: ["group_id=1,type=indirect,bucket=output:3"],
      rules: ["actions=write_actions(output:2,group:1)"], frame: frame, leaves: [3: [frame]]),
    Conformance(
      "5.10 without output or group the frame is dropped",
      rules: ["actions=write_actions(set_field:02:00:00:00:00:09->eth_dst)"], frame: frame, leaves: [:]),
    Conformance(
      "5.11 a list is executed in its order, each output in the state of that moment",
      rules: ["actions=output:2,mod_dl_dst:02:00:00:00:00:09,output:3,push_vlan:0x8100,output:4"],
      frame: frame,
      leaves: [2: [frame], 3: [readdressed], 4: [readdressed.inserting([0x81, 0, 0, 0], at: 12)]]),
    Conformance(
      "5.11 behind a list the pipeline goes on with the changed frame",
      rules: [
        "actions=push_vlan:0x8100,set_field:0x1005->vlan_vid,goto_table:1",
        "table=1,vlan_vid=0x1005,actions=output:2",
      ], frame: frame, leaves: [2: [tagged]]),
  ]

  @Test(arguments: rows)
  func doesWhatTheSectionSays(row: Conformance) throws { try row.check() }
}

extension TestFrame {
  /// `udp()` with another TTL.
  static func ttl(_ ttl: UInt8) -> [UInt8] {
    var packet = IPv4(.udp(UDP(source: 1000, destination: 53, payload: [1, 2, 3, 4])))
    packet.ttl = ttl
    return TestFrame(.ipv4(packet)).bytes
  }
}
