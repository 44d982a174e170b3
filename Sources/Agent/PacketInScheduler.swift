import Datapath

/// A frame for a controller and the cookie of the rule that sent it.
struct WaitingPacketIn {
  var packetIn: PacketIn
  var cookie: UInt64
  /// What the controller has to show to have the frame sent on; `nil` when it cannot.
  var token: PauseToken?
}

/// Holds packet-ins back that come faster than a controller is to get them.
///
/// # Theory
/// As many as a token bucket admits go at once. The others wait in a queue for each port, which get their turns one
/// after the other; when too many wait, the oldest of the longest queue is dropped. So a port that floods delays
/// and loses its own packet-ins, not those of others.
struct PacketInScheduler {
  private var bucket: TokenBucket
  private let limit: Int
  private var queues: [UInt16: [WaitingPacketIn]] = [:]
  /// Ports whose queues are not empty, the one whose turn it is first.
  private var turns: [UInt16] = []
  private(set) var counts = ControllerStatus.Scheduling()

  /// - Parameters:
  ///   - burst: `nil` for a quarter of `rate`.
  ///   - limit: how many may wait.
  ///   - now: monotonic nanoseconds.
  init(rate: Int, burst: Int?, limit: Int, now: UInt64) {
    bucket = TokenBucket(rate: rate, burst: max(1, burst ?? rate / 4), now: now)
    self.limit = limit
  }

  /// Whether a packet-in goes at once. One that does not has been queued.
  mutating func admits(_ waiting: WaitingPacketIn, port: UInt16, now: UInt64) -> Bool {
    if turns.isEmpty, bucket.take(now: now) {
      counts.bypassed += 1
      return true
    }
    if queues[port, default: []].isEmpty { turns.append(port) }
    queues[port, default: []].append(waiting)
    counts.queued += 1
    counts.backlog += 1
    if counts.backlog > limit { dropOldestOfLongest() }
    return false
  }

  private mutating func dropOldestOfLongest() {
    guard let port = turns.max(by: { queues[$0, default: []].count < queues[$1, default: []].count }) else {
      return
    }
    counts.dropped += 1
    if takeFirst(of: port) == nil || queues[port, default: []].isEmpty { turns.removeAll { $0 == port } }
  }

  private mutating func takeFirst(of port: UInt16) -> WaitingPacketIn? {
    guard var queue = queues.removeValue(forKey: port), !queue.isEmpty else { return nil }
    let first = queue.removeFirst()
    if !queue.isEmpty { queues[port] = queue }
    counts.backlog -= 1
    return first
  }

  /// The packet-in whose time has come, if there is one.
  mutating func next(now: UInt64) -> WaitingPacketIn? {
    guard let port = turns.first, bucket.take(now: now) else { return nil }
    turns.removeFirst()
    let next = takeFirst(of: port)
    if queues[port] != nil { turns.append(port) }
    return next
  }

  /// Nanoseconds until `next` has something to give; `nil` when nothing waits.
  var wait: UInt64? { turns.isEmpty ? nil : bucket.wait }
}
