import Bytes
@testable import Ports
import TestKit
import Testing

/// Cutting what was merged gives back what was there, byte for byte.
@Suite struct SegmentMergerTests {
  /// What comes out when `frames` arrive together.
  private func merged(_ frames: [Bench.Frame]) throws -> [(frame: Bench.Frame, count: Int)] {
    var pool = PacketPool(capacity: 40)
    var batch = PacketBatch()
    for frame in frames {
      let taken = pool.take()
      let packet = try #require(taken)
      packet.copy(from: frame.bytes.rawSpan)
      packet.offload = frame.offload
      batch.append(packet)
    }
    SegmentMerger.merge(&batch, from: &pool)
    let used = pool.capacity - pool.available
    #expect(used == batch.count)
    return (0..<batch.count).map {
      (Bench.Frame(bytes: batch[$0].array, offload: batch[$0].offload), batch[$0].frames)
    }
  }

  private func merged(_ frames: [[UInt8]]) throws -> [(frame: Bench.Frame, count: Int)] {
    try merged(frames.map { Bench.Frame(bytes: $0) })
  }

  /// What `frames` are when all that is to be cut has been.
  private func cut(_ frames: [(frame: Bench.Frame, count: Int)]) throws -> [[UInt8]] {
    try frames.flatMap { each in
      guard each.frame.offload.isGSO else { return [each.frame.bytes] }
      let validated = each.frame.bytes.rawSpan
      #expect(each.frame.offload.validated(for: validated) == each.frame.offload)
      let segments = try #require(SegmenterTests.segments(of: each.frame))
      #expect(segments.count == each.count)
      return segments
    }
  }

  /// Segments of one connection. Flags are those of the last one.
  private static func segments(
    _ count: Int, payload: Int, last: Int? = nil, isIPv4: Bool = true, tags: [UInt8] = [],
    options: [UInt8] = [],
    flags: UInt8 = 0x10
  ) -> [[UInt8]] {
    let total = (count - 1) * payload + (last ?? payload)
    let frame =
      isIPv4
      ? LargeFrames.tcp4(payload: total, segment: payload, tags: tags, flags: flags, options: options)
      : LargeFrames.tcp6(payload: total, segment: payload, tags: tags)
    return SegmenterTests.segments(of: frame) ?? []
  }

  static let trains: [[[UInt8]]] = [
    segments(2, payload: 1), segments(32, payload: 1448), segments(32, payload: 1448, last: 3),
    segments(7, payload: 333, flags: 0x19), segments(5, payload: 1000, last: 1, flags: 0x18),
    segments(20, payload: 1428, isIPv4: false), segments(4, payload: 99, last: 98, isIPv4: false),
    segments(8, payload: 1400, tags: [0x81, 0, 0, 5]),
    segments(8, payload: 1400, tags: [0x88, 0xa8, 0, 5, 0x81, 0, 0x20, 6]),
    segments(9, payload: 500, options: Array(1...12)), segments(3, payload: 1400, options: Array(1...40)),
  ]

  @Test(arguments: trains.indices)
  func mergesATrainIntoOneFrame(index: Int) throws {
    let train = Self.trains[index]
    let frames = try merged(train)
    try #require(frames.count == 1)
    #expect(frames[0].count == train.count)
    #expect(try cut(frames) == train)
  }

  @Test func leavesASingleFrameAlone() throws {
    let frame = Self.segments(2, payload: 700)[0]
    let frames = try merged([frame])
    #expect(frames.map(\.frame) == [Bench.Frame(bytes: frame)])
  }

  @Test func staysBelowTheLengthOfAPacket() throws {
    var train = Self.segments(7, payload: 8948)
    var next = train[6]
    next[19] &+= 1
    let sequence = (38..<42).reduce(UInt32(0)) { $0 << 8 | UInt32(next[$1]) } &+ 8948
    for i in 0..<4 { next[38 + i] = UInt8(truncatingIfNeeded: sequence >> (24 - 8 * UInt32(i))) }
    Self.settleChecksums(&next, isIPv4: true)
    train.append(next)
    let frames = try merged(train)
    #expect(frames.map(\.count) == [7, 1])
    #expect(try cut(frames) == train)
  }

