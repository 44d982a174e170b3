public import Classifier

/// What the frames of a batch count for rules, groups and mirrors.
///
/// A single worker counts there at once, with plain loads and stores. Where there are several, atomic additions to
/// counters that all of them want would cost each frame more than its translation: so it is added up here, and goes there
/// once a batch, with what else the batch had for the same counter. To be flushed before the batch ends, and before rules
/// may be freed.
@safe public struct BatchTally: ~Copyable {
  private let isShared: Bool
  private var rules: CounterTally<Rule>
  private var traffics: CounterTally<TrafficCounter>

  /// - Parameter isShared: whether others count, too.
  public init(isShared: Bool) {
    self.isShared = isShared
    rules = CounterTally()
    traffics = CounterTally()
  }

  /// - Parameters:
  ///   - bytes: of all `frames` together.
  ///   - now: monotonic milliseconds.
  @inline(__always)
  mutating func count(_ rule: Rule, frames: Int = 1, bytes: Int, now: UInt64) {
    if isShared {
      rules.count(rule, frames: frames, bytes: bytes, now: now)
    } else {
      rule.count(frames: frames, bytes: bytes, now: now)
    }
  }

  @inline(__always)
  mutating func count(_ traffic: TrafficCounter, frames: Int = 1, bytes: Int, now: UInt64) {
    if isShared {
      traffics.count(traffic, frames: frames, bytes: bytes, now: now)
    } else {
      traffic.count(frames: frames, bytes: bytes)
    }
  }

  /// Counts where it belongs what was added up.
  @inline(__always)
  public mutating func flush(now: UInt64) {
    if isShared { flushAll(now: now) }
  }

  @inline(never)
  private mutating func flushAll(now: UInt64) {
    rules.flush(now: now)
    traffics.flush(now: now)
  }
}

/// Counters of packets and bytes that several workers add to.
protocol SharedCounter: BitwiseCopyable {
  /// Its address: what makes it one of its own.
  var address: UInt { get }
  /// Several workers may call it at once.
  /// - Parameter now: monotonic milliseconds.
  func add(packets: UInt64, bytes: UInt64, now: UInt64)
}

extension Rule: SharedCounter {}
extension TrafficCounter: SharedCounter {}

/// Sums for the counters of one kind that frames of a batch had, as long as they are few; two that want the same place
/// drive each other out.
///
/// # Memory
/// Two arrays of `capacity`, freed by `deinit`. Places are taken modulo `capacity`; those whose number is in `used` are
/// initialized. What lies there may be freed by others, so nothing stays behind `flush`.
@safe private struct CounterTally<Counter: SharedCounter>: ~Copyable {
  private struct Entry {
    var counter: Counter
    var packets: UInt64
    var bytes: UInt64
  }

  private static var capacity: Int { 64 }

  private let entries: UnsafeMutablePointer<Entry>
  /// A bit for each place in use.
  private var used: UInt64 = 0

  init() { unsafe entries = .allocate(capacity: Self.capacity) }

  deinit { unsafe entries.deallocate() }

  @inline(__always)
  mutating func count(_ counter: Counter, frames: Int, bytes: Int, now: UInt64) {
    // Blocks lie at multiples of 16 bytes.
    let place =
      Int(truncatingIfNeeded: (counter.address >> 4) ^ (counter.address >> 10)) & (Self.capacity - 1)
    let entry = unsafe entries + place
    let packets = UInt64(truncatingIfNeeded: frames)
    let bytes = UInt64(truncatingIfNeeded: bytes)
    if used >> UInt64(place) & 1 != 0 {
      if unsafe entry.pointee.counter.address == counter.address {
        unsafe entry.pointee.packets &+= packets
        unsafe entry.pointee.bytes &+= bytes
        return
      }
      give(place, now: now)
    }
    used |= 1 << UInt64(place)
    unsafe entry.initialize(to: Entry(counter: counter, packets: packets, bytes: bytes))
  }

  mutating func flush(now: UInt64) {
    while used != 0 {
      let place = used.trailingZeroBitCount
      give(place, now: now)
      used &= used - 1
    }
  }

  private func give(_ place: Int, now: UInt64) {
    let entry = unsafe entries[place]
    entry.counter.add(packets: entry.packets, bytes: entry.bytes, now: now)
  }
}
