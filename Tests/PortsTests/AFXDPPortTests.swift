import Bytes
import CLinux
import Glibc
@testable import Ports
import Sys
import TestKit
import Testing

@Suite(.enabled(if: NetworkLab.isAvailable, "needs root"))
struct AFXDPPortTests {
  static let modes: [AFXDPOptions.Mode] = [.native, .generic]

  /// The port on `veth0`, and a packet socket on the other end as its counterpart.
  func pair(
    _ lab: borrowing NetworkLab, _ mode: AFXDPOptions.Mode, mtu: Int = 1500
  ) throws -> (a: AFXDPPort, b: PacketSocketPort) {
    try lab.makeVeth(mtu: mtu)
    // A packet socket's frames would carry tags beside them.
    try lab.run("ethtool -K veth1 tx off txvlan off > /dev/null")
    let a = try AFXDPPort.open(AFXDPOptions(name: "veth0", namespace: lab.namespace, mode: mode))
    let b = try PacketSocketPort.open(PacketSocketOptions(name: "veth1", namespace: lab.namespace))
    return (a, b)
  }

  @Test(arguments: modes, [1, 31, 32])
  func carriesBursts(mode: AFXDPOptions.Mode, count: Int) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, mode)
    #expect(a.mode == mode)
    var bench = Bench()
    // More than there are chunks: each is used again.
    for round in 0..<80 {
      let frames = (0..<count).map { Frames.plain(payload: 46 + 40 * $0, seed: UInt8($0 + round)) }
      let sent = bench.send(frames, to: a)
      #expect(sent == Array(repeating: .sent, count: count))
      let there = try bench.receive(from: b, expecting: count)
      try #require(there.frames.map(\.bytes) == frames)
      let answered = bench.send(frames, to: b)
      #expect(answered == Array(repeating: .sent, count: count))
      let back = try bench.receive(from: a, expecting: count)
      try #require(back.frames.map(\.bytes) == frames)
      #expect(back.outcome == .drained)
    }
    #expect(a.receiveLosses == ReceiveLosses())
    // What has left is back: nothing is on its way, and nothing was lost.
    let available = bench.pool.available
    #expect(available == 128)
  }

  @Test(
    arguments: modes,
    [
      [0x81, 0x00, 0x20, 0x05], [0x88, 0xa8, 0x0f, 0xff], [0x88, 0xa8, 0x00, 0x02, 0x81, 0x00, 0x00, 0x03],
    ] as [[UInt8]])
  func keepsTags(mode: AFXDPOptions.Mode, tags: [UInt8]) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, mode)
    var bench = Bench()
    let frame = Frames.plain(payload: 100, tags: tags)
    for (from, to) in [(a, b), (b, a)] as [(any Port, any Port)] {
      let sent = bench.send([frame], to: from)
      #expect(sent == [.sent])
      let received = try bench.receive(from: to, expecting: 1)
      #expect(received.frames.map(\.bytes) == [frame])
    }
  }

  @Test(arguments: modes)
  func goesOnBehindAFrameThatCannotBeSent(mode: AFXDPOptions.Mode) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, mode)
    var bench = Bench()
    let good = Frames.plain(payload: 100)
    let sent = bench.send([good, Frames.plain(payload: 1501), [1, 2, 3], good], to: a)
    #expect(sent == [.sent, .tooLong, .refused, .sent])
    let received = try bench.receive(from: b, expecting: 2)
    #expect(received.frames.map(\.bytes) == [good, good])
  }

  /// The longest packet of native mode on a veth, and of all modes.
  @Test(arguments: [(AFXDPOptions.Mode.native, 3498), (.generic, AFXDPPort.largestMTU)])
  func carriesTheLongestFrames(mode: AFXDPOptions.Mode, mtu: Int) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, mode, mtu: mtu)
    var bench = Bench()
    for tags in [[], [0x81, 0x00, 0x00, 0x05]] as [[UInt8]] {
      let frame = Frames.plain(payload: mtu, tags: tags)
      let sent = bench.send([frame], to: a)
      #expect(sent == [.sent])
      let there = try bench.receive(from: b, expecting: 1)
      #expect(there.frames.map(\.bytes) == [frame])
      let answered = bench.send([frame], to: b)
      #expect(answered == [.sent])
      let back = try bench.receive(from: a, expecting: 1)
      #expect(back.frames.map(\.bytes) == [frame])
    }
  }

  struct Refusal: CustomTestStringConvertible {
    var testDescription: String
    var mode = AFXDPOptions.Mode.bestEffort
    var mtu = 1500
    var queues = 1
    var errno: CInt
    var text: String
  }

  @Test(arguments: [
    Refusal(
      testDescription: "MTU above all", mtu: 3819, errno: EMSGSIZE,
      text: "veth0: AF_XDP failed: Message too long "
        + "(the device's MTU is above 3818, the most that an afxdp port carries)"),
    Refusal(
      testDescription: "MTU above native", mode: .native, mtu: 3818, errno: ERANGE,
      text:
        "veth0: BPF_LINK_CREATE failed: Numerical result out of range (native XDP does not take so large an MTU; "
        + "on a veth it is that of the far end, about 3500 at most; options:xdp-mode=generic takes more)"),
    Refusal(
      testDescription: "zero copy", mode: .nativeZeroCopy, errno: EOPNOTSUPP,
      text: "veth0: bind(AF_XDP) failed: Operation not supported "
        + "(the driver does not read and write frames itself; use options:xdp-mode=native)"),
    Refusal(
      testDescription: "queues", queues: 2, errno: EINVAL,
      text:
        "veth0: bind(AF_XDP) failed: Invalid argument (the device has fewer queues than options:n_rxq says)"),
  ])
  func explains(_ row: Refusal) throws {
    let lab = try NetworkLab()
    try lab.makeVeth(mtu: row.mtu)
    var options = AFXDPOptions(name: "veth0", namespace: lab.namespace, mode: row.mode)
    options.queues = row.queues
    let settled = options
    let error = #expect(throws: SysError.self) { try AFXDPPort.open(settled) }
    #expect(error?.errno == row.errno)
    #expect(error?.description == row.text)
    // Nothing of it is left.
    let port = try? reopen(AFXDPOptions(name: "veth0", namespace: lab.namespace))
    #expect((port == nil) == (row.mtu > AFXDPPort.largestMTU))
  }

  @Test func takesGenericWhereNativeIsRefused() throws {
    let lab = try NetworkLab()
    try lab.makeVeth(mtu: 3600)
    let port = try AFXDPPort.open(AFXDPOptions(name: "veth0", namespace: lab.namespace))
    #expect(port.mode == .generic)
    #expect(port.report().facts == ["xdp-mode": "generic"])
  }

  /// Opens a port on a device that had one just before. Other tests start programs, and what they fork has this
  /// process's descriptors, and so the old port's program, for a moment.
  func reopen(_ options: AFXDPOptions) throws -> AFXDPPort {
    let end = ContinuousClock.now + .seconds(10)
    while true {
      do throws(SysError) {
        return try AFXDPPort.open(options)
      } catch {
        guard error.errno == EBUSY || error.errno == EEXIST, ContinuousClock.now < end else { throw error }
      }
    }
  }

  /// There is one XDP program on a device, and it goes with the port.
  @Test(arguments: modes, modes)
  func letsTheDeviceHaveOneProgram(first: AFXDPOptions.Mode, second: AFXDPOptions.Mode) throws {
    let lab = try NetworkLab()
    try lab.makeVeth()
    for _ in 0..<5 {
      let port = try reopen(AFXDPOptions(name: "veth0", namespace: lab.namespace, mode: first))
      let error = #expect(throws: SysError.self) {
        try AFXDPPort.open(AFXDPOptions(name: "veth0", namespace: lab.namespace, mode: second))
      }
      #expect(error?.errno == (first == second ? EBUSY : EEXIST))
      #expect(error?.description.contains("another XDP program is on the device") == true)
      #expect(port.mode == first)
    }
  }

  @Test func comesBackWithTheLink() throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, .native)
    var bench = Bench()
    var epoll = try Epoll()
    try epoll.add(try #require(a.queues[0].descriptor), tag: 1)
    try lab.ip("link set veth0 down")
    let quiet = try bench.receive(from: a)
    #expect(quiet.outcome == .drained)
    // Nothing is sent, and the worker is told that the device is no use.
    let down = bench.send([Frames.plain(payload: 64), Frames.plain(payload: 64)], to: a)
    #expect(down == [.down, .down])
    let ready = epoll.wait(timeoutMilliseconds: 10_000)
    #expect(ready == 1)
    let failed = try bench.receive(from: a)
    #expect(failed.outcome == .failed(ENETDOWN))
    let still = bench.send([Frames.plain(payload: 64)], to: a)
    #expect(still == [.down])
    let nothing = try bench.receive(from: b)
    #expect(nothing.frames == [])
  }

  /// The far end is down: the device drops what it is given, and each frame is accounted for.
  @Test(arguments: modes)
  func saysWhichFramesTheDeviceRefused(mode: AFXDPOptions.Mode) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, mode)
    var bench = Bench()
    let frames = (0..<32).map { Frames.plain(payload: 46 + $0) }
    try lab.ip("link set veth1 down")
    let refused = bench.send(frames, to: a)
    #expect(refused == Array(repeating: .refused, count: 32))
    let failed = try bench.receive(from: b)
    #expect(failed.outcome == .failed(ENETDOWN))
    try lab.ip("link set veth1 up")
    // The kernel tells the other end a little later that there is a carrier again, and drops what it sends before.
    try lab.run("timeout 10 sh -c 'until ip link show veth0 | grep -q \"state UP\"; do :; done'")
    let sent = bench.send(frames, to: a)
    #expect(sent == Array(repeating: .sent, count: 32))
    let received = try bench.receive(from: b, expecting: 32)
    #expect(received.frames.map(\.bytes) == frames)
  }

  @Test func survivesTheDevice() throws {
    let lab = try NetworkLab()
    let (a, _) = try pair(lab, .native)
    var bench = Bench()
    try lab.ip("link del veth0")
    let sent = bench.send([Frames.plain(payload: 64)], to: a)
    #expect(sent == [.down])
    let received = try bench.receive(from: a)
    #expect(received.outcome == .failed(ENXIO))
    #expect(a.report().warnings == [])
  }

  @Test(arguments: modes)
  func countsWhatTheKernelDropped(mode: AFXDPOptions.Mode) throws {
    let lab = try NetworkLab()
    let (a, b) = try pair(lab, mode)
    var bench = Bench()
    let rounds = XDPSocket.depth / 32 + 8
    for round in 1...rounds {
      _ = bench.send((0..<32).map { _ in Frames.plain(payload: 1000) }, to: b)
      // Otherwise the kernel's queue between the devices, which other tests share, would be full first.
      let end = ContinuousClock.now + .seconds(10)
      while a.xdpQueues[0].socket.received.count + Int(a.receiveLosses.total) < 32 * round,
        ContinuousClock.now < end
      {
        sched_yield()
      }
    }
    var received = 0
    while received < XDPSocket.depth {
      received += try bench.receive(from: a, expecting: 1).frames.count
    }
    #expect(received == XDPSocket.depth)
    #expect(a.receiveLosses == ReceiveLosses(queueOverflows: UInt64(rounds * 32 - XDPSocket.depth)))
  }

  /// A frame that no chunk has room for is lost with a reason, and the next one arrives.
  @Test func countsFramesThatAreTooLong() throws {
    let lab = try NetworkLab()
    try lab.makeVeth(mtu: 9000)
    try lab.run("ethtool -K veth1 tx off txvlan off > /dev/null")
    try lab.ip("link set veth0 mtu 1500")
    let a = try AFXDPPort.open(AFXDPOptions(name: "veth0", namespace: lab.namespace))
    #expect(a.mode == .generic)
    try lab.ip("link set veth0 mtu 9000")
    let b = try PacketSocketPort.open(PacketSocketOptions(name: "veth1", namespace: lab.namespace))
    var bench = Bench()
    let good = Frames.plain(payload: 100)
    let sent = bench.send([Frames.plain(payload: 5000), good], to: b)
    #expect(sent == [.sent, .sent])
    let received = try bench.receive(from: a, expecting: 1)
    #expect(received.frames.map(\.bytes) == [good])
    #expect(a.receiveLosses == ReceiveLosses(tooLong: 1))
    // Whoever enlarges the MTU while the port is there does not make chunks longer.
    a.noteMTU(9000)
    #expect(a.packetLimit == AFXDPPort.largestMTU)
    let tooLong = bench.send([Frames.plain(payload: 3819)], to: a)
    #expect(tooLong == [.tooLong])
  }

  /// `veth0` with two receive queues and `sending` transmit queues, and a packet socket on the other end, whose connections
  /// choose by which of `veth0`'s queues their frames come.
  func wideVeth(_ lab: borrowing NetworkLab, sending: Int) throws -> PacketSocketPort {
    let near = "veth0 numrxqueues 2 numtxqueues \(sending)"
    try lab.ip("link add \(near) type veth peer name veth1 numrxqueues \(sending) numtxqueues 2")
    try lab.run("ethtool -L veth0 rx 2 tx \(sending)")
    try lab.run("ethtool -L veth1 rx \(sending) tx 2")
    try lab.run("ethtool -K veth1 tx off txvlan off > /dev/null")
    try lab.ip("link set veth0 up")
    try lab.ip("link set veth1 up")
    return try PacketSocketPort.open(PacketSocketOptions(name: "veth1", namespace: lab.namespace))
  }

  static let connections = (0..<32).map { flow in
    TestFrame(.ipv4(.init(.udp(.init(source: 1000 + UInt16(flow), destination: 53, payload: [1]))))).bytes
  }

  /// What has come by each queue of `port` when there are `count` frames in all.
  func receive(_ count: Int, fromAllOf port: AFXDPPort) throws -> [[[UInt8]]] {
    var bench = Bench()
    var epoll = try Epoll()
    for (number, queue) in port.queues.enumerated() {
      try epoll.add(try #require(queue.descriptor), tag: UInt64(number))
    }
    var frames = [[[UInt8]]](repeating: [], count: port.queues.count)
    while frames.joined().count < count {
      let ready = epoll.wait(timeoutMilliseconds: 10_000)
      guard ready > 0 else { break }
      for i in 0..<ready {
        let number = Int(epoll[i].tag)
        frames[number] += try bench.receive(fromQueue: port.queues[number]).frames.map(\.bytes)
      }
    }
    return frames
  }

  /// Without `n_rxq` what comes by the second queue goes to the host, and the port says so.
  @Test func saysThatQueuesAreNotServed() throws {
    let lab = try NetworkLab()
    let b = try wideVeth(lab, sending: 2)
    let one = try AFXDPPort.open(AFXDPOptions(name: "veth0", namespace: lab.namespace))
    let warnings = one.report().warnings
    #expect(warnings.count == 1 && warnings.allSatisfy { $0.contains("options:n_rxq=2") }, "\(warnings)")
    var bench = Bench()
    _ = bench.send(Self.connections, to: b)
    // The rest went to the host, which does not say so: what is there now is all there will be.
    let some = try bench.receive(from: one, expecting: 1)
    #expect((1..<32).contains(some.frames.count))
  }

  /// Frames of both queues arrive, those of a connection by one, and what is sent by each leaves, also where the device has
  /// a single queue for sending.
  @Test(arguments: [2, 1]) func servesSeveralQueues(sending: Int) throws {
    let lab = try NetworkLab()
    let b = try wideVeth(lab, sending: sending)
    var options = AFXDPOptions(name: "veth0", namespace: lab.namespace)
    options.queues = 2
    let settled = options
    let both = try reopen(settled)
    #expect(both.queues.count == 2)
    #expect(both.report() == PortReport(facts: ["xdp-mode": "native"]))
    var bench = Bench()
    var before: [Set<[UInt8]>]?
    for _ in 0..<3 {
      _ = bench.send(Self.connections, to: b)
      let received = try receive(32, fromAllOf: both)
      #expect(received.allSatisfy { !$0.isEmpty })
      #expect(received.joined().count == 32)
      let now = received.map { Set($0) }
      #expect(now[0].union(now[1]) == Set(Self.connections))
      #expect(before == nil || before == now)
      before = now
    }
    for queue in both.queues {
      let sent = bench.send(Self.connections, toQueue: queue)
      #expect(sent == Array(repeating: .sent, count: 32))
      let back = try bench.receive(from: b, expecting: 32)
      #expect(back.frames.map(\.bytes) == Self.connections)
    }
    let frame = Frames.plain(payload: 1400)
    both.noteMTU(1300)
    for queue in both.queues {
      let sent = bench.send([frame], toQueue: queue)
      #expect(sent == [.tooLong])
    }
  }

  /// A port on a device that gives what it is sent to a queue, from which it leaves at 8 Mbit/s by `veth0`; and a packet
  /// socket on `veth1`, where it arrives. Frames that wait in the queue have not been given back by the kernel.
  func slowPair(_ lab: borrowing NetworkLab) throws -> (a: AFXDPPort, b: PacketSocketPort) {
    try lab.makeVeth()
    try lab.ip("link set veth0 txqueuelen 4000")
    try lab.run("tc qdisc add dev veth0 root handle 1: htb default 1")
    try lab.run("tc class add dev veth0 parent 1: classid 1:1 htb rate 8mbit burst 2k cburst 2k")
    try lab.ip("link add link veth0 name mac0 type macvlan mode bridge")
    try lab.ip("link set mac0 up")
    let a = try AFXDPPort.open(AFXDPOptions(name: "mac0", namespace: lab.namespace))
    let b = try PacketSocketPort.open(PacketSocketOptions(name: "veth1", namespace: lab.namespace))
    return (a, b)
  }

  /// What arrives at `b` until there are `count` frames, with `a` served as a worker does.
  func receive(_ count: Int, from b: PacketSocketPort, serving a: AFXDPPort) throws -> [[UInt8]] {
    var bench = Bench()
    var epoll = try Epoll()
    try epoll.add(try #require(a.queues[0].descriptor), tag: 1)
    try epoll.add(try #require(b.queues[0].descriptor), tag: 2)
    var frames: [[UInt8]] = []
    while frames.count < count {
      let ready = epoll.wait(timeoutMilliseconds: 10_000)
      guard ready > 0 else { break }
      for i in 0..<ready {
        if epoll[i].tag == 1 {
          let own = try bench.receive(from: a)
          #expect(own.outcome == .drained)
        } else {
          frames += try bench.receive(from: b).frames.map(\.bytes)
        }
      }
    }
    return frames
  }

  /// Chunks come back when the device is done with them, and while none is free frames are refused.
  @Test func refusesFramesWhileAllChunksAreOnTheirWay() throws {
    let lab = try NetworkLab()
    let (a, b) = try slowPair(lab)
    var bench = Bench()
    let frame = Frames.plain(payload: 500)
    var outcomes: [TransmitOutcome] = []
    // Some leave meanwhile, the more the slower this thread is.
    while !outcomes.contains(.queueFull), outcomes.count < 20 * XDPSocket.depth {
      outcomes += bench.send(Array(repeating: frame, count: 32), to: a)
    }
    let sent = outcomes.count { $0 == .sent }
    let refused = outcomes.count { $0 == .queueFull }
    #expect(refused > 0)
    #expect(sent >= XDPSocket.depth)
    #expect(sent + refused == outcomes.count)
    let received = try receive(sent, from: b, serving: a)
    #expect(received == Array(repeating: frame, count: sent))
    let again = bench.send([frame], to: a)
    #expect(again == [.sent])
  }

  /// What the kernel does not take at once leaves later, without another frame that pushes it.
  @Test func sendsWhatIsLeftLater() throws {
    let lab = try NetworkLab()
    let (a, b) = try slowPair(lab)
    #expect(clinux_set_option(a.xdpQueues[0].socket.descriptor.rawValue, SOL_SOCKET, SO_SNDBUF, 1) == 0)
    var bench = Bench()
    let frames = (0..<32).map { Frames.plain(payload: 500 + $0) }
    let sent = bench.send(frames, to: a)
    #expect(sent == Array(repeating: .sent, count: 32))
    #expect(a.xdpQueues[0].socket.hasLeftovers)
    let received = try receive(32, from: b, serving: a)
    #expect(received == frames)
    #expect(!a.xdpQueues[0].socket.hasLeftovers)
  }
}