  @Test func keepsConnectionsApart() throws {
    let one = Self.segments(6, payload: 1448)
    let other = Self.segments(6, payload: 1428, isIPv4: false)
    let frames = try merged(zip(one, other).flatMap { [$0, $1] })
    #expect(frames.map(\.count) == [6, 6])
    #expect(try cut(frames) == one + other)
  }

  @Test func takesFramesWithUnfinishedChecksums() throws {
    let train = Self.segments(3, payload: 1000)
    var offload = OffloadHeader()
    offload.flags = OffloadHeader.Flags.needsChecksum
    offload.checksumStart = 34
    offload.checksumOffset = 16
    let frames = try merged(
      train.map { bytes in
        var bytes = bytes
        // Of no importance to what is merged; each holds the pseudo header's sum.
        bytes[50] = 0
        bytes[51] = 0
        return Bench.Frame(bytes: bytes, offload: offload)
      })
    #expect(frames.map(\.count) == [3])
    #expect(try cut(frames) == train)
  }

  /// One field of one frame of a train differs, and its checksums are right for what it says.
  struct Change: CustomTestStringConvertible {
    var testDescription: String
    var isIPv4 = true
    var change: @Sendable (inout [UInt8]) -> Void
  }

  static let changes = [
    Change(testDescription: "source MAC") { $0[11] ^= 1 },
    Change(testDescription: "TOS") { $0[15] ^= 4 },
    Change(testDescription: "identification") { $0[19] ^= 64 },
    Change(testDescription: "don't fragment") { $0[20] ^= 0x40 },
    Change(testDescription: "more fragments") { $0[20] |= 0x20 },
    Change(testDescription: "TTL") { $0[22] ^= 1 },
    Change(testDescription: "source address") { $0[29] ^= 1 },
    Change(testDescription: "port") { $0[35] ^= 1 },
    Change(testDescription: "sequence") { $0[41] ^= 1 },
    Change(testDescription: "acknowledgement") { $0[45] ^= 1 },
    Change(testDescription: "reserved bits") { $0[46] ^= 1 },
    Change(testDescription: "PSH") { $0[47] ^= 8 },
    Change(testDescription: "URG") { $0[47] ^= 0x20 },
    Change(testDescription: "SYN") { $0[47] ^= 2 },
    Change(testDescription: "RST") { $0[47] ^= 4 },
    Change(testDescription: "ECE") { $0[47] ^= 0x40 },
    Change(testDescription: "CWR") { $0[47] ^= 0x80 },
    Change(testDescription: "no ACK") { $0[47] ^= 0x10 },
    Change(testDescription: "window") { $0[49] ^= 1 },
    Change(testDescription: "urgent pointer") { $0[53] ^= 1 },
    Change(testDescription: "option") { $0[57] ^= 1 },
    Change(testDescription: "class", isIPv4: false) { $0[14] ^= 1 },
    Change(testDescription: "label", isIPv4: false) { $0[17] ^= 1 },
    Change(testDescription: "hop limit", isIPv4: false) { $0[21] ^= 1 },
  ]

  @Test(arguments: changes)
  func doesNotMergeAcrossAChange(change: Change) throws {
    var train = Self.segments(
      5, payload: 200, isIPv4: change.isIPv4, options: change.isIPv4 ? [1, 1, 1, 1] : [])
    change.change(&train[2])
    Self.settleChecksums(&train[2], isIPv4: change.isIPv4)
    let frames = try merged(train)
    #expect(frames.count > 1)
    #expect(!frames.contains { $0.count > 3 })
    // Frames of other connections, and what is no segment, may stand in front of what was behind them.
    let back = try cut(frames)
    #expect(Set(back) == Set(train) && back.count == train.count)
    #expect(back.filter { $0 != train[2] } == train.filter { $0 != train[2] })
  }

