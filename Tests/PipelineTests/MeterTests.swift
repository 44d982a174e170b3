import Flow
import Sys
import Synchronization
import TestKit
import Testing

@testable import Pipeline

/// The simple twin of a meter, as Open vSwitch 3.1's userspace datapath was seen to behave with its time stopped:
/// for each band a bucket that is full at the start, fills with the band's rate and loses what each frame costs
/// that it has enough for, whatever the other bands say. In millionths, so that integers are exact.
struct MeterTwin {
  struct Band {
    var rate: UInt128
    var capacity: UInt128
    var level: UInt128
    var action: MeterBand.Action
    var counts = MeterCounts(packets: 0, bytes: 0)
  }

  let countsPackets: Bool
  var bands: [Band]
  var now: UInt64
  var counts = MeterCounts(packets: 0, bytes: 0)

  init(_ config: MeterConfig, now: UInt64) {
    countsPackets = config.flags.contains(.packets)
    self.now = now
    bands = config.bands.map {
      let capacity = UInt128($0.burstSize) * 1_000_000
      return Band(rate: UInt128($0.rate), capacity: capacity, level: capacity, action: $0.action)
    }
  }

  mutating func measure(bytes: UInt32, now: UInt64) -> MeterVerdict {
    for i in bands.indices {
      bands[i].level = min(bands[i].capacity, bands[i].level + bands[i].rate * UInt128(now - self.now))
    }
    self.now = now
    counts.packets += 1
    counts.bytes += UInt64(bytes)
    let cost = countsPackets ? 1_000_000 : UInt128(bytes) * 8000
    var exceeded: [Int] = []
    for i in bands.indices {
      if bands[i].level < cost { exceeded.append(i) } else { bands[i].level -= cost }
    }
    guard let highest = exceeded.map({ bands[$0].rate }).max(),
      let band = exceeded.first(where: { bands[$0].rate == highest })
    else { return .pass }
    bands[band].counts.packets += 1
    bands[band].counts.bytes += UInt64(bytes)
    switch bands[band].action {
    case .drop: return .drop
    case .remarkDSCP(let steps): return .remark(steps: steps)
    }
  }
}

@Suite struct MeterTests {
  private static func config(_ random: inout SeededGenerator) -> MeterConfig {
    let isInPackets = Bool.random(using: &random)
    let extremes: [UInt32] = [1, .max, .max - 1]
    func number() -> UInt32 {
      UInt8.random(in: 0..<10, using: &random) == 0
        ? extremes[Int.random(in: 0..<3, using: &random)] : .random(in: 1...50, using: &random)
    }
    let bands = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let action: MeterBand.Action =
        Bool.random(using: &random)
        ? .drop : .remarkDSCP(precedenceLevel: .random(in: 0...2, using: &random))
      return MeterBand(action, rate: number(), burstSize: number())
    }
    return MeterConfig(meter: 1, flags: [isInPackets ? .packets : .kilobits, .burst], bands: bands)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func agreesWithTheTwin(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let config = Self.config(&random)
    var now = UInt64.random(in: 0...1 << 40, using: &random)
    let subject = MeterRecord.allocate(config, now: now)
    defer { subject.deallocate() }
    var twin = MeterTwin(config, now: now)
    for step in 0..<400 {
      switch UInt8.random(in: 0..<20, using: &random) {
      case 0: now += .random(in: 0...1 << 44, using: &random)
      case 1...4: now += .random(in: 0...1_000_000, using: &random)
      case 5...10: now += .random(in: 0...40_000, using: &random)
      default: break
      }
      let bytes = UInt32.random(in: 14...2000, using: &random)
      let verdict = subject.measure(MeterLoad(bytes: bytes), now: now)
      #expect(verdict == twin.measure(bytes: bytes, now: now), "step \(step) of \(config)")
    }
    #expect(subject.counts == twin.counts)
    #expect(subject.bandCounts == twin.bands.map(\.counts))
  }

