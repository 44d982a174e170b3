import Flow
import Synchronization

/// What a frame puts on a meter: itself, or, if it is to be cut into segments, all of them as a wire would
/// carry them.
public struct MeterLoad: Equatable, Sendable {
  public var packets: UInt32
  public var bytes: UInt32

  public init(packets: UInt32 = 1, bytes: UInt32) {
    self.packets = packets
    self.bytes = bytes
  }
}

/// What a meter has seen, or one of its bands has applied to.
public struct MeterCounts: Equatable, Sendable {
  public var packets: UInt64
  public var bytes: UInt64

  public init(packets: UInt64, bytes: UInt64) {
    self.packets = packets
    self.bytes = bytes
  }
}

/// What is to become of a metered frame.
public enum MeterVerdict: Equatable, Sendable {
  case pass
  case drop
  /// The frame goes on with a drop precedence that is so much higher.
  case remark(steps: UInt8)
}

/// What workers know of a meter, as a handle of one word: its bands and its counters.
///
/// Each band has a token bucket of its own, full at the start, and every frame is held against all of them. Of
/// those whose rate it exceeds, the one with the highest rate applies, the first of several with the same
/// (OpenFlow 1.3.5, section 5.7.1).
///
/// # Memory and threads
/// One meter is one block and the array of its bands, made by `allocate` and freed by `deallocate` on the control
/// thread when no worker can see it any more. Both sides of `LeftRight` lead to the same one. Any number of
/// workers may measure at once: the state is atomic, and no token is lost or made by a race.
@safe public struct MeterRecord: BitwiseCopyable, @unchecked Sendable {
  @unsafe private struct Content: ~Copyable {
    let packets = Atomic<UInt64>(0)
    let bytes = Atomic<UInt64>(0)
    /// Up to which monotonic microsecond the buckets were filled.
    let filled: Atomic<UInt64>
    let countsPackets: Bool
    let bandCount: Int
    let bands: UnsafeMutablePointer<MeterBucket>
  }

  private let content: UnsafeMutablePointer<Content>

  /// A meter as `config`, whose bands all have a burst size, says.
  /// - Parameter now: monotonic microseconds.
  static func allocate(_ config: MeterConfig, now: UInt64) -> MeterRecord {
    let bands = UnsafeMutablePointer<MeterBucket>.allocate(capacity: config.bands.count)
    for (i, band) in config.bands.enumerated() {
      let steps: UInt8? =
        switch band.action {
        case .drop: nil
        case .remarkDSCP(let level): level
        }
      unsafe (bands + i).initialize(
        to: MeterBucket(rate: band.rate, burstSize: band.burstSize, precedenceSteps: steps))
    }
    let content = UnsafeMutablePointer<Content>.allocate(capacity: 1)
    unsafe content.initialize(
      to: Content(
        filled: Atomic(now), countsPackets: config.flags.contains(.packets), bandCount: config.bands.count,
        bands: bands))
    return unsafe MeterRecord(content: content)
  }

  @unsafe private init(content: UnsafeMutablePointer<Content>) { unsafe self.content = content }

  public func deallocate() {
    unsafe content.pointee.bands.deinitialize(count: bandCount)
    unsafe content.pointee.bands.deallocate()
    unsafe content.deinitialize(count: 1)
    unsafe content.deallocate()
  }

  // MARK: Workers' side

  /// Counts a frame and says what is to become of it.
  /// - Parameter now: monotonic microseconds, read once a batch. Workers may be behind one another.
  public func measure(_ load: MeterLoad, now: UInt64) -> MeterVerdict {
    fill(now: now)
    unsafe content.pointee.packets.wrappingAdd(UInt64(load.packets), ordering: .relaxed)
    unsafe content.pointee.bytes.wrappingAdd(UInt64(load.bytes), ordering: .relaxed)
    let cost =
      unsafe content.pointee.countsPackets
      ? Int64(load.packets) * MeterBucket.unit : Int64(load.bytes) * (8 * MeterBucket.unit / 1000)
    var exceeded: Int?
    var highest: UInt32 = 0
    for i in 0..<bandCount where unsafe !content.pointee.bands[i].take(cost, mayOwe: load.packets > 1) {
      let rate = unsafe content.pointee.bands[i].rate
      if rate > highest { (exceeded, highest) = (i, rate) }
    }
    guard let exceeded else { return .pass }
    unsafe content.pointee.bands[exceeded].count(load)
    return unsafe content.pointee.bands[exceeded].precedenceSteps.map { .remark(steps: $0) } ?? .drop
  }

  /// One worker alone adds what came in since the last time. The others may find the buckets as they were a
  /// moment ago.
  private func fill(now: UInt64) {
    let last = unsafe content.pointee.filled.load(ordering: .relaxed)
    guard now > last else { return }
    let result = unsafe content.pointee.filled.compareExchange(
      expected: last, desired: now, ordering: .relaxed)
    guard result.exchanged else { return }
    for i in 0..<bandCount { unsafe content.pointee.bands[i].fill(elapsed: now - last) }
  }

  // MARK: Everybody's

  private var bandCount: Int { unsafe content.pointee.bandCount }

  /// Whether a band may change frames instead of dropping them.
  public var remarks: Bool {
    for i in 0..<bandCount where unsafe content.pointee.bands[i].precedenceSteps != nil { return true }
    return false
  }

  /// What was measured.
  public var counts: MeterCounts {
    unsafe MeterCounts(
      packets: content.pointee.packets.load(ordering: .relaxed),
      bytes: content.pointee.bytes.load(ordering: .relaxed))
  }

  /// What each band was applied to, in the order of the bands.
  public var bandCounts: [MeterCounts] { (0..<bandCount).map { unsafe content.pointee.bands[$0].counts } }
}
