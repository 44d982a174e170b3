import Bytes
@testable import Ports
import Sys
import Testing

@Suite struct PcapPortTests {
  /// A classic capture file, big-endian, as the format's description (draft-ietf-opsawg-pcap) has it.
  static func capture(
    magic: UInt32 = 0xa1b2_c3d4, linkType: UInt32 = 1, _ records: [(UInt32, UInt32, [UInt8])]
  )
    -> [UInt8]
  {
    var writer = ByteWriter()
    writer.write(magic)
    writer.write(UInt16(2))
    writer.write(UInt16(4))
    writer.pad(8)
    writer.write(UInt32(262_144))
    writer.write(linkType)
    for (seconds, fraction, bytes) in records {
      writer.write(seconds)
      writer.write(fraction)
      writer.write(UInt32(bytes.count))
      writer.write(UInt32(bytes.count))
      writer.write(bytes)
    }
    return writer.bytes
  }

  static let frames = (0..<40).map { Frames.plain(payload: 46 + $0) }

  @Test func deliversACapture() throws {
    let file = TemporaryFile("in.pcap", Self.capture(Self.frames.map { (1, 0, $0) }))
    let port = try PcapPort.open(PcapOptions(receiveFile: file.path))
    var bench = Bench()
    #expect(port.hasInput)
    #expect(port.descriptor == nil)
    let received = try bench.receive(from: port)
    #expect(received.frames.map(\.bytes) == Self.frames)
    #expect(!port.hasInput)
  }

  @Test(arguments: [(0xa1b2_c3d4, 1000), (0xa1b2_3c4d, 1_000_000)] as [(UInt32, UInt32)])
  func keepsTheCapturesTiming(magic: UInt32, millisecond: UInt32) throws {
    let file = TemporaryFile(
      "time\(magic).pcap",
      Self.capture(
        magic: magic, [(7, 999 * millisecond, Self.frames[0]), (8, 19 * millisecond, Self.frames[1])]))
    let start = MonotonicClock.nanoseconds
    let port = try PcapPort.open(PcapOptions(receiveFile: file.path, isRealTime: true))
    var bench = Bench()
    let first = try bench.receive(from: port)
    #expect(first.frames.map(\.bytes) == [Self.frames[0]])
    let second = try bench.receive(from: port, expecting: 1)
    #expect(second.frames.map(\.bytes) == [Self.frames[1]])
    let elapsed = MonotonicClock.nanoseconds - start
    #expect(elapsed >= 20_000_000)
    var epoll = try Epoll()
    try epoll.add(try #require(port.descriptor), tag: 0)
    let ready = epoll.wait(timeoutMilliseconds: 0)
    #expect(ready == 0)
  }

  /// A pcapng file (draft-ietf-opsawg-pcapng): section header, interface description, one enhanced packet of 60
  /// bytes; big-endian, times in microseconds.
  @Test func readsTheNewerFormat() throws {
    let frame = Self.frames[0]
    let section: [UInt8] =
      [0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0]
      + [UInt8](repeating: 0xff, count: 8) + [0, 0, 0, 28]
    let interface: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 20, 0, 1, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 20]
    let packet: [UInt8] =
      [0, 0, 0, 6, 0, 0, 0, 92, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 60, 0, 0, 0, 60] + frame
      + [0, 0, 0, 92]
    let file = TemporaryFile("new.pcapng", section + interface + packet)
    let capture = try Capture.load(file.path)
    #expect(capture.records.map(\.bytes) == [frame])
    #expect(capture.records.map(\.time) == [5000])
  }

  @Test func startsAnew() throws {
    let file = TemporaryFile("loop.pcap", Self.capture(Self.frames.prefix(3).map { (1, 0, $0) }))
    let port = try PcapPort.open(PcapOptions(receiveFile: file.path, loops: true))
    var pool = PacketPool(capacity: 32)
    var batch = PacketBatch()
    let outcome = port.receive(into: &batch, from: &pool)
    #expect(outcome == .more)
    let last = batch[31].array
    #expect(last == Self.frames[1])
    #expect(port.hasInput)
  }

  @Test func writesWhatItReads() throws {
    let file = TemporaryFile("out.pcap")
    var bench = Bench()
    let port = try PcapPort.open(PcapOptions(transmitFile: file.path))
    let sent = bench.send(Array(Self.frames.prefix(32)), to: port)
    #expect(sent == Array(repeating: .sent, count: 32))
    let none = try bench.receive(from: port)
    #expect(none.outcome == .drained)
    // Readable while the port is still open.
    let back = try PcapPort.open(PcapOptions(receiveFile: file.path))
    let received = try bench.receive(from: back)
    #expect(received.frames.map(\.bytes) == Array(Self.frames.prefix(32)))
  }

  @Test func saysWhenTheDiskIsFull() throws {
    let port = try PcapPort.open(PcapOptions(transmitFile: "/dev/full"))
    var bench = Bench()
    let sent = bench.send([Self.frames[0]], to: port)
    #expect(sent == [.down])
  }

  @Test func explainsBadFiles() throws {
    let text = TemporaryFile("text.pcap", Array("no capture, but longer than a header".utf8))
    let link = TemporaryFile("link.pcap", Self.capture(linkType: 113, []))
    let cut = TemporaryFile("cut.pcap", Self.capture([(1, 0, Self.frames[0])]).dropLast(3))
    let rows = [
      ("/nowhere/x.pcap", "/nowhere/x.pcap: No such file or directory"),
      (text.path, "\(text.path): unknown file format"),
      (link.path, "\(link.path): link type 113 (LINUX_SLL); only Ethernet (EN10MB) is allowed"),
      (cut.path, "\(cut.path): record 1: truncated dump file; tried to read 60 captured bytes, only got 57"),
    ]
    for (path, message) in rows {
      let error = #expect(throws: PortError.self) { try PcapPort.open(PcapOptions(receiveFile: path)) }
      #expect(error?.description == message)
    }
    let error = #expect(throws: PortError.self) {
      try PcapPort.open(PcapOptions(transmitFile: "/nowhere/x.pcap"))
    }
    #expect(error?.description == "/nowhere/x.pcap: No such file or directory")
  }
}
