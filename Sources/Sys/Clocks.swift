import CLinux
import Glibc

/// Time since some point in the past, in nanoseconds. Never goes back.
public enum MonotonicClock {
  /// Exact; about 16 ns a call.
  public static var nanoseconds: UInt64 { clinux_clock(CLOCK_MONOTONIC) }
}

/// The time of day, in nanoseconds since 1970. It may be set, and then jumps.
public enum WallClock {
  public static var nanoseconds: UInt64 { clinux_clock(CLOCK_REALTIME) }
}

/// A counter of the processor that runs at a constant rate, for comparing how long two things take: reading it is
/// cheaper than reading a clock.
public enum ProcessorTicks {
  public static var now: UInt64 { clinux_ticks() }
}