  /// What real Open vSwitch 3.1 said, with its time stopped: `netdev-dummy/receive` and `time/warp`.
  @Test func givesTheNumbersOfOpenVSwitch() {
    func record(_ flags: MeterFlags, _ bands: (rate: UInt32, burst: UInt32)...) -> MeterRecord {
      MeterRecord.allocate(
        MeterConfig(
          meter: 1, flags: flags, bands: bands.map { MeterBand(.drop, rate: $0.rate, burstSize: $0.burst) }),
        now: 0)
    }
    func passed(_ record: MeterRecord, _ sizes: [UInt32], at milliseconds: UInt64) -> Int {
      sizes.filter { record.measure(MeterLoad(bytes: $0), now: milliseconds * 1000) == .pass }.count
    }
    func frames(_ count: Int) -> [UInt32] { Array(repeating: 125, count: count) }

    let packets = record([.packets], (5, 5))
    defer { packets.deallocate() }
    #expect(passed(packets, frames(8), at: 0) == 5)
    #expect(passed(packets, frames(3), at: 200) == 1)
    #expect(passed(packets, frames(3), at: 201) == 0)
    #expect(passed(packets, frames(8), at: 10_201) == 5)

    let kilobits = record([.kilobits], (1, 1))
    defer { kilobits.deallocate() }
    #expect(passed(kilobits, frames(3), at: 5) == 1)
    #expect(passed(kilobits, frames(1), at: 1004) == 0)
    #expect(passed(kilobits, frames(1), at: 1005) == 1)

    let burst = record([.kilobits, .burst], (1, 3))
    defer { burst.deallocate() }
    #expect(passed(burst, [300, 125, 300], at: 5) == 1)
    #expect(passed(burst, [125, 300, 125], at: 2005) == 2)
    #expect(burst.bandCounts == [MeterCounts(packets: 3, bytes: 725)])

    let bands = record([.packets], (2, 2), (4, 4))
    defer { bands.deallocate() }
    #expect(passed(bands, frames(7), at: 5) == 2)
    #expect(bands.bandCounts.map(\.packets) == [2, 3])
    #expect(passed(bands, frames(3), at: 505) == 1)
    #expect(bands.bandCounts.map(\.packets) == [3, 4])

    let equal = record([.packets, .burst], (2, 1), (2, 4))
    defer { equal.deallocate() }
    #expect(passed(equal, frames(7), at: 5) == 1)
    #expect(equal.bandCounts.map(\.packets) == [6, 0])
  }

  /// Offered more than the rate, segmented frames pass at the rate, even if one alone is more than the burst.
  @Test(arguments: [(40, 8), (40, 80), (1, 80), (3, 1)] as [(UInt32, UInt32)])
  func keepsToTheRateWithSegmentedFrames(segments: UInt32, burst: UInt32) {
    let record = MeterRecord.allocate(
      MeterConfig(
        meter: 1, flags: [.packets, .burst], bands: [MeterBand(.drop, rate: 50, burstSize: burst)]), now: 0)
    defer { record.deallocate() }
    var passed: UInt32 = 0
    for millisecond in 0..<100_000 as Range<UInt64> {
      let load = MeterLoad(packets: segments, bytes: segments * 1000)
      if record.measure(load, now: millisecond * 1000) == .pass { passed += segments }
    }
    // 50 a second for 100 seconds, the burst of the start, and at most one frame.
    #expect(passed >= 5000 && passed <= 5000 + burst + segments)
  }

  /// Several workers whose clocks differ a little share a meter: what passes is what came in, to the token.
  /// Meant to be run with `--sanitize=thread` as well.
  @Test func losesAndMakesNoTokenInARace() throws {
    let capacity = 100_000
    let record = MeterRecord.allocate(
      MeterConfig(
        meter: 1, flags: [.packets, .burst],
        bands: [MeterBand(.drop, rate: 1000, burstSize: UInt32(capacity))]), now: 0)
    defer { record.deallocate() }
    let load = MeterLoad(bytes: 64)
    let counts = Counts()
    /// Offers one frame; whether it passed.
    let offer: @Sendable (UInt64) -> Bool = { now in
      counts.offered.add(1, ordering: .relaxed)
      guard record.measure(load, now: now) == .pass else { return false }
      counts.passed.add(1, ordering: .relaxed)
      return true
    }
    // Empty, so that no token is lost for want of room.
    while offer(0) {}
    let end: UInt64 = 50_000_000
    let threads = try (0..<3 as Range<UInt64>).map { worker in
      Box(
        try Thread(name: "meter") {
          for now in stride(from: worker * 300, to: end, by: 1000) { _ = offer(now) }
        })
    }
    for thread in threads { thread.join() }
    while offer(end) {}
    let offered = UInt64(counts.offered.load(ordering: .relaxed))
    let passed = UInt64(counts.passed.load(ordering: .relaxed))
    #expect(passed == UInt64(capacity) + 50_000)
    #expect(record.counts == MeterCounts(packets: offered, bytes: offered * 64))
    #expect(record.bandCounts[0].packets == offered - passed)
  }

  private final class Counts: Sendable {
    let offered = Atomic(0)
    let passed = Atomic(0)
  }

  /// A thread in an array.
  private final class Box {
    private var thread: Thread?
    init(_ thread: consuming Thread) { self.thread = .some(thread) }
    func join() { thread.take()?.join() }
  }
}
