import Bytes
@testable import Ports
import Sys
import TestKit
import Testing

@Suite struct SegmenterTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var frame: Bench.Frame
    init(_ name: String, _ frame: Bench.Frame) {
      testDescription = name
      self.frame = frame
    }
  }

  static let tag: [UInt8] = [0x81, 0x00, 0x00, 0x05]
  static let cases = [
    Case("TCP over IPv4", LargeFrames.tcp4(payload: 60_000, segment: 1448, flags: 0x99)),
    Case("TCP with options", LargeFrames.tcp4(payload: 5000, segment: 1436, options: Array(1...12))),
    Case("TCP behind two tags", LargeFrames.tcp4(payload: 4097, segment: 100, tags: tag + tag)),
    Case("TCP, odd segments", LargeFrames.tcp4(payload: 1001, segment: 333)),
    Case("TCP, exact segments", LargeFrames.tcp4(payload: 3000, segment: 1000)),
    Case("TCP, one segment", LargeFrames.tcp4(payload: 10, segment: 1448)),
    Case("TCP without payload", LargeFrames.tcp4(payload: 0, segment: 1448)),
    Case("TCP over IPv6", LargeFrames.tcp6(payload: 40_000, segment: 1428)),
    Case(
      "TCP behind an IPv6 option",
      LargeFrames.tcp6(payload: 3000, segment: 1428, extensions: [6, 0, 1, 4, 0, 0, 0, 0])),
    Case("UDP over IPv4", LargeFrames.udp4(payload: 12_345, segment: 1472, tags: tag)),
    Case("UDP over IPv6", LargeFrames.udp6(payload: 12_345, segment: 1452)),
  ]

  /// All segments of `frame`, in rounds of a pool of `slots`; `nil` when it is refused.
  static func segments(of frame: Bench.Frame, slots: Int = 7) -> [[UInt8]]? {
    var source = PacketPool(capacity: 1)
    var pool = PacketPool(capacity: slots)
    var batch = PacketBatch()
    guard let packet = source.take() else { return nil }
    packet.copy(from: frame.bytes.rawSpan)
    packet.offload = frame.offload
    guard var segmenter = Segmenter(packet) else { return nil }
    var segments: [[UInt8]] = []
    while true {
      let progress = segmenter.next(into: &batch, from: &pool)
      for i in 0..<batch.count {
        segments.append(batch[i].array)
        if batch[i].offload != OffloadHeader() { Issue.record("segment \(i) is not finished") }
        pool.give(batch[i])
      }
      batch.removeAll()
      if progress == .done { return segments }
    }
  }

  @Test(arguments: cases)
  func segmentsMakeUpTheFrame(row: Case) throws {
    let frame = row.frame
    let segments = try #require(Self.segments(of: frame))
    let headers = Int(frame.offload.headerLength)
    let size = Int(frame.offload.segmentSize)
    #expect(segments.count == max(1, (frame.bytes.count - headers + size - 1) / size))
    #expect(segments.flatMap { $0.dropFirst(headers) } == Array(frame.bytes.dropFirst(headers)))
    #expect(segments.allSatisfy { $0.count <= headers + size })
  }

  @Test(arguments: cases)
  func everyChecksumVerifies(row: Case) throws {
    let start = Int(row.frame.offload.checksumStart)
    for (index, segment) in try #require(Self.segments(of: row.frame)).enumerated() {
      let isIPv4 = segment[start - 20] == 0x45 && row.frame.offload.gsoType != OffloadHeader.GSO.tcp6
      let number: UInt8 = row.frame.offload.checksumOffset == 16 ? 6 : 17
      let length = segment.count - start
      // Every IPv6 header of the cases starts with 0x60, at most one extension of 8 bytes before the transport.
      let network = isIPv4 ? start - 20 : (segment[start - 40] == 0x60 ? start - 40 : start - 48)
      let addresses = isIPv4 ? segment[(start - 8)..<start] : segment[(network + 8)..<(network + 40)]
      let covered = addresses + [0, number, UInt8(length >> 8), UInt8(length & 0xff)] + segment[start...]
      if LargeFrames.twinChecksum(Array(covered)) != 0 {
        Issue.record("segment \(index): transport checksum")
      }
      if isIPv4, LargeFrames.twinChecksum(Array(segment[network..<start])) != 0 {
        Issue.record("segment \(index): IPv4 checksum")
      }
    }
  }

  @Test func numbersAndFlagsOfTCP() throws {
    let frame = LargeFrames.tcp4(payload: 3000, segment: 1448, flags: 0x99)
    let segments = try #require(Self.segments(of: frame))
    // CWR, ACK | ACK | PSH, ACK, FIN; sequence numbers and identifications wrap around.
    #expect(segments.map { $0[47] } == [0x90, 0x10, 0x19])
    #expect(segments.map { $0.rawSpan.load(UInt32.self, at: 38) } == [0xffff_f001, 0xffff_f5a9, 0xffff_fb51])
    #expect(segments.map { $0.rawSpan.load(UInt16.self, at: 18) } == [0xfffe, 0xffff, 0])
    #expect(segments.map { $0.rawSpan.load(UInt16.self, at: 16) } == [1488, 1488, 144])
  }

  @Test func refusesWhatDoesNotFitTogether() {
    let good = LargeFrames.tcp4(payload: 3000, segment: 1448)
    let rows: [(String, (inout Bench.Frame) -> Void)] = [
      ("no GSO", { $0.offload.gsoType = 0 }),
      ("TCP6 over IPv4", { $0.offload.gsoType = OffloadHeader.GSO.tcp6 }),
      ("another protocol", { $0.bytes[23] = 17 }),
      ("another IP version", { $0.bytes[14] = 0x65 }),
      ("IPv4 options that are not there", { $0.bytes[14] = 0x46 }),
      ("fragment", { $0.bytes[20] = 0x20 }),
      ("IP length", { $0.bytes[17] ^= 1 }),
      ("unknown EtherType", { $0.bytes[13] = 1 }),
      ("too many segments", { $0.offload.segmentSize = 2 }),
      ("tags to the end", { for i in 12..<34 { $0.bytes[i] = i % 4 == 0 ? 0x81 : 0 } }),
    ]
    #expect(Self.segments(of: good) != nil)
    for (name, change) in rows {
      var frame = good
      change(&frame)
      let segments = Self.segments(of: frame)
      #expect(segments == nil, "\(name)")
    }
    var six = LargeFrames.tcp6(payload: 3000, segment: 1448)
    six.bytes[20] = 44
    let fragment = Self.segments(of: six)
    #expect(fragment == nil)
  }

  /// Whatever a far end writes: refused or cut, never a trap.
  @Test(arguments: 0..<50 as Range<UInt64>)
  func neverTraps(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      guard var frame = Self.cases.randomElement(using: &random)?.frame else { return }
      frame.bytes = Array(frame.bytes.prefix(Int.random(in: 0...400, using: &random)))
      for _ in 0..<Int.random(in: 0...4, using: &random) where !frame.bytes.isEmpty {
        frame.bytes[Int.random(in: 0..<min(100, frame.bytes.count), using: &random)] ^=
          1 << UInt8.random(in: 0...7, using: &random)
      }
      if frame.bytes.count > 40 {
        // Often the right length, so that what lies behind that test is reached.
        let start = frame.bytes.count - 14
        frame.bytes[16] = UInt8(start >> 8)
        frame.bytes[17] = UInt8(start & 0xff)
      }
      switch Int.random(in: 0...5, using: &random) {
      case 0: frame.offload.checksumStart = .random(in: 0...500, using: &random)
      case 1: frame.offload.checksumOffset = .random(in: 0...(.max), using: &random)
      case 2: frame.offload.segmentSize = .random(in: 0...3, using: &random)
      case 3: frame.offload.gsoType = .random(in: 0...(.max), using: &random)
      case 4: frame.offload.headerLength = .random(in: 0...(.max), using: &random)
      default: break
      }
      if let segments = Self.segments(of: frame), segments.contains(where: { $0.count > frame.bytes.count }) {
        Issue.record("seed \(seed): a segment longer than its frame")
      }
    }
  }

  /// Linux segments in software when the device cannot, and must come to the same bytes.
  @Test(.enabled(if: NetworkLab.isAvailable, "needs root"), arguments: cases)
  func agreesWithLinux(row: Case) throws {
    let lab = try NetworkLab()
    try lab.makeVeth(mtu: 1600)
    try lab.run("ethtool -K veth0 tx off tso off gso off tx-udp-segmentation off txvlan off >/dev/null")
    let out = try PacketSocketPort.open(PacketSocketOptions(name: "veth0", namespace: lab.namespace))
    let back = try PacketSocketPort.open(PacketSocketOptions(name: "veth1", namespace: lab.namespace))
    let expected = try #require(Self.segments(of: row.frame))
    var bench = Bench()
    let sent = bench.send([row.frame], to: out)
    #expect(sent == [.sent])
    let received = try bench.receive(from: back, expecting: expected.count)
    #expect(received.frames.map(\.bytes) == expected)
  }
}

