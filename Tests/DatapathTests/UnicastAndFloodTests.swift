import Datapath
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// What a plain learning switch must do, whatever else is configured.
@Suite struct UnicastAndFloodTests {
  /// A bridge with ports 1 to 4.
  let subject: TestSwitch
  let ports: [TestSwitch.Attachment]

  init() throws {
    let subject = try TestSwitch()
    let bridge = try subject.addBridge()
    ports = try (1...4).map { try subject.addPort($0, to: bridge) }
    self.subject = subject
  }

  @Test func floodsToAllButTheIngress() {
    let frame = TestFrame.udp(to: 0xffff_ffff_ffff)
    subject.feed(frame, to: ports[0])
    #expect(subject.takeAll() == [2, 3, 4].reduce(into: [:]) { $0[$1] = [MemoryFrame(frame.bytes)] })
    #expect(ports[0].drops.isEmpty)
  }

  @Test func noThirdPortSeesUnicastToAKnownAddress() {
    subject.feed(TestFrame.udp(from: 0x0200_0000_000a), to: ports[2])
    _ = subject.takeAll()
    let frame = TestFrame.udp(from: 0x0200_0000_000b, to: 0x0200_0000_000a)
    subject.feed(frame, to: ports[0])
    #expect(subject.takeAll() == [3: [MemoryFrame(frame.bytes)]])
  }

  @Test func addressesAreKnownPerVLAN() {
    subject.feed(TestFrame.udp(from: 0x0200_0000_000a, tags: [.init(vlan: 7)]), to: ports[2])
    _ = subject.takeAll()
    subject.feed(TestFrame.udp(from: 0x0200_0000_000b, to: 0x0200_0000_000a), to: ports[0])
    #expect(subject.takeAll().keys.sorted() == [2, 3, 4])
  }

  @Test func aMovedAddressIsFollowed() {
    subject.feed(TestFrame.udp(from: 0x0200_0000_000a), to: ports[2])
    subject.feed(TestFrame.udp(from: 0x0200_0000_000a), to: ports[3])
    _ = subject.takeAll()
    subject.feed(TestFrame.udp(from: 0x0200_0000_000b, to: 0x0200_0000_000a), to: ports[0])
    #expect(subject.takeAll().keys.sorted() == [4])
  }

  @Test func framesForTheirOwnSideAreDropped() {
    subject.feed(TestFrame.udp(from: 0x0200_0000_000a), to: ports[0])
    _ = subject.takeAll()
    subject.feed(TestFrame.udp(from: 0x0200_0000_000b, to: 0x0200_0000_000a), to: ports[0])
    #expect(subject.takeAll().isEmpty)
    #expect(ports[0].drops == [.destinationIsIngress: 1])
  }

  @Test func groupAddressesAreNotLearned() {
    subject.feed(TestFrame.udp(from: 0x0300_0000_000a), to: ports[2])
    subject.feed(TestFrame.udp(from: 0), to: ports[2])
    #expect(subject.core.bridges.first?.fdb.all.isEmpty == true)
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func reservedMulticastStaysUnlessForwarded(last: UInt64) {
    let frame = TestFrame.udp(to: 0x0180_c200_0000 | last)
    subject.feed(frame, to: ports[0])
    #expect(subject.takeAll().isEmpty)
    #expect(ports[0].drops == [.reservedMulticast: 1])
    subject.core.bridges.first?.settings.forwardsReservedMulticast = true
    subject.feed(frame, to: ports[0])
    #expect(subject.takeAll().keys.sorted() == [2, 3, 4])
  }

  @Test func protectedPortsDoNotTalkToEachOther() {
    ports[0].port.settings.isProtected = true
    ports[1].port.settings.isProtected = true
    subject.feed(TestFrame.udp(from: 0x0200_0000_000a), to: ports[1])
    #expect(subject.takeAll().keys.sorted() == [3, 4])
    subject.feed(TestFrame.udp(from: 0x0200_0000_000b, to: 0x0200_0000_000a), to: ports[0])
    #expect(subject.takeAll().isEmpty)
    #expect(ports[0].drops == [.isolatedPort: 1])
    subject.feed(TestFrame.udp(from: 0x0200_0000_000c, to: 0x0200_0000_000a), to: ports[2])
    #expect(subject.takeAll().keys.sorted() == [2])
  }

  @Test func portFlagsAreObeyed() {
    ports[1].port.settings.flags = .noFlood
    ports[2].port.settings.flags = .noForward
    ports[3].port.settings.flags = .down
    subject.feed(TestFrame.udp(to: 0xffff_ffff_ffff), to: ports[0])
    #expect(subject.takeAll().isEmpty)
    #expect(ports[0].drops.values.reduce(0, +) == 1)
    ports[0].port.settings.flags = .noReceive
    subject.feed(TestFrame.udp(to: 0xffff_ffff_ffff), to: ports[0])
    #expect(ports[0].drops[.portNoReceive] == 1)
    // A port that takes no part in flooding still gets what is for it.
    ports[3].port.settings.flags = []
    subject.feed(TestFrame.udp(from: 0x0200_0000_000a), to: ports[1])
    _ = subject.takeAll()
    subject.feed(TestFrame.udp(from: 0x0200_0000_000c, to: 0x0200_0000_000a), to: ports[3])
    #expect(subject.takeAll().keys.sorted() == [2])
  }

  /// A change holds for the frame that is fed after `apply` has returned.
  @Test func aChangeHoldsForTheNextFrame() throws {
    let bridge = try #require(subject.core.bridges.first)
    for round in 0..<100 {
      let port = UInt16(2 + round % 3)
      try bridge.setRules(["actions=output:\(port)"])
      subject.feed(TestFrame.udp(), to: ports[0])
      let seen = subject.takeAll().keys.sorted()
      if seen != [port] { Issue.record("round \(round): expected \(port), saw \(seen)") }
    }
  }
}
