import Bytes
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

@testable import Datapath

/// Packets made of fragments, and fragments made of them again. RFC 791, 815, 3168, 5722, 6946, 8200.
@Suite struct ReassemblyTests {
  /// Port 2 takes all there is, port 3 only short packets; all belong to a bridge that reassembles.
  private static func bridge(mtu: Int = 65_535, rules: [String] = ["actions=output:2,output:3"]) throws
    -> OneBridge
  {
    let test = try OneBridge(ports: 2)
    try test.subject.addPort(3, to: test.bridge, mtu: mtu)
    test.bridge.settings.fragments = .reassemble
    try test.bridge.setRules(rules)
    return test
  }

  /// A packet and its fragments.
  private struct Sample {
    var whole: [UInt8]
    var fragments: [[UInt8]]
    var unfragmentable = 0
    /// Bytes of the largest fragment without its Ethernet header.
    var largest: Int { (fragments.map(\.count).max() ?? 0) - 14 }
  }

  private static func sample(
    _ random: inout SeededGenerator, identification: UInt32, size: ClosedRange<Int> = 100...4000
  ) -> Sample {
    let payload = (0..<Int.random(in: size, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    let transport = TestFrame.Transport.udp(.init(source: 1000, destination: 53, payload: payload))
    var sample = Sample(whole: [], fragments: [])
    if Bool.random(using: &random) {
      var header = TestFrame.IPv4(transport)
      header.identification = UInt16(identification)
      header.fragment = Bool.random(using: &random) ? 0x4000 : 0
      if Bool.random(using: &random) { header.options = [0x94, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0] }
      sample.whole = TestFrame(.ipv4(header)).bytes
    } else {
      var header = TestFrame.IPv6(transport)
      if Bool.random(using: &random) {
        header.extensions = [.hopByHop(), .routing([UInt8](repeating: 0, count: 14))]
        sample.unfragmentable = 24
      }
      sample.whole = TestFrame(.ipv6(header)).bytes
    }
    let blocks = (payload.count + 8 - 1) / 8
    let count = Int.random(in: 1...min(12, blocks), using: &random)
    let cuts = Set((0..<count).map { _ in Int.random(in: 1...blocks, using: &random) * 8 }).sorted()
      .filter { $0 < payload.count + 8 }
    sample.fragments = TestFragments.cut(
      sample.whole, at: cuts, identification: identification, unfragmentable: sample.unfragmentable)
    return sample
  }

  /// Packets of all kinds whose fragments come mixed, some of them twice: each packet leaves whole by a port that can
  /// take it, and by one that cannot, in fragments that make the same packet.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func makesPacketsWhole(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let mtu = Int.random(in: 150...1500, using: &random)
    let test = try Self.bridge(mtu: mtu)
    let samples = (1...10 as ClosedRange<UInt32>).map { Self.sample(&random, identification: $0) }
    var frames = samples.flatMap(\.fragments)
    frames.shuffle(using: &random)
    let fed = frames.flatMap { frame in
      Array(repeating: frame, count: Int.random(in: 0..<8, using: &random) == 0 ? 2 : 1)
    }
    test.subject.feed(fed.map { MemoryFrame($0) }, to: test.ports[0])
    let left = test.subject.takeAll()
    #expect(Set((left[2] ?? []).map(\.bytes)) == Set(samples.map(\.whole)))
    #expect(left[2]?.count == samples.count)
    // The copy of the fragment that was missing is the first one of another packet.
    let late = samples.filter { sample in
      let own = fed.filter(sample.fragments.contains)
      return own.count > 1 && own[own.count - 2] == own[own.count - 1]
    }
    #expect(test.ports[0].port.statistics.heldFragments == UInt64(late.count))
    #expect(test.ports[0].drops[.duplicateFragment] ?? 0 == UInt64(fed.count - frames.count - late.count))

    let parts = (left[3] ?? []).map(\.bytes)
    for sample in samples {
      let own = parts.filter { Self.belongs($0, to: sample) }
      guard sample.whole.count - 14 > mtu else {
        #expect(own == [sample.whole])
        continue
      }
      #expect(own.allSatisfy { $0.count - 14 <= min(mtu, sample.largest) })
      #expect(TestFragments.join(own, unfragmentable: sample.unfragmentable) == sample.whole)
      for part in own { #expect(FrameVerifier.problem(in: part) == nil) }
    }
  }

  /// By the addresses and the identification, which is the packet's number.
  private static func belongs(_ part: [UInt8], to sample: Sample) -> Bool {
    let first = sample.fragments[0]
    guard part[12] == first[12] else { return false }
    guard part[12] == 0x86 else { return part[18..<20] == first[18..<20] }
    let header = 54 + sample.unfragmentable
    if part == sample.whole { return true }
    return part.count > header + 8 && first.count > header + 8 && part[header + 7] == first[header + 7]
      && part[20] == first[20]
  }

  // MARK: What is not made whole

  private static let payload = (0..<72).map { UInt8($0) }
  private static let whole4 = TestFrame(
    .ipv4(.init(.udp(.init(source: 1000, destination: 53, payload: payload)))))
  private static let whole6 = TestFrame(
    .ipv6(.init(.udp(.init(source: 1000, destination: 53, payload: payload)))))

  /// Fragments by where they begin and end in the payload of 80 bytes.
  private static func parts(_ ranges: [Range<Int>], isIPv6: Bool) -> [[UInt8]] {
    ranges.map { range in
      let cuts = [range.lowerBound, range.upperBound].filter { 1..<80 ~= $0 }
      let parts = TestFragments.cut((isIPv6 ? whole6 : whole4).bytes, at: cuts)
      return parts[range.lowerBound == 0 ? 0 : 1]
    }
  }

  struct Row: Sendable {
    var ranges: [Range<Int>]
    var leaves = 0
    var held: UInt64 = 0
    var drops: [DropReason: UInt64] = [:]
  }

  @Test(
    arguments: [
      Row(ranges: [0..<16, 16..<80], leaves: 1), Row(ranges: [16..<80, 0..<16], leaves: 1),
      Row(ranges: [0..<16, 16..<40], held: 2),
      Row(ranges: [16..<40, 16..<40, 0..<16, 40..<80], leaves: 1, drops: [.duplicateFragment: 1]),
      // A part of a fragment, fragments that have its bounds, and one more byte of it, are no copies.
      Row(ranges: [16..<40, 16..<32, 0..<16, 40..<80], drops: [.overlappingFragment: 4]),
      Row(ranges: [16..<40, 24..<40, 0..<16, 40..<80], drops: [.overlappingFragment: 4]),
      Row(ranges: [16..<40, 40..<48, 16..<48], drops: [.overlappingFragment: 3]),
      Row(ranges: [16..<40, 8..<24], drops: [.overlappingFragment: 2]),
      Row(ranges: [16..<40, 32..<48, 0..<16, 40..<80, 0..<80], leaves: 1, drops: [.overlappingFragment: 4]),
      // Behind what came as the end, and an end before what came.
      Row(ranges: [40..<80, 72..<80], drops: [.overlappingFragment: 2]),
    ], [false, true])
  func dropsWhatOverlaps(row: Row, isIPv6: Bool) throws {
    let test = try Self.bridge(rules: ["actions=output:2"])
    let frames = Self.parts(row.ranges, isIPv6: isIPv6)
    test.subject.feed(frames.map { MemoryFrame($0) }, to: test.ports[0])
    let left = test.subject.takeAll()[2] ?? []
    #expect(left.count == row.leaves)
    #expect(test.ports[0].port.statistics.heldFragments == row.held)
    #expect(test.ports[0].drops == row.drops)
    #expect(
      test.ports[0].port.statistics.receivedPackets
        == UInt64(row.ranges.count), "each is one of these")
  }

  /// Changes of the first of two fragments of an IPv4 packet that nothing can be made of.
  @Test(arguments: ["length", "offset", "checksum", "mark"])
  func dropsWhatIsMalformed(kind: String) throws {
    let test = try Self.bridge(rules: ["actions=output:2"])
    var header = TestFrame.IPv4(.other(number: 17, [UInt8](repeating: 1, count: 32)))
    header.fragment = 0x2000
    switch kind {
    case "length": header.transport = .other(number: 17, [UInt8](repeating: 1, count: 33))
    // Up to 65,552 bytes.
    case "offset": header.fragment = 0x1fff
    // Congestion was met by a packet whose other half knows nothing of such marks: RFC 3168, section 5.3.
    case "mark": header.tos = 3
    default: break
    }
    var frame = TestFrame(.ipv4(header)).bytes
    if kind == "checksum" { frame[24] ^= 1 }
    var last = TestFrame.IPv4(.other(number: 17, [1]))
    last.fragment = 4
    test.subject.feed([frame, TestFrame(.ipv4(last)).bytes], to: test.ports[0])
    #expect(test.subject.takeAll().isEmpty)
    #expect(test.ports[0].drops == [.malformedFragment: kind == "mark" ? 2 : 1])
    #expect(test.ports[0].port.statistics.heldFragments == (kind == "mark" ? 0 : 1))
  }

  /// RFC 3168, section 5.3: the mark of one fragment is that of the packet.
  @Test(arguments: [false, true])
  func keepsMarks(isIPv6: Bool) throws {
    let test = try Self.bridge(rules: ["actions=output:2"])
    var header4 = TestFrame.IPv4(.udp(.init(source: 1, destination: 2, payload: Self.payload)))
    var header6 = TestFrame.IPv6(.udp(.init(source: 1, destination: 2, payload: Self.payload)))
    func frame(_ ecn: UInt8) -> [UInt8] {
      header4.tos = 0xa0 | ecn
      header6.trafficClass = 0xa0 | ecn
      return TestFrame(isIPv6 ? .ipv6(header6) : .ipv4(header4)).bytes
    }
    let (able, marked) = (frame(2), frame(3))
    test.subject.feed(
      [TestFragments.cut(able, at: [16])[0], TestFragments.cut(marked, at: [16])[1]], to: test.ports[0])
    let whole = try #require(test.subject.takeAll()[2]?.first?.bytes)
    #expect(FrameVerifier.problem(in: whole) == nil)
    #expect(isIPv6 ? whole == marked : whole[15] == 0xa3)
  }

  /// RFC 6946: a fragment that is the whole packet waits for nobody, not even if others have its identification.
  @Test func letsAtomicFragmentsPass() throws {
    let test = try Self.bridge(rules: ["actions=output:2"])
    var header = TestFrame.IPv6(.udp(.init(source: 1000, destination: 53, payload: Self.payload)))
    header.extensions = [.fragment(offset: 0, more: false)]
    let atomic = TestFrame(.ipv6(header)).bytes
    test.subject.feed([Self.parts([16..<80], isIPv6: true)[0], atomic], to: test.ports[0])
    #expect(test.subject.takeAll()[2]?.map(\.bytes) == [atomic])
    #expect(test.ports[0].port.statistics.heldFragments == 1)
  }

  @Test func showsRulesWholePackets() throws {
    let test = try Self.bridge(rules: [
      "udp,tp_dst=53,nw_frag=no,actions=mod_tp_dst:54,output:2", "priority=1,actions=drop",
    ])
    test.subject.feed(Self.parts([16..<80, 0..<16], isIPv6: false), to: test.ports[0])
    let whole = try #require(test.subject.takeAll()[2]?.first?.bytes)
    #expect(whole[36..<38] == [0, 54])
    #expect(FrameVerifier.problem(in: whole) == nil)
    #expect(test.bridge.flows().first?.packets == 1)
    #expect(test.bridge.flows().first?.bytes == UInt64(whole.count))
    // All fragments of a packet that is dropped are.
    try test.bridge.setRules(["actions=drop"])
    test.subject.feed(Self.parts([16..<48, 48..<80, 0..<16], isIPv6: false), to: test.ports[0])
    #expect(test.ports[0].drops == [.ruleDrops: 3])
  }

  // MARK: Bounds

  private static func lonely(_ identification: UInt32) -> [UInt8] {
    TestFragments.cut(whole6.bytes, at: [16], identification: identification)[0]
  }

  /// A port that sends nothing but beginnings loses its own, and nobody else does.
  @Test func boundsWhatAPortMayKeep() throws {
    let test = try Self.bridge(rules: ["actions=output:2"])
    test.subject.feed([Self.parts([0..<16], isIPv6: false)[0]], to: test.ports[1])
    let limit = UInt32(Reassembler.portLimit)
    test.subject.feed((1...(limit + 100)).map(Self.lonely), to: test.ports[0])
    #expect(test.ports[0].port.statistics.heldFragments == UInt64(limit))
    #expect(test.ports[0].drops == [.reassemblyFull: 100])
    // The oldest went.
    let ends = (100...(limit + 100)).reversed().map {
      TestFragments.cut(Self.whole6.bytes, at: [16], identification: $0)[1]
    }
    test.subject.feed(ends, to: test.ports[0])
    #expect(test.subject.takeAll()[2]?.count == Int(limit))
    #expect(test.ports[0].port.statistics.heldFragments == 1)
    test.subject.feed([Self.parts([16..<80], isIPv6: false)[0]], to: test.ports[1])
    #expect(test.ports[1].drops == [.outputIsIngress: 2])
  }

  /// With all places taken, whoever has most makes room.
  @Test func boundsWhatAllMayKeep() throws {
    let test = try Self.bridge(rules: ["actions=output:2"])
    let ports = try (10..<16 as Range<UInt16>).map { try test.subject.addPort($0, to: test.bridge) }
    for (i, port) in ports.enumerated() {
      test.subject.feed((1...(i == 5 ? 3 : 60)).map { Self.lonely(UInt32($0)) }, to: port)
    }
    let held = ports.map(\.port.statistics.heldFragments)
    #expect(held.reduce(0, +) == UInt64(PartialPackets.capacity))
    #expect(held[5] == 3)
    for port in ports {
      #expect(
        port.port.statistics.receivedPackets == port.port.statistics.heldFragments
          + port.port.statistics.receiveDrops)
    }
    // A port that goes leaves room.
    test.bridge.remove(ports[0].port)
    test.subject.feed((61...64).map { Self.lonely($0) }, to: test.ports[0])
    #expect(test.ports[0].port.statistics.heldFragments == 4)
    #expect(ports[5].port.statistics.heldFragments == 3)
  }

