import Classifier
import Match
import Pipeline
import Ports
import Sys

/// All workers as the control thread uses them: every call returns when those concerned have done what was asked.
final class Workers {
  private let workers: [Worker]
  /// Has rules learned that a worker waits for.
  var learn: ([LearnRequest]) -> Void = { _ in }
  private var assignment: QueueAssignment
  private var rate = TickRate()

  init(
    _ surroundings: Worker.Surroundings, onLearn: @escaping @Sendable () -> Void
  ) throws(SysError) {
    var workers: [Worker] = []
    for number in 0..<surroundings.settings.workers {
      workers.append(try Worker(number: number, surroundings: surroundings, onLearn: onLearn))
    }
    self.workers = workers
    assignment = QueueAssignment(workers: workers.count)
    for worker in workers { try worker.start() }
  }

  var count: Int { workers.count }

  /// Ends all of them.
  func stop() {
    askAll { _ in [.stop] }
    for worker in workers { worker.join() }
  }

  // MARK: Ports

  func add(_ port: PortIndex, counters: PortCounterLanes, drops: DropRing) {
    askAll { [.add(port, counters[$0], drops)] }
  }

  func remove(_ port: PortIndex) { askAll { _ in [.remove(port)] } }

  /// Frames leave by the device from now on, and come in by each of its queues.
  /// - Parameter affinity: which worker takes which queue, for those about which that was said.
  func attach(_ device: any Port, to port: PortIndex, affinity: [Int: Int]) {
    let exits = PortExit.all(of: device, workers: workers.count)
    askAll { [.open(port, exits[$0])] }
    let queues = device.queues.enumerated().map { ReceiveQueue(port: port, number: $0, source: $1) }
    assignment.add(queues, of: port, affinity: affinity)
    let seats = assignment.seats(of: port)
    askAll { worker in seats.filter { $0.worker == worker }.map { .attach($0.queue) } }
  }

  /// The device takes other frames unfinished than before.
  func noteOffloads(of device: any Port, at port: PortIndex) {
    let exits = PortExit.all(of: device, workers: workers.count)
    askAll { [.open(port, exits[$0])] }
  }

  func detach(_ port: PortIndex) {
    let seats = assignment.remove(port)
    askAll { worker in seats.filter { $0.worker == worker }.map { .detach($0.queue) } + [.open(port, nil)] }
  }

  /// The same of the queues that are there.
  func pin(_ port: PortIndex, affinity: [Int: Int]) { carryOut(assignment.pin(port, affinity: affinity)) }

  // MARK: Load

  /// To be called about once a second: sees how busy the queues keep workers.
  /// - Parameter settings: when queues are to be moved.
  func measure(andMove settings: BalancingSettings) {
    guard workers.count > 1 else { return }
    assignment.measure(ticks: rate.elapsedTicks)
    rate = TickRate()
    carryOut(assignment.improve(settings))
  }

  /// Spreads queues as evenly as their loads allow. Returns how many were moved.
  func rebalance() -> Int {
    let moves = assignment.balance()
    carryOut(moves)
    return moves.count
  }

  /// What waits in a queue meanwhile stays there: a worker has sent all that it took when it gives the queue back.
  private func carryOut(_ moves: [QueueAssignment.Move]) {
    askAll { worker in moves.filter { $0.from == worker }.map { .detach($0.queue) } }
    askAll { worker in moves.filter { $0.to == worker }.map { .attach($0.queue) } }
  }

  /// Whether somebody has said which worker takes the queue.
  func isPinned(_ port: PortIndex, queue: Int) -> Bool {
    assignment.seats(of: port).first { $0.queue.number == queue }?.isPinned ?? false
  }

  // MARK: Frames

  func inject(_ frame: [UInt8], actions: Rule, bridge: BridgeIndex, inPort: PortNumber) {
    ask(0, .inject(frame, actions: actions, bridge: bridge, inPort: inPort))
  }

  func resume(_ frame: [UInt8], _ resumed: ResumedTranslation) { ask(0, .resume(frame, resumed)) }

  // MARK: Reports

  /// What each has done. A batch that was under way when this was called is among it.
  var reports: [WorkerReport] {
    let boxes = workers.map { _ in ReportBox() }
    askAll { [.report(boxes[$0])] }
    return boxes.map(\.value)
  }

  func clearReports() { askAll { _ in [.clear] } }

  // MARK: Asking

  /// Has the rules learned that workers wait for, if any does.
  func serveLearning() { for worker in workers { worker.learnQueue.serve(learn) } }

  private func ask(_ worker: Int, _ request: Worker.Request) { askAll { $0 == worker ? [request] : [] } }

  /// Hands its requests to each worker, then waits for all. One that waits for a rule is served meanwhile.
  private func askAll(_ requests: (Int) -> [Worker.Request]) {
    var pending: [(worker: Worker, number: UInt64)] = []
    for (number, worker) in workers.enumerated() {
      let requests = requests(number)
      if !requests.isEmpty { pending.append((worker, worker.send(requests))) }
    }
    while !pending.allSatisfy({ $0.worker.hasDone($0.number) }) {
      serveLearning()
      Thread.yield()
    }
  }
}
