import Synchronization

/// One band's token bucket and what it counted. Several workers may use it at once.
///
/// # Theory
/// Tokens come in at `rate` up to `capacity`; a frame takes as many as it costs, or, when there are not so many,
/// exceeds the band's rate and takes none. The unit is the millionth part of the meter's: rate times
/// microseconds are tokens, so nothing is ever rounded and no division is needed.
struct MeterBucket: ~Copyable {
  /// Tokens of one of the meter's units: a packet, or 1,000 bits.
  static var unit: Int64 { 1_000_000 }

  /// Units a second, so tokens a microsecond.
  let rate: UInt32
  private let capacity: Int64
  /// At most `capacity`; below 0 after a frame of many segments.
  private let tokens: Atomic<Int64>
  private let packets = Atomic<UInt64>(0)
  private let bytes = Atomic<UInt64>(0)
  /// Steps of drop precedence that a frame above the rate is raised by; `nil`: it is dropped.
  let precedenceSteps: UInt8?

  /// A full bucket.
  init(rate: UInt32, burstSize: UInt32, precedenceSteps: UInt8?) {
    self.rate = rate
    self.precedenceSteps = precedenceSteps
    capacity = Int64(burstSize) * Self.unit
    tokens = Atomic(capacity)
  }

  /// Adds what comes in during `elapsed` microseconds.
  func fill(elapsed: UInt64) {
    let (product, overflows) = UInt64(rate).multipliedReportingOverflow(by: elapsed)
    let credit = overflows ? .max : product
    var old = tokens.load(ordering: .relaxed)
    while true {
      // 0 or more and without overflow, as a debt is less than 2 to the power of 32 tokens.
      let room = UInt64(truncatingIfNeeded: capacity - old)
      let new = credit >= room ? capacity : old + Int64(truncatingIfNeeded: credit)
      let result = tokens.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
      if result.exchanged { return }
      old = result.original
    }
  }

  /// Takes `cost` tokens. `false` when there are not so many, and then it takes none.
  ///
  /// A frame of several segments that costs more than there can ever be takes them when the bucket is full, and
  /// the bucket owes the rest: so a rate below a segmented frame's length is kept to in the long run, and the
  /// frame's sender is not cut off for good.
  func take(_ cost: Int64, mayOwe: Bool) -> Bool {
    let needed = mayOwe ? min(cost, capacity) : cost
    var old = tokens.load(ordering: .relaxed)
    while old >= needed {
      let result = tokens.weakCompareExchange(expected: old, desired: old - cost, ordering: .relaxed)
      if result.exchanged { return true }
      old = result.original
    }
    return false
  }

  /// Counts what was above the rate and had this band applied to it.
  func count(_ load: MeterLoad) {
    packets.wrappingAdd(UInt64(load.packets), ordering: .relaxed)
    bytes.wrappingAdd(UInt64(load.bytes), ordering: .relaxed)
  }

  var counts: MeterCounts {
    MeterCounts(packets: packets.load(ordering: .relaxed), bytes: bytes.load(ordering: .relaxed))
  }
}
