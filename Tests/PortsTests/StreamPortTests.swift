// Memory: paths are passed to C for the time of a call.
import Bytes
import Glibc
@testable import Ports
import Synchronization
import Sys
import TestKit
import Testing

@Suite struct StreamPortTests {
  static let frames = (0..<8).map { Frames.plain(payload: 46 + 100 * $0, seed: UInt8($0)) }

  @Test func carriesFramesBothWays() throws {
    let path = TemporaryFile("stream-both").path
    let port = try StreamPort.listen(at: path, owner: nil)
    #expect(port.peer == .waiting("nobody has connected to \(path) yet"))
    let peer = try StreamPeer(connectingTo: path)
    peer.say(StreamPeer.stream(Self.frames))
    var bench = Bench()
    let received = try bench.receive(from: port, expecting: Self.frames.count)
    #expect(received.frames.map(\.bytes) == Self.frames)
    #expect(received.outcome == .drained)
    #expect(port.peer == .connected)
    let outcomes = bench.send(Self.frames, to: port)
    #expect(outcomes == Array(repeating: .sent, count: Self.frames.count))
    let heard = peer.hear()
    #expect(heard == Self.frames)
  }

  /// Whatever the pieces are in which bytes come, the frames are the same.
  @Test(arguments: 0..<20)
  func putsFramesTogether(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let path = TemporaryFile("stream-pieces-\(seed)").path
    let port = try StreamPort.listen(at: path, owner: nil)
    let peer = try StreamPeer(connectingTo: path)
    let frames = (0..<60).map { _ in
      let length =
        Bool.random(using: &random)
        ? Int.random(in: 0...100, using: &random)
        : Int.random(in: 100...9000, using: &random)
      return (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
    var bytes = StreamPeer.stream(frames)[...]
    var bench = Bench()
    var received: [[UInt8]] = []
    while !bytes.isEmpty {
      let piece = bytes.prefix(Int.random(in: 1...20_000, using: &random))
      bytes = bytes.dropFirst(piece.count)
      #expect(peer.say(Array(piece)))
      received += try bench.receive(from: port).frames.map(\.bytes)
    }
    #expect(received == frames)
  }

  /// What does not fit into one batch makes the port readable until it is taken.
  @Test func keepsWhatABatchHasNoRoomFor() throws {
    let path = TemporaryFile("stream-many").path
    let port = try StreamPort.listen(at: path, owner: nil)
    let peer = try StreamPeer(connectingTo: path)
    let frames = (0..<70).map { Frames.plain(payload: 46, seed: UInt8($0)) }
    peer.say(StreamPeer.stream(frames))
    var pool = PacketPool(capacity: 128)
    var batch = PacketBatch()
    var epoll = try Epoll()
    try epoll.add(try #require(port.descriptor), tag: 0)
    var received: [[UInt8]] = []
    for expected in [32, 32, 6] {
      let ready = epoll.wait(timeoutMilliseconds: 1000)
      #expect(ready == 1)
      _ = port.receive(into: &batch, from: &pool)
      #expect(batch.count == expected)
      for i in 0..<batch.count {
        received.append(batch[i].array)
        pool.give(batch[i])
      }
      batch.removeAll()
    }
    #expect(received == frames)
    let ready = epoll.wait(timeoutMilliseconds: 0)
    #expect(ready == 0)
  }

  @Test func tellsWhoComesAndGoes() throws {
    let path = TemporaryFile("stream-life").path
    let port = try StreamPort.listen(at: path, owner: nil)
    let counter = Counter()
    port.onPeerChange { counter.add() }
    var bench = Bench()
    for round in 0..<3 {
      let peer = try StreamPeer(connectingTo: path)
      // Half a frame, which nobody may take for the begin of the next one's.
      peer.say(StreamPeer.stream([Self.frames[0]]) + [0, 0, 9])
      let received = try bench.receive(from: port, expecting: 1)
      #expect(received.frames.map(\.bytes) == [Self.frames[0]])
      #expect(port.peer == .connected)
      #expect(bench.send([Self.frames[1]], to: port) == [.sent])
      #expect(peer.hear() == [Self.frames[1]])
      peer.close()
      let last = try bench.receive(from: port)
      #expect(last.outcome == .drained)
      #expect(port.peer == .gone("the other end closed the connection"))
      #expect(bench.send([Self.frames[2]], to: port) == [.down])
      #expect(counter.value == 2 * (round + 1))
    }
  }

  @Test func dealsWithOneAtATime() throws {
    let path = TemporaryFile("stream-two").path
    let port = try StreamPort.listen(at: path, owner: nil)
    var bench = Bench()
    let first = try StreamPeer(connectingTo: path)
    first.say(StreamPeer.stream([Self.frames[0]]))
    _ = try bench.receive(from: port, expecting: 1)
    let second = try StreamPeer(connectingTo: path)
    second.say(StreamPeer.stream([Self.frames[1]]))
    #expect(try bench.receive(from: port).frames.isEmpty)
    // He who waits is no reason to look at the port all the time.
    var epoll = try Epoll()
    try epoll.add(try #require(port.descriptor), tag: 0)
    let ready = epoll.wait(timeoutMilliseconds: 0)
    #expect(ready == 0)
    first.close()
    _ = try bench.receive(from: port)
    let received = try bench.receive(from: port, expecting: 1)
    #expect(received.frames.map(\.bytes) == [Self.frames[1]])
  }

  @Test(arguments: [65_558, 1 << 24, Int(UInt32.max)])
  func endsAConnectionThatLies(length: Int) throws {
    let path = TemporaryFile("stream-lie-\(length)").path
    let port = try StreamPort.listen(at: path, owner: nil)
    let peer = try StreamPeer(connectingTo: path)
    let claim = (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    peer.say(StreamPeer.stream([Self.frames[0]]) + claim + [1, 2, 3])
    var bench = Bench()
    let received = try bench.receive(from: port, expecting: 1)
    #expect(received.frames.map(\.bytes) == [Self.frames[0]])
    #expect(port.peer == .gone("it sent a frame of \(length) bytes; the longest has 65557"))
    #expect(!peer.say([1]))
    let next = try StreamPeer(connectingTo: path)
    next.say(StreamPeer.stream([Self.frames[1]]))
    #expect(try bench.receive(from: port, expecting: 1).frames.map(\.bytes) == [Self.frames[1]])
  }

  /// A peer that reads slowly gets whole frames, all of those that were counted as sent.
  @Test func staysInOrderWhenTheStreamIsFull() throws {
    let path = TemporaryFile("stream-full").path
    let port = try StreamPort.listen(at: path, owner: nil)
    let peer = try StreamPeer(connectingTo: path)
    var bench = Bench()
    peer.say(StreamPeer.stream([Self.frames[0]]))
    _ = try bench.receive(from: port, expecting: 1)
    var sent: [[UInt8]] = []
    var heard: [[UInt8]] = []
    var refused = 0
    for round in 0..<40 {
      let frames = (0..<32).map {
        Frames.plain(payload: 40_000 + 512 * $0, seed: UInt8(truncatingIfNeeded: round + $0))
      }
      for (frame, outcome) in zip(frames, bench.send(frames, to: port)) {
        if outcome == .sent { sent.append(frame) } else { refused += 1 }
        #expect(outcome == .sent || outcome == .queueFull)
      }
      if round % 4 == 3 { heard += peer.hear() }
      // The worker is told of room by the port's descriptor, and calls this.
      _ = try bench.receive(from: port)
    }
    for _ in 0..<100 where heard.count < sent.count {
      heard += peer.hear()
      _ = try bench.receive(from: port)
    }
    #expect(refused > 0)
    #expect(heard == sent)
    #expect(peer.leftover == 0)
  }

  @Test func asksForRoomOnlyWhileItNeedsSome() throws {
    let path = TemporaryFile("stream-room").path
    let port = try StreamPort.listen(at: path, owner: nil)
    let peer = try StreamPeer(connectingTo: path)
    var bench = Bench()
    _ = try bench.receive(from: port)
    var epoll = try Epoll()
    try epoll.add(try #require(port.descriptor), tag: 0)
    let idle = epoll.wait(timeoutMilliseconds: 0)
    #expect(idle == 0)
    let frames = (0..<32).map { _ in Frames.plain(payload: 60_000) }
    while bench.send(frames, to: port).last == .sent {}
    let full = epoll.wait(timeoutMilliseconds: 0)
    #expect(full == 0)
    var heard = 0
    for _ in 0..<100 {
      heard += peer.hear().count
      _ = try bench.receive(from: port)
    }
    #expect(heard > 0)
    let empty = epoll.wait(timeoutMilliseconds: 0)
    #expect(empty == 0)
  }

  // MARK: Where the socket is

  @Test func leavesWhatBelongsToOthersAlone() throws {
    let file = TemporaryFile("stream-file", [1, 2, 3])
    #expect(throws: SysError(call: "bind", subject: file.path, errno: EADDRINUSE)) {
      try StreamPort.listen(at: file.path, owner: nil)
    }
    var status = stat()
    #expect(unsafe stat(file.path, &status) == 0 && status.st_size == 3)

    let path = TemporaryFile("stream-used").path
    let port = try StreamPort.listen(at: path, owner: nil)
    #expect(throws: SysError(call: "bind", subject: path, errno: EADDRINUSE)) {
      try StreamPort.listen(at: path, owner: nil)
    }
    withExtendedLifetime(port) {}
  }

  @Test func takesThePlaceOfOneThatIsGone() throws {
    let path = TemporaryFile("stream-stale").path
    do {
      let address = try UnixAddress(path)
      _ = try UnixSocket.bound(.stream, to: address, owner: nil)
    }
    let isThere = unsafe access(path, F_OK) == 0
    #expect(isThere)
    do {
      let port = try StreamPort.listen(at: path, owner: nil)
      let peer = try StreamPeer(connectingTo: path)
      peer.say(StreamPeer.stream([Self.frames[0]]))
      var bench = Bench()
      #expect(try bench.receive(from: port, expecting: 1).frames.count == 1)
    }
    let isGone = unsafe access(path, F_OK) != 0
    #expect(isGone)
  }

  @Test func isForItsOwnerAlone() throws {
    let path = TemporaryFile("stream-owner").path
    let port = try StreamPort.listen(at: path, owner: getuid() == 0 ? 1234 : getuid())
    var status = stat()
    #expect(unsafe stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(status.st_uid == (getuid() == 0 ? 1234 : getuid()))
    withExtendedLifetime(port) {}
  }

  // MARK: As client

  @Test func connectsToWhoeverListens() throws {
    let path = TemporaryFile("stream-client").path
    #expect(throws: SysError(call: "connect", subject: path, errno: ENOENT)) {
      try StreamPort.connect(to: path)
    }
    let listener = try UnixSocket.bound(.stream, to: UnixAddress(path), owner: nil)
    let port = try StreamPort.connect(to: path)
    let peer = try StreamPeer(acceptedFrom: listener)
    var bench = Bench()
    #expect(bench.send([Self.frames[0]], to: port) == [.sent])
    #expect(peer.hear() == [Self.frames[0]])
    peer.say(StreamPeer.stream([Self.frames[1]]))
    #expect(try bench.receive(from: port, expecting: 1).frames.map(\.bytes) == [Self.frames[1]])
    peer.close()
    let last = try bench.receive(from: port)
    #expect(last.outcome == .failed(ENOTCONN))
    _ = unsafe unlink(path)
  }
}

/// Counts calls from any thread.
private final class Counter: Sendable {
  private let count = Atomic(0)
  func add() { count.add(1, ordering: .relaxed) }
  var value: Int { count.load(ordering: .relaxed) }
}
