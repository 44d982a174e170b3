/// Decides whether a worker that has found no frame looks again or sleeps.
///
/// A thread that sleeps is woken late, after some 30 us on an idle processor, and waking it costs the sender time. So the
/// worker looks on for a bounded time, but only as long as that tends to pay: each pause that ends with a frame in time
/// earns credit, each one that does not costs some. A switch whose frames are far apart sleeps at once, and so does one
/// whose processor others want again and again; once may have been the machine's own work. Times are in nanoseconds of a clock that never goes back.
///
/// Where frames come from one side only nobody waits for an answer. Then looking on is to spare the worker and the sender
/// the waking and no more, so it pays for less time than waking takes: otherwise a stream of 20,000 frames/s would cost
/// a whole processor.
struct BusyPoll {
  private enum State {
    case working
    case looking
    /// - gaveUp: after it had looked in vain.
    case asleep(gaveUp: Bool)
  }

  private static var mostCredit: Int { 8 }
  /// Earned by a pause that was short enough. More than one costs, so that of two kinds of pauses, as between a request
  /// and its answer and between two requests, the short ones count.
  private static var earned: Int { 2 }
  /// How long to look on at most for the next frame of a stream.
  private static var longestOneWay: UInt64 { 3000 }
  /// Between two looks, which take less than 1 us, lies so much only if somebody else had the processor.
  private static var interruption: UInt64 { 20_000 }

  /// The longest time to look on; 0 for never.
  private let limit: UInt64
  /// Whether frames come from one side only.
  var isOneWay = false
  private var state = State.asleep(gaveUp: false)
  private var credit = 0
  /// When the pause began.
  private var start: UInt64 = 0
  private var lastLook: UInt64 = 0

  init(limit: UInt64) { self.limit = limit }

  private var longest: UInt64 { isOneWay ? min(limit, Self.longestOneWay) : limit }

  /// There were so many frames at `now`.
  mutating func found(_ frames: Int, at now: UInt64) {
    switch state {
    case .working: return
    case .looking: credit = min(Self.mostCredit, credit + Self.earned)
    case .asleep(let gaveUp):
      // Waking up was part of the pause. In a stream's, the frames that have come meanwhile say how far apart they are.
      let wasShort =
        isOneWay ? now &- start <= longest &* UInt64(frames) : !gaveUp && now &- start <= 2 * limit
      if wasShort { credit = min(Self.mostCredit, credit + Self.earned) }
    }
    state = .working
  }

  /// There was none at `now`. Returns whether to look again at once; otherwise the caller sleeps.
  mutating func looksAgain(at now: UInt64) -> Bool {
    switch state {
    case .working:
      start = now
      lastLook = now
      guard credit > 0, limit > 0 else {
        state = .asleep(gaveUp: false)
        return false
      }
      state = .looking
      return true
    case .looking:
      let sinceLastLook = now &- lastLook
      lastLook = now
      if sinceLastLook > Self.interruption {
        credit = max(0, credit / 2 - 1)
      } else if now &- start > longest {
        credit -= 1
      } else {
        return true
      }
      state = .asleep(gaveUp: true)
      return false
    case .asleep: return false
    }
  }
}