@Suite struct ChecksumOffloadTests {
  static func finished(_ frame: Bench.Frame) -> (bytes: [UInt8], offload: OffloadHeader)? {
    var pool = PacketPool(capacity: 1)
    guard let packet = pool.take() else { return nil }
    packet.copy(from: frame.bytes.rawSpan)
    packet.offload = frame.offload
    return packet.finishChecksum() ? (packet.array, packet.offload) : nil
  }

  @Test(arguments: [0, 1, 2, 1000, 1001])
  func finishesWhatASegmentWouldHave(payload: Int) throws {
    for frame in [
      LargeFrames.tcp4(payload: payload, segment: 1448), LargeFrames.udp4(payload: payload, segment: 1448),
    ] {
      let segment = try #require(SegmenterTests.segments(of: frame)?.first)
      #expect(Self.finished(frame) == nil)
      var single = frame
      single.offload.gsoType = 0
      let done = try #require(Self.finished(single))
      #expect(done.offload == OffloadHeader())
      let start = Int(frame.offload.checksumStart)
      #expect(Array(done.bytes[start...]) == Array(segment[start...].prefix(done.bytes.count - start)))
    }
  }

  @Test func refusesAChecksumOutsideTheFrame() {
    var frame = LargeFrames.tcp4(payload: 100, segment: 1448)
    frame.offload.gsoType = 0
    frame.offload.checksumStart = UInt16(frame.bytes.count - 17)
    #expect(Self.finished(frame) == nil)
  }

