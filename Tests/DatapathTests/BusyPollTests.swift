@testable import Datapath
import Testing

/// Times in nanoseconds; the limit is 50 us.
@Suite struct BusyPollTests {
  /// Frames come after each of `pauses`; the worker looks every microsecond and sleeps until they come. Returns how
  /// long it looked in each pause.
  func looks(_ pauses: [UInt64], limit: UInt64 = 50_000) -> [UInt64] {
    var poll = BusyPoll(limit: limit)
    var now: UInt64 = 1_000_000
    poll.found(1, at: now)
    return pauses.map { pause in
      let begin = now + 1000
      var time = begin
      while time < begin + pause, poll.looksAgain(at: time) { time += 1000 }
      now = begin + pause
      poll.found(1, at: now)
      return time - begin
    }
  }

  @Test func sleepsAtOnceWhenFramesAreFarApart() {
    #expect(looks(Array(repeating: 1_000_000, count: 5)) == [0, 0, 0, 0, 0])
  }

  @Test func looksOnOnceAPauseWasShort() {
    #expect(looks([30_000, 30_000, 5000, 30_000]) == [0, 30_000, 5000, 30_000])
    // Waking up is a part of a pause that was slept through.
    #expect(looks([90_000, 30_000]) == [0, 30_000])
    #expect(looks([110_000, 30_000]) == [0, 0])
  }

  @Test func givesUpAfterTheLimit() {
    #expect(looks([30_000, 2_000_000, 2_000_000, 2_000_000, 2_000_000]) == [0, 51_000, 51_000, 0, 0])
  }

  @Test func doesNotTakeAPauseForShortThatItDidNotBridge() {
    #expect(looks([30_000, 70_000, 70_000, 2_000_000]) == [0, 51_000, 51_000, 0])
  }

  /// A request, its answer soon, the next request late.
  @Test func keepsLookingForAnswers() {
    let pauses = (0..<100).flatMap { _ in [30_000, 2_000_000] as [UInt64] }
    #expect(looks(pauses).suffix(2) == [30_000, 51_000])
  }

  /// Many short pauses are no reason to look on for long when they end.
  @Test func forgets() {
    let quiet = looks(
      Array(repeating: 5000, count: 1000) + Array(repeating: 2_000_000, count: 10))
    #expect(quiet.suffix(10) == [51_000, 51_000, 51_000, 51_000, 51_000, 51_000, 51_000, 51_000, 0, 0])
  }

  /// A stream's frames come `gap` after each other; a worker that sleeps needs 20 us to wake up. Returns for how long it
  /// looked in each pause.
  func looks(atStreamOf gap: UInt64, pauses: Int, limit: UInt64 = 50_000) -> [UInt64] {
    var poll = BusyPoll(limit: limit)
    poll.isOneWay = true
    var now: UInt64 = 1_000_000
    poll.found(1, at: now)
    return (0..<pauses).map { _ in
      let begin = now
      var time = begin
      while time < begin + gap, poll.looksAgain(at: time) { time += 500 }
      let sleeps = time < begin + gap
      now = begin + gap + (sleeps ? 20_000 : 0)
      poll.found(sleeps ? Int((now - begin) / gap) : 1, at: now)
      return time - begin
    }
  }

  @Test func sleepsBetweenFramesOfAStream() {
    #expect(looks(atStreamOf: 50_000, pauses: 20) == Array(repeating: 0, count: 20))
    #expect(looks(atStreamOf: 10_000, pauses: 20) == Array(repeating: 0, count: 20))
  }

  @Test func looksOnWhereAStreamHasFramesCloseTogether() {
    #expect(looks(atStreamOf: 2000, pauses: 20).dropFirst().allSatisfy { $0 == 2000 })
    #expect(looks(atStreamOf: 1000, pauses: 20).dropFirst().allSatisfy { $0 == 1000 })
  }

  @Test func looksForAnswersAgainAfterAStream() {
    var poll = BusyPoll(limit: 50_000)
    poll.isOneWay = true
    poll.found(1, at: 1_000_000)
    let inStream = poll.looksAgain(at: 1_002_000)
    #expect(!inStream)
    poll.isOneWay = false
    poll.found(1, at: 1_032_000)
    let looks = ([1_033_000, 1_043_000, 1_063_000, 1_083_000, 1_084_000] as [UInt64]).map {
      poll.looksAgain(at: $0)
    }
    #expect(looks == [true, true, true, true, false])
  }

  @Test func neverLooksAtAStreamWithoutALimit() {
    #expect(looks(atStreamOf: 1000, pauses: 20, limit: 0) == Array(repeating: 0, count: 20))
  }

  @Test func neverLooksWithoutALimit() {
    #expect(looks([10, 10, 10], limit: 0) == [0, 0, 0])
  }

  @Test func leavesTheProcessorToOthers() {
    var poll = BusyPoll(limit: 50_000)
    for time in stride(from: 1000, to: 20_000, by: 1000) as StrideTo<UInt64> {
      poll.found(1, at: time)
      _ = poll.looksAgain(at: time + 500)
    }
    poll.found(1, at: 30_000)
    let looks = [31_000, 32_000, 53_000].map { poll.looksAgain(at: $0) }
    #expect(looks == [true, true, false])
    // Once may have been the machine's own work; again and again is somebody else's.
    poll.found(1, at: 500_000)
    let looksLater = [501_000, 522_000].map { poll.looksAgain(at: $0) }
    #expect(looksLater == [true, false])
    poll.found(1, at: 600_000)
    let looksThen = poll.looksAgain(at: 601_000)
    #expect(!looksThen)
  }
}
