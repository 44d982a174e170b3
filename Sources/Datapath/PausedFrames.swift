import Classifier
public import Match
public import Pipeline
import Synchronization

/// How many frames wait for controllers to send them on. Workers and the control thread share it.
final class PausedFrameCount: Sendable {
  /// Frames at most, of all bridges together.
  static var limit: Int { 4096 }

  private let value = Atomic(0)

  /// Counts a frame that is to wait; `nil` when too many do.
  func wait(for translation: PausedTranslation) -> PausedFrame? {
    guard value.add(1, ordering: .relaxed).newValue <= Self.limit else {
      value.subtract(1, ordering: .relaxed)
      return nil
    }
    return PausedFrame(translation, self)
  }

  fileprivate func leave() { value.subtract(1, ordering: .relaxed) }
}

/// What is left to be done with a frame that waits, counted as long as it is there.
public final class PausedFrame: Sendable {
  public let translation: PausedTranslation
  private let count: PausedFrameCount

  fileprivate init(_ translation: PausedTranslation, _ count: PausedFrameCount) {
    self.translation = translation
    self.count = count
  }

  deinit { count.leave() }
}

/// What a controller shows to have a frame sent on: 128 random bits, so that nobody can make one up.
public struct PauseToken: Hashable, Sendable {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  static var random: PauseToken { PauseToken(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max)) }
}

/// The frames of one bridge that wait, by token. Control thread only.
struct PausedFrames {
  /// Milliseconds after which a frame is forgotten.
  static var lifetime: UInt64 { 30_000 }

  private struct Entry {
    var frame: PausedFrame
    /// Those of the rules, as they were when the frame was paused.
    var cookies: [UInt64?]
  }

  private var entries: [PauseToken: Entry] = [:]
  /// All tokens since some time, the oldest first, and when they end.
  private var ends: [(token: PauseToken, time: UInt64)] = []
  /// Those in front of this place have ended.
  private var first = 0

  /// - Parameter now: monotonic milliseconds.
  mutating func add(_ frame: PausedFrame, cookies: [UInt64?], now: UInt64) -> PauseToken {
    let token = PauseToken.random
    entries[token] = Entry(frame: frame, cookies: cookies)
    ends.append((token, now + Self.lifetime))
    return token
  }

  /// The frame, which is not there any more behind; `nil` when it is gone or never was.
  mutating func take(_ token: PauseToken, now: UInt64) -> (frame: PausedFrame, cookies: [UInt64?])? {
    expire(now: now)
    return entries.removeValue(forKey: token).map { ($0.frame, $0.cookies) }
  }

  /// Forgets frames that have waited too long.
  mutating func expire(now: UInt64) {
    while first < ends.count, ends[first].time <= now || entries[ends[first].token] == nil {
      entries[ends[first].token] = nil
      first += 1
    }
    guard first > ends.count / 2 else { return }
    ends.removeFirst(first)
    first = 0
  }
}

extension Bridge {
  /// Keeps what is left to be done with a frame until a controller sends it on, or it has waited too long.
  /// - Returns: what the controller has to show.
  public func hold(_ frame: PausedFrame) -> PauseToken {
    let cookies = frame.translation.rules.map { rule in
      rule.flatMap { rule in flow(id: rule.id).flatMap { $0.rule.sequence == rule.sequence ? $0.cookie : nil }
      }
    }
    return paused.add(frame, cookies: cookies, now: Self.now)
  }

  /// Goes on with a frame that waits. It may have become another one meanwhile.
  ///
  /// - Parameters:
  ///   - frame: as a controller got it, perhaps changed.
  ///   - metadata: the ingress port, the registers and what else does not come from a frame.
  /// - Returns: `false` when no frame waits under the token, or not any more.
  public func resume(_ token: PauseToken, frame: [UInt8], metadata: FlowKey) -> Bool {
    guard let (waiting, cookies) = paused.take(token, now: Self.now) else { return false }
    let resumed = ResumedTranslation(waiting.translation, cookies: cookies, metadata: metadata)
    defer { withExtendedLifetime(waiting) { resumed.deallocate() } }
    owner.workers.resume(frame, resumed)
    return true
  }
}
