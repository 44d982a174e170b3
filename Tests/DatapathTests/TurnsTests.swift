@testable import Datapath
import Pipeline
import Ports
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

  /// 20 us a turn: 13 frames of 1.5 us, eight of those that take longer, as many as there can be of others.
  @Test(
    arguments: [(1500, 13), (200, 32), (625, 32), (650, 30), (60, 32), (9000, 8), (100_000, 8)]
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
      turns.note(0, frames: 10, from: time, to: time + 20_000)
      turns.note(1, frames: 1, from: time + 20_000, to: time + 21_000)
      time += 21_000
    }
    #expect(turns.limit(of: 0) == 10)
    turns.forget(0)
    #expect(turns.limit(of: 0) == 32)
  }

  /// The least that a turn has may take longer than a turn should: the queue is passed over for what was more.
  @Test(
    arguments: [
      (1500, 13, 0), (2500, 8, 0), (4900, 8, 0), (5000, 8, 1), (25_000, 8, 9), (1_000_000, 8, 64),
    ]
      as [(UInt64, Int, Int)])
  func longTurnsAreSatOut(cost: UInt64, frames: Int, turns expected: Int) {
    var turns = Self.turns()
    let length = cost * UInt64(frames)
    // Alone it owes nobody anything.
    let alone = (0..<2).map { turns.note(0, frames: frames, from: $0 * length, to: ($0 + 1) * length) }
    #expect(alone == [0, 0])
    turns.note(1, frames: 1, from: 2 * length, to: 2 * length + 100)
    let shared = turns.note(0, frames: frames, from: 2 * length + 100, to: 3 * length + 100)
    #expect(shared == expected)
  }

  /// Once is not a habit: the worker may have lost its processor.
  @Test func oneLongTurnIsForgiven() {
    var turns = Self.turns()
    turns.note(0, frames: 4, from: 0, to: 2000)
    turns.note(1, frames: 4, from: 2000, to: 4000)
    let long = turns.note(0, frames: 4, from: 4000, to: 4_004_000)
    let next = turns.note(0, frames: 4, from: 4_004_000, to: 4_006_000)
    #expect(long == 0 && next == 0)
  }

  /// Two queues that always have frames get the same time, whatever their frames cost.
  @Test(arguments: [1_000, 10_000, 50_000] as [UInt64])
  func queuesThatShareGetTheSameTime(cost: UInt64) {
    let queues = [0, 1].map { ReceiveQueue(port: PortIndex(rawValue: $0), number: 0, source: NullPort()) }
    var table = QueueTable(turns: Self.turns())
    let places = queues.map { table.add($0) }
    let costs = [500, cost]
    var spent: [UInt64] = [0, 0]
    var time: UInt64 = 0
    while time < 100_000_000 {
      for (queue, place) in places.enumerated() where !table.mustSkip(place) {
        let frames = table.turns.limit(of: place)
        let end = time + UInt64(frames) * costs[queue]
        let toSkip = table.turns.note(place, frames: frames, from: time, to: end)
        if toSkip > 0 { table.skip(place, turns: toSkip) }
        spent[queue] += end - time
        time = end
      }
    }
    let share = Double(spent[0]) / Double(time)
    #expect(abs(share - 0.5) < 0.15, "\(spent)")
  }

  /// Who owes turns has one when nobody else takes any.
  @Test func nobodyWaitsForQueuesWithoutFrames() {
    var table = QueueTable(turns: Self.turns())
    let place = table.add(ReceiveQueue(port: PortIndex(rawValue: 1), number: 0, source: NullPort()))
    table.skip(place, turns: 10)
    table.turns.note(place + 1, frames: 1, from: 0, to: 1)
    let first = table.mustSkip(place)
    let second = table.mustSkip(place)
    #expect(first && !second)
  }
}