  @Test func doesNotHideABrokenFrame() throws {
    let train = Self.segments(6, payload: 300)
    // Of the IP header's checksum, the TCP checksum and the payload.
    for byte in [24, 50, 120] {
      for index in train.indices {
        var broken = train
        broken[index][byte] ^= 0x10
        let frames = try merged(broken)
        #expect(frames.contains { $0.frame.bytes == broken[index] && $0.count == 1 })
        #expect(try cut(frames) == broken)
      }
    }
  }

  @Test func leavesPaddedAndShortFramesAlone() throws {
    var train = Self.segments(3, payload: 4)
    for i in train.indices { train[i] += [0, 0] }
    #expect(try merged(train).map(\.count) == [1, 1, 1])
    for length in 0..<58 {
      let frames = try merged([
        Array(Self.trains[1][0].prefix(length)), Array(Self.trains[1][1].prefix(length)),
      ])
      #expect(frames.map(\.count) == [1, 1])
    }
  }

  /// Trains of several connections, mixed, with frames lost, repeated, cut off and bits flipped.
  @Test(arguments: 0..<300 as Range<UInt64>)
  func givesBackWhatWasThere(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var frames: [[UInt8]] = []
    for connection in 0..<Int.random(in: 1...6, using: &random) {
      let payload = Int.random(in: 1...1448, using: &random)
      var train = Self.segments(
        Int.random(in: 2...8, using: &random), payload: payload,
        last: Bool.random(using: &random) ? nil : Int.random(in: 1...payload, using: &random),
        isIPv4: connection % 3 != 2, flags: [0x10, 0x18, 0x19].randomElement(using: &random) ?? 0x10)
      for i in train.indices {
        train[i][5] = UInt8(connection)
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
          train[i][Int.random(in: 0..<train[i].count, using: &random)] ^=
            1 << Int.random(in: 0..<8, using: &random)
        case 1: train[i] = Array(train[i].prefix(Int.random(in: 0...train[i].count, using: &random)))
        case 2: train[i] = train[Int.random(in: train.indices, using: &random)]
        default: break
        }
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        train.remove(at: Int.random(in: train.indices, using: &random))
      }
      frames.insert(contentsOf: train, at: Int.random(in: 0...frames.count, using: &random))
    }
    frames = Array(frames.prefix(32))
    let back = try cut(merged(frames))
    #expect(back.count == frames.count)
    // Each connection's frames, and those that are none's, are the same ones in their order.
    func connections(_ frames: [[UInt8]]) -> [[UInt8]: [[UInt8]]] {
      Dictionary(grouping: frames) { $0.count < 54 ? [] : Array($0[26..<38]) + $0.prefix(12) }
    }
    #expect(connections(back) == connections(frames))
  }

  /// Makes the checksums right for what the frame says.
  private static func settleChecksums(_ bytes: inout [UInt8], isIPv4: Bool) {
    let transport = isIPv4 ? 34 : 54
    if isIPv4 {
      bytes[24] = 0
      bytes[25] = 0
      let sum = LargeFrames.twinChecksum(Array(bytes[14..<34]))
      bytes[24] = UInt8(sum >> 8)
      bytes[25] = UInt8(sum & 0xff)
    }
    let length = bytes.count - transport
    bytes[transport + 16] = 0
    bytes[transport + 17] = 0
    let addresses = Array(bytes[(isIPv4 ? 26 : 22)..<transport])
    let sum = LargeFrames.twinChecksum(
      addresses + [0, 6, UInt8(length >> 8), UInt8(length & 0xff)] + bytes[transport...])
    bytes[transport + 16] = UInt8(sum >> 8)
    bytes[transport + 17] = UInt8(sum & 0xff)
  }
}
