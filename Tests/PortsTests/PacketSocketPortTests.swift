import Bytes
import CLinux
import Glibc
@testable import Ports
import Sys
import TestKit
import Testing

@Suite(.enabled(if: NetworkLab.isAvailable, "needs root"))
struct PacketSocketPortTests {
  func pair(_ lab: borrowing NetworkLab) throws -> (a: PacketSocketPort, b: PacketSocketPort) {
    try lab.makeVeth()
    let a = try PacketSocketPort.open(PacketSocketOptions(name: "veth0", namespace: lab.namespace))
    let b = try PacketSocketPort.open(PacketSocketOptions(name: "veth1", namespace: lab.namespace))
    return (a, b)
  }

  @Test(arguments: [1, 2, 31, 32])
  func carriesBursts(count: Int) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab)
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
    let other = try PacketSocketPort.open(PacketSocketOptions(name: "veth0", namespace: lab.namespace))
    var bench = Bench()
    _ = bench.send([Frames.plain(payload: 99)], to: port)
    return try bench.receive(from: other).frames
  }

  @Test(
    arguments: [
      [0x81, 0x00, 0x20, 0x05], [0x88, 0xa8, 0x0f, 0xff], [0x88, 0xa8, 0x00, 0x02, 0x81, 0x00, 0x00, 0x03],
      [0x81, 0x00, 0x00, 0x00],
    ] as [[UInt8]])
  func keepsTags(tags: [UInt8]) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab)
    var bench = Bench()
    let plain = Bench.Frame(bytes: Frames.plain(payload: 100, tags: tags))
    let large = LargeFrames.tcp4(payload: 9000, segment: 1448, tags: tags)
    let sent = bench.send([plain, large], to: a)
    #expect(sent == [.sent, .sent])
    let received = try bench.receive(from: b, expecting: 2)
    #expect(received.frames == [plain, large])
  }

  @Test func goesOnBehindAFrameThatCannotBeSent() throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab)
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

  @Test func comesBackWithTheLink() throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab)
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
    let sent = bench.send([Frames.plain(payload: 65)], to: b)
    #expect(sent == [.sent])
    let back = try bench.receive(from: a, expecting: 1)
    #expect(back.frames.map(\.bytes.count) == [79])
  }

  @Test func failsWhenTheDeviceIsGone() throws {
    let lab = try NetworkLab()
    let (a, _) = try pair(lab)
    var bench = Bench()
    try lab.ip("link del veth0")
    let sent = bench.send([Frames.plain(payload: 64)], to: a)
    #expect(sent == [.down])
    let received = try bench.receive(from: a)
    #expect(received.outcome == .failed(ENETDOWN))
    let again = try bench.receive(from: a)
    #expect(again.outcome == .drained)
    var epoll = try Epoll()
    if let descriptor = a.descriptor { try epoll.add(descriptor, tag: 1) }
    let ready = epoll.wait(timeoutMilliseconds: 0)
    #expect(ready == 0)
  }

  @Test func countsWhatTheKernelDropped() throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab)
    #expect(clinux_set_option(try #require(b.descriptor), SOL_SOCKET, SO_RCVBUF, 4096) == 0)
    var bench = Bench()
    for _ in 0..<4 { _ = bench.send((0..<32).map { _ in Frames.plain(payload: 1000) }, to: a) }
    let received = try bench.receive(from: b)
    let losses = b.receiveLosses
    #expect(losses.queueOverflows > 0)
    #expect(Int(losses.queueOverflows) + received.frames.count == 128)
    #expect(b.receiveLosses == losses)
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
