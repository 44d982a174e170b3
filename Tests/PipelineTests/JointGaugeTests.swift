@testable import Pipeline
import Testing

/// When flows are kept under a joint mask, too.
@Suite struct JointGaugeTests {
  /// A window of frames that were looked for.
  private func window(
    _ gauge: inout JointGauge, hits: UInt64, probes: UInt64, joint: UInt64 = 0, refusals: UInt64 = 0
  ) {
    gauge.lookups = 8192
    gauge.hits = hits
    gauge.probes = probes
    gauge.jointHits = joint
    gauge.refusals = refusals
    #expect(gauge.isDue)
    gauge.close()
    #expect(!gauge.isDue)
  }

  @Test func itComesWhenFramesAreFoundUnderManyMasks() {
    var gauge = JointGauge()
    window(&gauge, hits: 8192, probes: 8192)
    #expect(!gauge.isOn)
    window(&gauge, hits: 1000, probes: 40_000)
    #expect(!gauge.isOn)
    window(&gauge, hits: 8000, probes: 20_000)
    #expect(gauge.isOn)
  }

  @Test func itComesWhenThereIsNoRoomForMasks() {
    var gauge = JointGauge()
    window(&gauge, hits: 1000, probes: 40_000, refusals: 4000)
    #expect(gauge.isOn)
  }

  @Test func itStaysWhileItSavesProbesOrIsOnTheWay() {
    var gauge = JointGauge()
    window(&gauge, hits: 8000, probes: 20_000)
    for share in 1...16 as ClosedRange<UInt64> {
      window(&gauge, hits: 8192, probes: 24_000, joint: share * 256)
      #expect(gauge.isOn)
    }
    for _ in 0..<100 { window(&gauge, hits: 8192, probes: 9000, joint: 8000) }
    #expect(gauge.isOn)
  }

  @Test func itGoesForEverLongerWhenItSavesNothing() {
    var gauge = JointGauge()
    var pauses: [Int] = []
    for _ in 0..<3 {
      window(&gauge, hits: 8000, probes: 20_000)
      window(&gauge, hits: 8000, probes: 24_000, joint: 100)
      #expect(!gauge.isOn)
      var pause = -1
      while !gauge.isOn {
        window(&gauge, hits: 8000, probes: 20_000)
        pause += 1
      }
      pauses.append(pause)
      window(&gauge, hits: 8000, probes: 24_000, joint: 100)
      for _ in 0..<pause * 2 { window(&gauge, hits: 8000, probes: 20_000) }
    }
    #expect(pauses[0] == 16)
    #expect(pauses == pauses.sorted() && pauses[2] > 2 * pauses[0])
  }
}
