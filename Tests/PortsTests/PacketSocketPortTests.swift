import Bytes
import CLinux
import Glibc
@testable import Ports
import Sys
import TestKit
import Testing

@Suite(.enabled(if: NetworkLab.isAvailable, "needs root"))
struct PacketSocketPortTests {
  typealias Reception = PacketSocketOptions.Reception
  static let receptions: [Reception] = [.ring, .messages]

  func pair(
    _ lab: borrowing NetworkLab, _ reception: Reception
  ) throws -> (a: PacketSocketPort, b: PacketSocketPort) {
    try lab.makeVeth()
    let a = try open("veth0", lab, reception)
    let b = try open("veth1", lab, reception)
    #expect(b.reception == reception)
    return (a, b)
  }

  func open(
    _ name: String, _ lab: borrowing NetworkLab, _ reception: Reception = .automatic
  ) throws -> PacketSocketPort {
    try PacketSocketPort.open(
      PacketSocketOptions(name: name, namespace: lab.namespace, reception: reception))
  }

  @Test(arguments: [1, 2, 31, 32], receptions)
  func carriesBursts(count: Int, reception: Reception) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, reception)
    var bench = Bench()
    for round in 0..<3 {
      let frames = (0..<count).map { Frames.plain(payload: 46 + 40 * $0, seed: UInt8($0 + round)) }
      let sent = bench.send(frames, to: a)
      #expect(sent == Array(repeating: .sent, count: count))
      let received = try bench.receive(from: b, expecting: count)
      #expect(received.frames.map(\.bytes) == frames)
      #expect(received.outcome == .drained)
    }
    let own = try bench.receive(from: a)
    #expect(own.frames == [])
    #expect(try framesSentPastAnotherSocket(a, lab) == [])
    #expect(b.receiveLosses == ReceiveLosses())
  }

  /// What a second socket on the device sees when the first one sends: what leaves is not what arrives.
  func framesSentPastAnotherSocket(
    _ port: PacketSocketPort, _ lab: borrowing NetworkLab
  ) throws -> [Bench.Frame] {
    let other = try open("veth0", lab)
    var bench = Bench()
    _ = bench.send([Frames.plain(payload: 99)], to: port)
    return try bench.receive(from: other).frames
  }

  @Test(
    arguments: [
      [0x81, 0x00, 0x20, 0x05], [0x88, 0xa8, 0x0f, 0xff], [0x88, 0xa8, 0x00, 0x02, 0x81, 0x00, 0x00, 0x03],
      [0x81, 0x00, 0x00, 0x00],
    ] as [[UInt8]], receptions)
  func keepsTags(tags: [UInt8], reception: Reception) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, reception)
    var bench = Bench()
    let plain = Bench.Frame(bytes: Frames.plain(payload: 100, tags: tags))
    let large = LargeFrames.tcp4(payload: 9000, segment: 1448, tags: tags)
    let sent = bench.send([plain, large], to: a)
    #expect(sent == [.sent, .sent])
    let received = try bench.receive(from: b, expecting: 2)
    #expect(received.frames == [plain, large])
  }

  @Test(arguments: receptions)
  func goesOnBehindAFrameThatCannotBeSent(reception: Reception) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, reception)
    var bench = Bench()
    let good = Frames.plain(payload: 100)
    var odd = LargeFrames.tcp4(payload: 3000, segment: 1448)
    odd.offload.checksumOffset = 60_000
    let sent = bench.send(
      [
        .init(bytes: good), .init(bytes: Frames.plain(payload: 1501)), .init(bytes: [1, 2, 3]), odd,
        .init(bytes: good),
      ], to: a)
    #expect(sent == [.sent, .tooLong, .refused, .refused, .sent])
    let received = try bench.receive(from: b, expecting: 2)
    #expect(received.frames.map(\.bytes) == [good, good])
  }

  @Test(arguments: receptions)
  func comesBackWithTheLink(reception: Reception) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, reception)
    var bench = Bench()
    try lab.ip("link set veth0 down")
    let failed = try bench.receive(from: a)
    #expect(failed.outcome == .failed(ENETDOWN))
    let quiet = try bench.receive(from: a)
    #expect(quiet.outcome == .drained)
    let down = bench.send([Frames.plain(payload: 64), Frames.plain(payload: 64)], to: a)
    #expect(down == [.down, .down])
    try lab.ip("link set veth0 up")
    let up = bench.send([Frames.plain(payload: 64)], to: a)
    #expect(up == [.sent])
    let there = try bench.receive(from: b, expecting: 1)
    #expect(there.frames.count == 1)
    // The kernel tells the other end a little later that there is a carrier again, and drops what it sends before.
    try lab.run("timeout 10 sh -c 'until ip link show veth1 | grep -q \"state UP\"; do :; done'")
    let sent = bench.send([Frames.plain(payload: 65)], to: b)
    #expect(sent == [.sent])
    let back = try bench.receive(from: a, expecting: 1)
    #expect(back.frames.map(\.bytes.count) == [79])
  }

  @Test(arguments: receptions)
  func failsWhenTheDeviceIsGone(reception: Reception) throws {
    let lab = try NetworkLab()
    let (a, _) = try pair(lab, reception)
    var bench = Bench()
    try lab.ip("link del veth0")
    let sent = bench.send([Frames.plain(payload: 64)], to: a)
    #expect(sent == [.down])
    let received = try bench.receive(from: a)
    #expect(received.outcome == .failed(ENETDOWN))
    let again = try bench.receive(from: a)
    #expect(again.outcome == .drained)
    var epoll = try Epoll()
    if let descriptor = a.queues[0].descriptor { try epoll.add(descriptor, tag: 1) }
    let ready = epoll.wait(timeoutMilliseconds: 0)
    #expect(ready == 0)
  }

  @Test func countsWhatTheKernelDropped() throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, .messages)
    #expect(clinux_set_option(try #require(b.queues[0].descriptor), SOL_SOCKET, SO_RCVBUF, 4096) == 0)
    var bench = Bench()
    for _ in 0..<4 { _ = bench.send((0..<32).map { _ in Frames.plain(payload: 1000) }, to: a) }
    let received = try bench.receive(from: b)
    let losses = b.receiveLosses
    #expect(losses.queueOverflows > 0)
    #expect(Int(losses.queueOverflows) + received.frames.count == 128)
    #expect(b.receiveLosses == losses)
  }

  @Test func countsWhatTheRingHadNoSlotFor() throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, .ring)
    var bench = Bench()
    for _ in 0..<66 { _ = bench.send((0..<32).map { _ in Frames.plain(payload: 64) }, to: a) }
    let received = try bench.receive(from: b)
    #expect(received.frames.count == 2048)
    #expect(b.receiveLosses == ReceiveLosses(queueOverflows: 64))
    let next = bench.send([Frames.plain(payload: 65)], to: a)
    #expect(next == [.sent])
    let after = try bench.receive(from: b, expecting: 1)
    #expect(after.frames.map(\.bytes.count) == [79])
  }

  @Test func countsALargeFrameThatTheQueueHadNoRoomFor() throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, .ring)
    #expect(clinux_set_option(try #require(b.queues[0].descriptor), SOL_SOCKET, SO_RCVBUF, 4096) == 0)
    var bench = Bench()
    let large = LargeFrames.tcp4(payload: 30_000, segment: 1448)
    let small = Bench.Frame(bytes: Frames.plain(payload: 64))
    let sent = bench.send([large, large, small, large], to: a)
    #expect(sent == [.sent, .sent, .sent, .sent])
    let received = try bench.receive(from: b, expecting: 2)
    #expect(received.frames == [large, small])
    #expect(b.receiveLosses == ReceiveLosses(queueOverflows: 2))
  }

  @Test func goesRoundTheRing() throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, .ring)
    var bench = Bench()
    for round in 0..<70 {
      let frames = (0..<32).map { Frames.plain(payload: 46 + $0, seed: UInt8($0 + round)) }
      _ = bench.send(frames, to: a)
      let received = try bench.receive(from: b, expecting: 32)
      #expect(received.frames.map(\.bytes) == frames)
    }
    #expect(b.receiveLosses == ReceiveLosses())
  }

  @Test(arguments: receptions)
  func keepsTheOrderOfShortAndLargeFrames(reception: Reception) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, reception)
    var bench = Bench()
    let frames = [64, 9000, 100, 20_000, 60_000, 200, 1400, 3000].map { payload in
      payload < 1500
        ? Bench.Frame(bytes: Frames.plain(payload: payload))
        : LargeFrames.tcp4(payload: payload, segment: 1448)
    }
    for _ in 0..<3 {
      let sent = bench.send(frames, to: a)
      #expect(sent == Array(repeating: .sent, count: frames.count))
      let received = try bench.receive(from: b, expecting: frames.count)
      #expect(received.frames == frames)
    }
    #expect(b.receiveLosses == ReceiveLosses())
  }

  /// A device with long frames gets no ring unless it must have one, and works with it.
  @Test(arguments: [(Reception.automatic, "mmsg"), (.ring, "ring"), (.messages, "mmsg")])
  func carriesLongFrames(reception: Reception, used: String) throws {
    let lab = try NetworkLab()
    try lab.makeVeth()
    try lab.ip("link set veth0 mtu 9000")
    try lab.ip("link set veth1 mtu 9000")
    let (a, b) = (try open("veth0", lab, reception), try open("veth1", lab, reception))
    #expect(b.report().facts == ["io": used])
    var bench = Bench()
    // Around the longest that a slot holds.
    let frames = [9000, 1900, 1954, 1955, 1956, 1957, 1958, 1959, 2034, 46].map { Frames.plain(payload: $0) }
    _ = bench.send(frames, to: a)
    let received = try bench.receive(from: b, expecting: frames.count)
    #expect(received.frames.map(\.bytes) == frames)
  }

  @Test func takesARingForShortFrames() throws {
    let lab = try NetworkLab()
    try lab.makeVeth()
    #expect(try open("veth0", lab).reception == .ring)
  }

  /// The header lies in front of the frame where there is room for it, and elsewhere where tags have taken it.
  @Test(arguments: [128, 10, 9, 0]) func sendsWithAnyHeadroom(left: Int) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, .ring)
    var bench = Bench()
    let large = LargeFrames.tcp4(payload: 9000, segment: 1448)
    let frames = [large, .init(bytes: Frames.plain(payload: 200))]
    let sent = bench.send(frames, to: a, headroom: left)
    #expect(sent == [.sent, .sent])
    let received = try bench.receive(from: b, expecting: 2)
    #expect(received.frames == frames)
  }

  @Test func explainsAMissingDevice() {
    let error = #expect(throws: SysError.self) {
      try PacketSocketPort.open(PacketSocketOptions(name: "apusnone0"))
    }
    #expect(
      error?.description
        == "apusnone0: SIOCGIFINDEX failed: No such device ('ip link' shows those that are there)"
    )
  }
}
