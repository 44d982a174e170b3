import Pipeline

/// Which worker takes frames from which queue. Control thread only.
///
/// # Theory
/// A queue's load is how long workers were busy with it, of late: half of it is the last second's, a quarter that of the
/// second before, and so on. A new queue goes to the worker with the least, or the fewest queues among equals. When
/// the busiest worker has much to do, and moving queues would take a good part of it away, queues are moved: each move
/// takes that queue from the busiest to the least busy worker that leaves the busier of both with the least.
struct QueueAssignment {
  struct Seat {
    let queue: ReceiveQueue
    fileprivate(set) var worker: Int
    /// Whether somebody has said which worker takes it.
    fileprivate(set) var isPinned: Bool
    /// Thousandths of a processor.
    fileprivate(set) var load: Int
    fileprivate var seenTicks: UInt64
  }

  struct Move {
    let queue: ReceiveQueue
    let from: Int
    let to: Int
  }

  private let workers: Int
  private var seats: [PortIndex: [Seat]] = [:]
  /// Seconds since queues were moved last.
  private var secondsSinceMove = 0
  private var loads: [Int]
  private var counts: [Int]

  init(workers: Int) {
    self.workers = workers
    loads = Array(repeating: 0, count: workers)
    counts = loads
  }

  func seats(of port: PortIndex) -> [Seat] { seats[port] ?? [] }

  // MARK: Ports

  /// - Parameter affinity: which worker takes which queue, for those about which somebody has said it.
  mutating func add(_ queues: [ReceiveQueue], of port: PortIndex, affinity: [Int: Int]) {
    // What the others have is the best guess.
    let all = counts.reduce(0, +)
    let load = all == 0 ? 0 : loads.reduce(0, +) / all
    for queue in queues {
      let wanted = affinity[queue.number].flatMap { $0 < workers ? $0 : nil }
      let worker = wanted ?? leastBusy
      seats[port, default: []].append(
        Seat(queue: queue, worker: worker, isPinned: wanted != nil, load: load, seenTicks: queue.ticks))
      loads[worker] += load
      counts[worker] += 1
    }
  }

  mutating func remove(_ port: PortIndex) -> [Seat] {
    let gone = seats.removeValue(forKey: port) ?? []
    for seat in gone {
      loads[seat.worker] -= seat.load
      counts[seat.worker] -= 1
    }
    return gone
  }

  private var leastBusy: Int {
    (0..<workers).min { (loads[$0], counts[$0], $0) < (loads[$1], counts[$1], $1) } ?? 0
  }

  /// Has queues of a port taken by other workers, or by whoever has time for those that `affinity` no longer names.
  mutating func pin(_ port: PortIndex, affinity: [Int: Int]) -> [Move] {
    var moves: [Move] = []
    for (place, seat) in (seats[port] ?? []).enumerated() {
      let wanted = affinity[seat.queue.number].flatMap { $0 < workers ? $0 : nil }
      seats[port]?[place].isPinned = wanted != nil
      if let wanted, wanted != seat.worker { moves.append(move(place, of: port, to: wanted)) }
    }
    return moves
  }

  /// Precondition: the port has a queue at `place`.
  private mutating func move(_ place: Int, of port: PortIndex, to worker: Int) -> Move {
    let seat = seats[port, default: []][place]
    loads[seat.worker] -= seat.load
    counts[seat.worker] -= 1
    loads[worker] += seat.load
    counts[worker] += 1
    seats[port, default: []][place].worker = worker
    return Move(queue: seat.queue, from: seat.worker, to: worker)
  }

  // MARK: Load

  /// To be called about once a second.
  /// - Parameter ticks: how many there were since the last time.
  mutating func measure(ticks: UInt64) {
    guard ticks > 0 else { return }
    secondsSinceMove += 1
    loads = Array(repeating: 0, count: workers)
    for (port, list) in seats {
      for (place, seat) in list.enumerated() {
        let now = seat.queue.ticks
        let new = Int(min(1000, (now &- seat.seenTicks) * 1000 / ticks))
        let load = (seat.load + new) / 2
        seats[port, default: []][place].seenTicks = now
        seats[port, default: []][place].load = load
        loads[seat.worker] += load
      }
    }
  }

  /// Moves that are worth it: the busiest worker has much to do now, and would have a good part less. Not more often than
  /// queues have had time to show what they cost.
  mutating func improve(_ settings: BalancingSettings = BalancingSettings(isOn: true)) -> [Move] {
    guard workers > 1, settings.isOn, secondsSinceMove >= settings.pause, let most = loads.max(),
      most >= settings.busyEnough * 10
    else { return [] }
    var trial = self
    let moves = trial.balance()
    guard let new = trial.loads.max(), new * 100 <= most * (100 - settings.improvement) else { return [] }
    self = trial
    return moves
  }

  /// All moves that take something away from the busiest worker.
  mutating func balance() -> [Move] {
    var moves: [Move] = []
    var movable = seats.values.joined().count { !$0.isPinned }
    while movable > 0, let best = bestMove {
      moves.append(move(best.place, of: best.port, to: best.worker))
      movable -= 1
    }
    if !moves.isEmpty { secondsSinceMove = 0 }
    return moves
  }

  private var bestMove: (port: PortIndex, place: Int, worker: Int)? {
    // A queue weighs something even if nothing came by it of late.
    let weights = (0..<workers).map { loads[$0] * 16 + counts[$0] }
    guard let from = (0..<workers).max(by: { weights[$0] < weights[$1] }) else { return nil }
    guard let to = (0..<workers).min(by: { weights[$0] < weights[$1] }), from != to else { return nil }
    var best: (port: PortIndex, place: Int, left: Int)?
    for (port, list) in seats {
      for (place, seat) in list.enumerated() where seat.worker == from && !seat.isPinned {
        let weight = seat.load * 16 + 1
        let left = max(weights[from] - weight, weights[to] + weight)
        guard left < weights[from] else { continue }
        let name = (port.rawValue, place)
        if let best, (best.left, best.port.rawValue, best.place) < (left, name.0, name.1) { continue }
        best = (port, place, left)
      }
    }
    return best.map { ($0.port, $0.place, to) }
  }
}
