// Memory: buffers of Swift arrays are passed to C for the time of a call.
import Bytes
import CLinux
import Glibc
@testable import Ports
import Sys
import Testing

@Suite struct DatagramPortTests {
  static let frames = (0..<8).map { Frames.plain(payload: 46 + 100 * $0, seed: UInt8($0)) }

  @Test func carriesFramesBothWays() throws {
    let paths = (TemporaryFile("dgram-a").path, TemporaryFile("dgram-b").path)
    let one = try DatagramPort.open(local: paths.0, remote: paths.1, owner: nil)
    let other = try DatagramPort.open(local: paths.1, remote: paths.0, owner: nil)
    var bench = Bench()
    for (from, to) in [(one, other), (other, one)] {
      let sent = bench.send(Self.frames, to: from)
      #expect(sent == Array(repeating: .sent, count: Self.frames.count))
      let received = try bench.receive(from: to, expecting: Self.frames.count)
      #expect(received.frames.map(\.bytes) == Self.frames)
      #expect(received.outcome == .drained)
    }
  }

  @Test func dropsWhatNobodyTakes() throws {
    let paths = (TemporaryFile("dgram-alone").path, TemporaryFile("dgram-nobody").path)
    let port = try DatagramPort.open(local: paths.0, remote: paths.1, owner: nil)
    var bench = Bench()
    #expect(bench.send([Self.frames[0]], to: port) == [.down])
    let other = try DatagramPort.open(local: paths.1, remote: paths.0, owner: nil)
    #expect(bench.send([Self.frames[0]], to: port) == [.sent])
    withExtendedLifetime(other) {}
  }

  @Test func dropsWhatDoesNotFitTheQueue() throws {
    let paths = (TemporaryFile("dgram-full-a").path, TemporaryFile("dgram-full-b").path)
    let port = try DatagramPort.open(local: paths.0, remote: paths.1, owner: nil)
    let slow = try DatagramPort.open(local: paths.1, remote: paths.0, owner: nil)
    var bench = Bench()
    var sent = 0
    for _ in 0..<100 {
      let outcomes = bench.send(Array(repeating: Frames.plain(payload: 60_000), count: 32), to: port)
      sent += outcomes.count { $0 == .sent }
      if let refused = outcomes.first(where: { $0 != .sent }) {
        #expect(refused == .queueFull)
        break
      }
    }
    #expect(try bench.receive(from: slow).frames.count == sent)
  }

  /// One byte more than the longest frame: counted, and the next one is taken.
  @Test func countsDatagramsThatAreTooLong() throws {
    let paths = (TemporaryFile("dgram-long-a").path, TemporaryFile("dgram-long-b").path)
    let port = try DatagramPort.open(local: paths.0, remote: paths.1, owner: nil)
    let socket = try UnixSocket.make(.datagram)
    let address = try UnixAddress(paths.0)
    for bytes in [[UInt8](repeating: 1, count: Packet.maximumLength + 1), Self.frames[0]] {
      #expect(unsafe clinux_unix_send_to(socket.rawValue, address.address, bytes, bytes.count) == bytes.count)
    }
    var bench = Bench()
    #expect(try bench.receive(from: port).frames.map(\.bytes) == [Self.frames[0]])
    #expect(port.receiveLosses == ReceiveLosses(tooLong: 1))
  }

  @Test func leavesWhatBelongsToOthersAlone() throws {
    let file = TemporaryFile("dgram-file", [1, 2, 3])
    #expect(throws: SysError(call: "bind", subject: file.path, errno: EADDRINUSE)) {
      try DatagramPort.open(local: file.path, remote: "/tmp/x", owner: nil)
    }
    let isThere = unsafe access(file.path, F_OK) == 0
    #expect(isThere)
  }

  @Test(arguments: ["", String(repeating: "x", count: 108)])
  func refusesPathsThatNoSocketHas(path: String) {
    #expect(throws: SysError(call: "sockaddr_un", subject: path, errno: ENAMETOOLONG)) {
      try DatagramPort.open(local: path, remote: "/tmp/x", owner: nil)
    }
  }
}
