import CLinux

/// The processor's own clock: some 8 ns a look, in a unit of its own, which `TickRate` knows.
public enum Ticks {
  public static var now: UInt64 { clinux_ticks() }
}

/// How long a tick takes: measured between two looks at both clocks.
public struct TickRate: Sendable {
  private let ticks: UInt64
  private let nanoseconds: UInt64

  /// From now on.
  public init() {
    ticks = Ticks.now
    nanoseconds = MonotonicClock.nanoseconds
  }

  /// Measured for a millisecond.
  public static func ticksPerMicrosecond() -> UInt64 {
    let rate = TickRate()
    while rate.elapsed < 1_000_000 { Thread.yield() }
    return max(1, rate.elapsedTicks * 1000 / rate.elapsed)
  }

  /// Nanoseconds since it was made.
  public var elapsed: UInt64 { MonotonicClock.nanoseconds &- nanoseconds }

  /// Ticks since it was made.
  public var elapsedTicks: UInt64 { Ticks.now &- ticks }
}
