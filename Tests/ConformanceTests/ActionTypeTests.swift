import Actions
import Datapath
import Match
import Ports
import SwitchKit
import TestKit
import Testing

/// OpenFlow 1.3.5 section 5.12: each action, on frames.
@Suite struct ActionTypeTests {
  private static let frame = TestFrame.udp().bytes
  private static let tagged = frame.inserting([0x81, 0, 0, 5], at: 12)
  private static let twice = frame.inserting([0x88, 0xa8, 0, 6, 0x81, 0, 0, 5], at: 12)
  /// The frame below a label: label 0, TC 0, bottom of stack, TTL of the packet.
  private static let labelled = frame.with(12, 0x88, 0x47).inserting([0, 0, 1, 64], at: 14)

  static let rows: [Conformance] = [
    // Output, and the reserved ports of section 4.5.
    Conformance("output", rules: ["actions=output:2"], frame: frame, leaves: [2: [frame]]),
    Conformance(
      "output ALL", rules: ["actions=all"], frame: frame, leaves: [2: [frame], 3: [frame], 4: [frame]]),
    Conformance(
      "output FLOOD", rules: ["actions=flood"], frame: frame,
      leaves: [2: [frame], 3: [frame], 4: [frame]]),
    Conformance("output IN_PORT", rules: ["actions=in_port"], frame: frame, leaves: [1: [frame]]),
    Conformance(
      "output to the ingress port by number sends nothing", rules: ["actions=output:1"], frame: frame,
      leaves: [:]),
    Conformance(
      "output NORMAL", rules: ["actions=normal"], frame: frame,
      leaves: [2: [frame], 3: [frame], 4: [frame]]),
    Conformance("drop", rules: ["actions=drop"], frame: frame, leaves: [:]),
    Conformance(
      "group", groups: ["group_id=1,type=all,bucket=output:2,bucket=output:3"], rules: ["actions=group:1"],
      frame: frame, leaves: [2: [frame], 3: [frame]]),
    Conformance(
      "set-queue: ports without queues send all the same", rules: ["actions=set_queue:3,output:2"],
      frame: frame, leaves: [2: [frame]]),
    // Push and pop.
    Conformance(
      "push-vlan: identifier and priority of the new tag are 0 (the section says: those of the tag below)",
      rules: ["actions=push_vlan:0x88a8,output:2"],
      frame: tagged, leaves: [2: [frame.inserting([0x88, 0xa8, 0, 0, 0x81, 0, 0, 5], at: 12)]]),
    Conformance(
      "pop-vlan: the outermost tag",
      rules: ["vlan_tci=0x1000/0x1000,actions=pop_vlan,output:2"], frame: twice, leaves: [2: [tagged]]),
    Conformance(
      "push-mpls: TTL of the packet, bottom of stack", rules: ["ip,actions=push_mpls:0x8847,output:2"],
      frame: frame, leaves: [2: [labelled]]),
    Conformance(
      "push-mpls: label, TC and TTL of the entry below", rules: ["mpls,actions=push_mpls:0x8848,output:2"],
      frame: labelled.with(14, 0, 1, 0x0b, 7),
      leaves: [2: [labelled.with(13, 0x48).with(14, 0, 1, 0x0b, 7).inserting([0, 1, 0x0a, 7], at: 14)]]),
    Conformance(
      "pop-mpls", rules: ["mpls,mpls_bos=1,actions=pop_mpls:0x0800,output:2"], frame: labelled,
      leaves: [2: [frame]]),
    // Set-field.
    Conformance(
      "set-field of addresses keeps checksums right",
      rules: ["ip,actions=set_field:10.0.0.9->ip_dst,set_field:02:00:00:00:00:09->eth_dst,output:2"],
      frame: frame, leaves: [2: [TestFrame.readdressed]]),
    Conformance(
      "set-field of a label", rules: ["mpls,actions=set_field:16->mpls_label,output:2"], frame: labelled,
      leaves: [2: [labelled.with(15, 1)]]),
    // Change TTL.
    Conformance(
      "set-mpls-ttl", rules: ["mpls,actions=set_mpls_ttl(9),output:2"], frame: labelled,
      leaves: [2: [labelled.with(17, 9)]]),
    Conformance(
      "dec-mpls-ttl", rules: ["mpls,actions=dec_mpls_ttl,output:2"], frame: labelled,
      leaves: [2: [labelled.with(17, 63)]]),
    Conformance(
      "set-nw-ttl", rules: ["ip,actions=mod_nw_ttl:9,output:2"], frame: frame,
      leaves: [2: [TestFrame.ttl(9)]]),
    Conformance(
      "dec-nw-ttl", rules: ["ip,actions=dec_ttl,output:2"], frame: frame, leaves: [2: [TestFrame.ttl(63)]]),
    Conformance(
      "dec-nw-ttl of an invalid TTL drops", rules: ["ip,actions=dec_ttl,output:2"], frame: TestFrame.ttl(1),
      leaves: [:]),
  ]

  @Test(arguments: rows)
  func doesWhatTheSectionSays(row: Conformance) throws { try row.check() }

  /// The port CONTROLLER: a packet-in with the frame.
  @Test func outputController() throws {
    let bench = try Conformance.Bench(rules: ["actions=controller"])
    bench.subject.core.packetIns.setListening(true, at: bench.bridge.index)
    #expect(bench.leaves(Self.frame).isEmpty)
    #expect(bench.subject.core.packetIns.takeAll().map(\.frame) == [Self.frame])
  }

  /// The port TABLE, of packet-outs only: the frame goes through the tables.
  @Test func outputTable() throws {
    let bench = try Conformance.Bench(rules: ["actions=output:3"])
    bench.bridge.send(Self.frame, inPort: .controller, actions: [.output(.table)])
    #expect(bench.subject.takeAll().mapValues { $0.map(\.bytes) } == [3: [Self.frame]])
  }
}

extension TestFrame {
  /// `udp()` to 10.0.0.9 at 02:00:00:00:00:09.
  fileprivate static var readdressed: [UInt8] {
    var packet = IPv4(.udp(UDP(source: 1000, destination: 53, payload: [1, 2, 3, 4])))
    packet.destination = 0x0a00_0009
    return TestFrame(.ipv4(packet), to: 0x0200_0000_0009).bytes
  }
}
