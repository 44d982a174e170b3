import Actions
import Match
import Pipeline
import TestKit
import Testing

@testable import Agent
@testable import Datapath

@Suite struct PacketInSchedulerTests {
  /// In any time the bucket admits its burst and what came in meanwhile, no more, and no less when always asked.
  @Test(arguments: [(1, 1), (100, 25), (1_000, 250), (3, 7), (999_983, 3)])
  func admitsTheRateAndTheBurst(rate: Int, burst: Int) {
    var bucket = TokenBucket(rate: rate, burst: burst, now: 5)
    let step = UInt64(1_000_000_000 / rate) / 2 + 1
    var admitted = 0
    for i in 0..<UInt64(10_000) where bucket.take(now: 5 + i * step) { admitted += 1 }
    let expected = burst + Int(9_999 * step) / (1_000_000_000 / rate)
    #expect(abs(admitted - min(10_000, expected)) <= 1)
  }

  @Test func keepsNoMoreThanTheBurst() {
    var bucket = TokenBucket(rate: 100, burst: 3, now: 0)
    let later: UInt64 = 3_600_000_000_000
    var taken: [Bool] = []
    for _ in 0..<5 { taken.append(bucket.take(now: later)) }
    #expect(taken == [true, true, true, false, false])
  }

  private func waiting(_ number: UInt64) -> WaitingPacketIn {
    let packetIn = PacketIn(
      bridge: BridgeIndex(rawValue: 0), key: FlowKey(), table: 0, reason: .action, controllerID: 0, rule: nil)
    return WaitingPacketIn(packetIn: packetIn, cookie: number)
  }

  @Test func givesPortsTheirTurns() {
    var scheduler = PacketInScheduler(rate: 100, burst: 1, limit: 10, now: 0)
    let admitted = (1...7).map { number in
      scheduler.admits(waiting(number), port: number < 6 ? 1 : 2, now: 0)
    }
    #expect(admitted == [true] + Array(repeating: false, count: 6))
    var order: [UInt64] = []
    for tick in 1...20 as ClosedRange<UInt64> {
      let early = scheduler.next(now: tick * 10_000_000 - 1)
      #expect(early?.cookie == nil)
      if let next = scheduler.next(now: tick * 10_000_000) { order.append(next.cookie) }
    }
    #expect(order == [2, 6, 3, 7, 4, 5])
    #expect(scheduler.wait == nil)
    #expect(scheduler.counts.bypassed == 1)
    #expect(scheduler.counts.queued == 6)
    #expect(scheduler.counts.backlog == 0)
  }

  /// A port that floods loses its own packet-ins only.
  @Test func dropsTheOldestOfTheLongestQueue() {
    var scheduler = PacketInScheduler(rate: 100, burst: 1, limit: 4, now: 0)
    _ = scheduler.admits(waiting(0), port: 9, now: 0)
    _ = scheduler.admits(waiting(1), port: 2, now: 0)
    for number in 100..<200 as Range<UInt64> { _ = scheduler.admits(waiting(number), port: 1, now: 0) }
    #expect(scheduler.counts.dropped == 97)
    #expect(scheduler.counts.backlog == 4)
    var order: [UInt64] = []
    for tick in 1...5 as ClosedRange<UInt64> {
      if let next = scheduler.next(now: tick * 10_000_000) { order.append(next.cookie) }
    }
    #expect(order == [1, 197, 198, 199])
  }

  /// Nothing is lost or made up, and the backlog keeps to its limit, whatever comes.
  @Test func keepsItsBooks() {
    var generator = SeededGenerator(seed: 7)
    var scheduler = PacketInScheduler(rate: 1_000, burst: nil, limit: 8, now: 0)
    var (now, offered, sent) = (0 as UInt64, 0 as UInt64, 0 as UInt64)
    for _ in 0..<20_000 {
      now += UInt64.random(in: 0...1_500_000, using: &generator)
      if Bool.random(using: &generator) {
        offered += 1
        if scheduler.admits(waiting(offered), port: .random(in: 1...3, using: &generator), now: now) {
          sent += 1
        }
      } else if scheduler.next(now: now) != nil {
        sent += 1
      }
      let counts = scheduler.counts
      #expect(counts.backlog <= 8)
      #expect(sent + counts.dropped + UInt64(counts.backlog) == offered)
      #expect(counts.bypassed + counts.queued == offered)
      #expect((scheduler.wait == nil) == (counts.backlog == 0))
    }
  }
}