  @Test func givesUpInTime() {
    var reassembler = Reassembler()
    var pool = PacketPool(capacity: 1)
    guard let packet = pool.take() else { return }
    func take(_ frame: [UInt8], now: UInt64) -> Reassembler.Outcome? {
      packet.copy(from: frame.rawSpan)
      var layout = FrameLayout()
      guard FlowKey.extract(from: packet.bytes, layout: &layout) != nil,
        let fragment = Fragment(packet, layout: layout, port: PortIndex(rawValue: 5), vlan: 0)
      else { return nil }
      return reassembler.take(fragment, packet, now: now)
    }
    func expire(now: UInt64) -> Reassembler.Loss? { reassembler.expire(now: now) }
    let parts4 = Self.parts([0..<16, 16..<80], isIPv6: false)
    #expect(take(parts4[0], now: 1000) == .held)
    #expect(take(Self.lonely(1), now: 1000) == .held)
    #expect(expire(now: 30_999) == nil)
    #expect(
      expire(now: 31_000)
        == Reassembler.Loss(port: PortIndex(rawValue: 5), frames: 1, reason: .reassemblyTimeout))
    #expect(expire(now: 60_999) == nil)
    #expect(expire(now: 61_000)?.frames == 1)
    var isEmpty = reassembler.isEmpty
    #expect(isEmpty)
    // The time begins with the first fragment, and what comes later is of another packet.
    #expect(take(parts4[1], now: 70_000) == .held)
    #expect(take(parts4[0], now: 99_999) == .complete(frames: 2))
    isEmpty = reassembler.isEmpty
    #expect(isEmpty)
  }

  /// What leaves in fragments must not be cut so by a port whose packets are not those that came.
  @Test func refusesWhatFragmentsCannotBe() throws {
    let test = try Self.bridge(mtu: 60, rules: ["actions=output:3"])
    test.subject.feed(Self.parts([0..<16, 16..<80], isIPv6: false), to: test.ports[0])
    // Of 80 bytes, 16 and 64; the limit of 60 bytes has room for 40 behind the header.
    #expect(test.subject.takeAll()[3]?.map(\.bytes.count) == [14 + 60, 14 + 60])
    test.subject.feed([Self.whole4.bytes], to: test.ports[0])
    #expect(test.subject.takeAll().isEmpty)
    #expect(test.ports[0].drops == [.frameTooLong: 1])
  }
}
