import Bytes
import Datapath
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Bridges, patches between them, and changes of both.
@Suite struct BridgeTests {
  @Test func patchesCarryFramesAndTheirAnswers() throws {
    let subject = try TestSwitch()
    let a = try subject.addBridge("a")
    let b = try subject.addBridge("b")
    let host = try subject.addPort(1, to: a)
    let other = try subject.addPort(1, to: b)
    let third = try subject.addPort(2, to: b)
    let (near, far) = try subject.addPatch(9, of: a, 9, of: b)
    let frame = TestFrame.udp(from: 0x0200_0000_000a)
    subject.feed(frame, to: host)
    #expect(other.take() == [MemoryFrame(frame.bytes)])
    #expect(third.take().count == 1)
    #expect(near.statistics.sentPackets == 1)
    #expect(far.statistics.receivedPackets == 1)
    subject.feed(TestFrame.udp(from: 0x0200_0000_000b, to: 0x0200_0000_000a), to: other)
    #expect(host.take().count == 1)
    #expect(third.take().isEmpty)
  }

  @Test func patchLoopsEndWithAReason() throws {
    let subject = try TestSwitch()
    let a = try subject.addBridge("a", failMode: .secure)
    let b = try subject.addBridge("b", failMode: .secure)
    let host = try subject.addPort(1, to: a)
    for number in 7...8 as ClosedRange<UInt16> { _ = try subject.addPatch(number, of: a, number, of: b) }
    try a.add("actions=output:7")
    try b.add("actions=output:8")
    subject.feed(TestFrame.udp(to: 0xffff_ffff_ffff), to: host)
    #expect(host.drops == [.resubmitDepth: 1])
  }

  /// Metadata, registers and the action set stay in their bridge.
  @Test func aPatchHidesWhatTheOtherBridgeKnows() throws {
    let subject = try TestSwitch()
    let a = try subject.addBridge("a", failMode: .secure)
    let b = try subject.addBridge("b", failMode: .secure)
    let host = try subject.addPort(1, to: a)
    let second = try subject.addPort(2, to: a)
    let other = try subject.addPort(1, to: b)
    _ = try subject.addPatch(9, of: a, 9, of: b)
    try a.setRules([
      "actions=load:5->reg0[],output:9,write_actions(output:2),goto_table:1",
      "table=1 reg0=5,in_port=1,dl_src=02:00:00:00:00:01 actions=write_metadata:1",
    ])
    try b.setRules([
      "priority=2,reg0=0,metadata=0,in_port=9 actions=load:7->reg0[],mod_dl_src:02:00:00:00:00:77,output:1",
      "priority=1 actions=drop",
    ])
    let frame = TestFrame.udp()
    subject.feed(frame, to: host)
    #expect(second.take() == [MemoryFrame(frame.bytes)])
    #expect(other.take().map { $0.bytes[6..<12] } == [[2, 0, 0, 0, 0, 0x77]])
    #expect(host.drops.isEmpty)
  }

  /// The place of a port that is gone may be given to another: no frame may come out there.
  @Test func aPatchForgetsAPeerThatIsRemoved() throws {
    let subject = try TestSwitch()
    let a = try subject.addBridge("a")
    let b = try subject.addBridge("b")
    let host = try subject.addPort(1, to: a)
    let (near, far) = try subject.addPatch(9, of: a, 9, of: b)
    b.remove(far)
    let late = try subject.addPort(1, to: b)
    let later = try subject.addPort(2, to: b)
    subject.feed(TestFrame.udp(to: 0xffff_ffff_ffff), to: host)
    #expect(late.take().isEmpty)
    #expect(later.take().isEmpty)
    #expect(!near.isLinkUp)
  }

  @Test func aNewSizeKeepsTheNewestAddresses() throws {
    let subject = try TestSwitch()
    let bridge = try subject.addBridge()
    let port = try subject.addPort(1, to: bridge)
    for mac in 0..<40 as Range<UInt64> {
      bridge.fdb.learn(
        mac: 0x0200_0000_0100 + (mac * 7) % 40, vlan: 0, port: port.port.index, second: UInt32(mac + 1))
    }
    // Places of removed entries are used again: the table is not in the order of age.
    for mac in 0..<10 as Range<UInt64> { _ = bridge.fdb.remove(mac: 0x0200_0000_0100 + mac, vlan: 0) }
    for mac in 0..<10 as Range<UInt64> {
      bridge.fdb.learn(mac: 0x0200_0000_0100 + mac, vlan: 0, port: port.port.index, second: UInt32(100 - mac))
    }
    let newest = bridge.fdb.all.sorted { $0.lastUsed > $1.lastUsed }.prefix(20).map(\.mac)
    bridge.settings.macTableSize = 20
    #expect(Set(bridge.fdb.all.map(\.mac)) == Set(newest))
    // Ageing goes by the time of the last use, whatever the order of arrival was.
    bridge.fdb.expire(at: 101, after: 5)
    #expect(bridge.fdb.all.allSatisfy { $0.lastUsed >= 96 })
  }

  /// Ports without offloads get finished checksums and segments; all verify, and nothing of the payload is lost.
  @Test(arguments: [false, true], [0, 1, 3])
  func portsWithoutOffloadsGetFinishedFrames(isIPv6: Bool, tagCount: Int) throws {
    let test = try OneBridge(offloads: [], rules: ["actions=mod_tp_src:99,output:2,output:3"])
    let payload = (0..<9_001).map { UInt8(truncatingIfNeeded: $0) }
    let tags = [TestFrame.Tag](repeating: .init(vlan: 5), count: tagCount)
    let transports: [TestFrame.Transport] = [.tcp(.init(payload: payload)), .udp(.init(payload: payload))]
    for transport in transports {
      let frame = TestFrame(isIPv6 ? .ipv6(.init(transport)) : .ipv4(.init(transport)), tags: tags)
      let headers = frame.bytes.count - payload.count
      for (fed, count) in [(frame.unfinished, 1), (frame.unfinished(segmentSize: 1000), 10)] {
        let copies = test.outcome(of: fed)
        #expect(copies.keys.sorted() == [2, 3])
        for (_, frames) in copies {
          #expect(frames.count == count)
          #expect(frames.allSatisfy { !$0.offload.needsChecksum && !$0.offload.isGSO })
          #expect(frames.compactMap { FrameVerifier.problem(in: $0.bytes) } == [])
          #expect(frames.flatMap { $0.bytes[headers...] } == payload)
        }
      }
    }
  }
}
