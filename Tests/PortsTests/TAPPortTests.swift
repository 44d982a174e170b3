import Bytes
import Glibc
@testable import Ports
import Sys
import TestKit
import Testing

@Suite(.enabled(if: NetworkLab.isAvailable, "needs root"))
struct TAPPortTests {
  @Test func carriesFramesBothWays() throws {
    let lab = try NetworkLab()
    let tap = try TAPPort.open(TAPOptions(name: "tap0", namespace: lab.namespace))
    let host = try PacketSocketPort.open(PacketSocketOptions(name: "tap0", namespace: lab.namespace))
    var bench = Bench()
    _ = try bench.receive(from: tap)

    let frames = (0..<32).map { Frames.plain(payload: 46 + 40 * $0, seed: UInt8($0)) }
    let sent = bench.send(frames, to: host)
    #expect(sent == Array(repeating: .sent, count: 32))
    let up = try bench.receive(from: tap, expecting: 32)
    #expect(up.frames.map(\.bytes) == frames)
    #expect(up.outcome == .drained)

    let written = bench.send(frames, to: tap)
    #expect(written == Array(repeating: .sent, count: 32))
    let down = try bench.receive(from: host, expecting: 32)
    #expect(down.frames.map(\.bytes) == frames)
    #expect(tap.receiveLosses == ReceiveLosses())
  }

  @Test func setsWhatTheOptionsSay() throws {
    let lab = try NetworkLab()
    let tap = try TAPPort.open(
      TAPOptions(
        name: "tap7", namespace: lab.namespace, mtu: 9000, macAddress: 0x02_11_22_33_44_55, owner: 1000))
    let seen = try lab.namespace.run { () throws(SysError) -> [UInt64] in
      let link = try Link("tap7")
      return try [UInt64(link.mtu()), link.macAddress(), link.isUp() ? 1 : 0]
    }
    #expect(seen == [9000, 0x02_11_22_33_44_55, 1])
    #expect(tap.mtu == 9000)
    #expect(tap.offloads.isSuperset(of: [.checksum, .tcpSegmentation]))
    #expect(throws: SysError.self) { try Link("tap7").index() }
  }

  @Test func takesOverAPersistentDeviceAndLeavesItBehind() throws {
    let lab = try NetworkLab()
    do {
      let tap = try TAPPort.open(
        TAPOptions(
          name: "tap0", namespace: lab.namespace, macAddress: 0x02_00_00_00_00_09, isPersistent: true))
      #expect(tap.name == "tap0")
    }
    let again = try Self.reopen(TAPOptions(name: "tap0", namespace: lab.namespace))
    let mac = try lab.namespace.run { () throws(SysError) in try Link("tap0").macAddress() }
    #expect(mac == 0x02_00_00_00_00_09)
    #expect(again.mtu == 1500)
  }

  /// Opens a device that was just closed: a command that another test is starting may still hold a copy of its
  /// descriptor, until it has become another program.
  static func reopen(_ options: TAPOptions) throws -> TAPPort {
    for _ in 0..<1000 {
      do throws(SysError) { return try TAPPort.open(options) } catch {
        guard error.errno == EBUSY else { throw error }
      }
    }
    return try TAPPort.open(options)
  }

  @Test func explainsADeviceThatIsHeld() throws {
    let lab = try NetworkLab()
    let tap = try TAPPort.open(TAPOptions(name: "tap0", namespace: lab.namespace))
    let error = #expect(throws: SysError.self) {
      try TAPPort.open(TAPOptions(name: "tap0", namespace: lab.namespace))
    }
    #expect(
      error?.description
        == "tap0: TUNSETIFF failed: Device or resource busy (another program holds the device; end it, or leave out "
        + "type=tap, which attaches the port to the device's other side)")
    #expect(tap.name == "tap0")
  }

  @Test func enforcesTheMTUThatTheKernelIgnores() throws {
    let lab = try NetworkLab()
    let tap = try TAPPort.open(TAPOptions(name: "tap0", namespace: lab.namespace))
    var bench = Bench()
    let tag: [UInt8] = [0x81, 0x00, 0x00, 0x05]
    let outcomes = bench.send(
      [
        Frames.plain(payload: 1500), Frames.plain(payload: 1501),
        Frames.plain(payload: 1500, tags: tag), Frames.plain(payload: 1501, tags: tag),
        Frames.plain(payload: 1500, tags: tag + tag), [1, 2, 3],
      ], to: tap)
    #expect(outcomes == [.sent, .tooLong, .sent, .tooLong, .sent, .refused])
    tap.noteMTU(1600)
    let larger = bench.send([Frames.plain(payload: 1600)], to: tap)
    #expect(larger == [.sent])
  }

  @Test func saysThatTheInterfaceIsDown() throws {
    let lab = try NetworkLab()
    let tap = try TAPPort.open(TAPOptions(name: "tap0", namespace: lab.namespace))
    var bench = Bench()
    try lab.ip("link set tap0 down")
    let down = bench.send([Frames.plain(payload: 64)], to: tap)
    #expect(down == [.down])
    let received = try bench.receive(from: tap)
    #expect(received.outcome == .drained)
    try lab.ip("link set tap0 up")
    let up = bench.send([Frames.plain(payload: 64)], to: tap)
    #expect(up == [.sent])
  }

  @Test func failsWhenItsNamespaceIsGone() throws {
    let lab = try NetworkLab()
    let tap = try TAPPort.open(TAPOptions(name: "tap0", namespace: lab.namespace))
    var bench = Bench()
    try lab.ip("link del tap0")
    let sent = bench.send([Frames.plain(payload: 64)], to: tap)
    #expect(sent == [.down])
    let received = try bench.receive(from: tap)
    #expect(received.outcome == .failed(EBADFD))
  }

  @Test func receivesLargeTCPSegmentsUnfinished() throws {
    let lab = try NetworkLab()
    let tap = try TAPPort.open(TAPOptions(name: "tap0", namespace: lab.namespace))
    let host = try PacketSocketPort.open(PacketSocketOptions(name: "tap0", namespace: lab.namespace))
    var bench = Bench()
    _ = try bench.receive(from: tap)
    let frame = LargeFrames.tcp4(payload: 30_000, segment: 1448)
    let sent = bench.send([frame], to: host)
    #expect(sent == [.sent])
    let received = try bench.receive(from: tap, expecting: 1)
    #expect(received.frames == [frame])

    let back = bench.send([frame], to: tap)
    #expect(back == [.sent])
    let seen = try bench.receive(from: host, expecting: 1)
    #expect(seen.frames == [frame])
  }

  /// The header lies in front of the frame where there is room for it, and elsewhere where tags have taken it.
  @Test(arguments: [128, 12, 11, 0]) func writesWithAnyHeadroom(left: Int) throws {
    let lab = try NetworkLab()
    let tap = try TAPPort.open(TAPOptions(name: "tap0", namespace: lab.namespace))
    let host = try PacketSocketPort.open(PacketSocketOptions(name: "tap0", namespace: lab.namespace))
    var bench = Bench()
    let frames = [
      LargeFrames.tcp4(payload: 9000, segment: 1448), .init(bytes: Frames.plain(payload: 200)),
    ]
    let sent = bench.send(frames, to: tap, headroom: left)
    #expect(sent == [.sent, .sent])
    let received = try bench.receive(from: host, expecting: 2)
    #expect(received.frames == frames)
  }
}
