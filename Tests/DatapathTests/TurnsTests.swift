@testable import Datapath
import Testing

/// Ticks are nanoseconds here.
@Suite struct TurnsTests {
  private static func turns() -> Turns { Turns(ticksPerMicrosecond: 1000) }

  @Test func aQueueThatIsAloneHasWholeBatches() {
    var turns = Self.turns()
    #expect(turns.limit(of: 3) == 32)
    for turn in 0..<10 as Range<UInt64> {
      turns.note(3, frames: 32, from: turn * 50_000, to: (turn + 1) * 50_000)
      #expect(turns.limit(of: 3) == 32)
    }
  }

  /// 20 us a turn: 13 frames of 1.5 us, four of those that take longer, as many as there can be of others.
  @Test(
    arguments: [(1500, 13), (200, 32), (625, 32), (650, 30), (60, 32), (9000, 4), (100_000, 4)]
      as [(UInt64, Int)])
  func queuesThatShareHaveTurnsOfOneLength(cost: UInt64, limit: Int) {
    var turns = Self.turns()
    turns.note(0, frames: 32, from: 0, to: 32 * cost)
    turns.note(1, frames: 1, from: 32 * cost, to: 33 * cost)
    #expect(turns.limit(of: 0) == limit)
    #expect(turns.limit(of: 1) == limit)
    #expect(turns.limit(of: 2) == 32)
  }

  @Test func sharingEndsWhenNobodyElseHasFrames() {
    var turns = Self.turns()
    turns.note(0, frames: 32, from: 0, to: 48_000)
    turns.note(1, frames: 1, from: 48_000, to: 50_000)
    turns.note(0, frames: 13, from: 50_000, to: 70_000)
    #expect(turns.limit(of: 0) == 13)
    turns.note(0, frames: 13, from: 1_040_000, to: 1_060_000)
    #expect(turns.limit(of: 0) == 13)
    turns.note(0, frames: 13, from: 1_060_000, to: 1_080_000)
    #expect(turns.limit(of: 0) == 32)
  }

  @Test func costsFollowWhatFramesTakeLately() {
    var turns = Self.turns()
    turns.note(0, frames: 10, from: 0, to: 10_000)
    turns.note(1, frames: 1, from: 10_000, to: 11_000)
    #expect(turns.limit(of: 0) == 20)
    var time: UInt64 = 11_000
    for _ in 0..<20 {
      turns.note(0, frames: 10, from: time, to: time + 40_000)
      turns.note(1, frames: 1, from: time + 40_000, to: time + 41_000)
      time += 41_000
    }
    #expect(turns.limit(of: 0) == 5)
    turns.forget(0)
    #expect(turns.limit(of: 0) == 32)
  }
}