  /// A CRC is finished on arrival, as no port could say what it is.
  @Test func finishesSCTPOnArrival() throws {
    let ip: [UInt8] = [0x45, 0, 0, 36, 0, 0, 0, 0, 64, 132, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    let sctp: [UInt8] = [0, 1, 0, 2, 0, 0, 0, 3, 0xaa, 0xbb, 0xcc, 0xdd, 14, 0, 0, 4]
    var offload = OffloadHeader()
    offload.flags = OffloadHeader.Flags.needsChecksum
    offload.checksumStart = 34
    offload.checksumOffset = 8
    let port = try MemoryPort()
    var bench = Bench()
    port.feed([MemoryFrame(Frames.broadcast + Frames.source + [8, 0] + ip + sctp, offload: offload)])
    let received = try bench.receive(from: port)
    let frame = try #require(received.frames.first)
    #expect(frame.offload == OffloadHeader())
    // The CRC of these 16 bytes with a field of zeros, by the bitwise definition, least significant byte first.
    var crc: UInt32 = .max
    for byte in sctp[0..<8] + [0, 0, 0, 0] + sctp[12...] {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 != 0 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
    }
    #expect(
      frame.bytes[42..<46].elementsEqual((0..<4).map { UInt8(truncatingIfNeeded: ~crc >> (8 * UInt32($0))) }))
  }

  @Test func knowsWhatAPortTakes() {
    let tcp = LargeFrames.tcp4(payload: 3000, segment: 1448).offload
    let udp = LargeFrames.udp4(payload: 3000, segment: 1448).offload
    var checksum = tcp
    checksum.gsoType = 0
    #expect(PortOffloads().takes(OffloadHeader()))
    #expect(!PortOffloads().takes(checksum))
    #expect(PortOffloads.checksum.takes(checksum))
    #expect(!PortOffloads.checksum.takes(tcp))
    #expect(PortOffloads([.checksum, .tcpSegmentation]).takes(tcp))
    #expect(!PortOffloads([.checksum, .tcpSegmentation]).takes(udp))
    #expect(PortOffloads.all.takes(udp))
  }
}
