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
  /// The worker of each queue that frames come in by.
  private var seats: [PortIndex: [Seat]] = [:]

  private struct Seat {
    let queue: ReceiveQueue
    var worker: Int
  }

  init(
    _ surroundings: Worker.Surroundings, onLearn: @escaping @Sendable () -> Void
  ) throws(SysError) {
    var workers: [Worker] = []
    for number in 0..<surroundings.settings.workers {
      workers.append(try Worker(number: number, surroundings: surroundings, onLearn: onLearn))
    }
    self.workers = workers
    for worker in workers { try worker.start() }
  }

  var count: Int { workers.count }

  /// Ends all of them.
  func stop() {
    askAll { _ in [.stop] }
    for worker in workers { worker.join() }
  }

  // MARK: Ports

  func add(_ port: PortIndex, counters: PortCounters, drops: DropRing) {
    askAll { _ in [.add(port, counters, drops)] }
  }

  func remove(_ port: PortIndex) { askAll { _ in [.remove(port)] } }

  /// Frames leave by the device from now on, and come in by each of its queues.
  func attach(_ device: any Port, to port: PortIndex) {
    let exits = PortExit.all(of: device, workers: workers.count)
    askAll { [.open(port, exits[$0])] }
    let queues = device.queues.enumerated().map { number, source in
      Seat(queue: ReceiveQueue(port: port, number: number, source: source), worker: number % workers.count)
    }
    seats[port] = queues
    askAll { worker in queues.filter { $0.worker == worker }.map { .attach($0.queue) } }
  }

  /// The device takes other frames unfinished than before.
  func noteOffloads(of device: any Port, at port: PortIndex) {
    let exits = PortExit.all(of: device, workers: workers.count)
    askAll { [.open(port, exits[$0])] }
  }

  func detach(_ port: PortIndex) {
    let queues = seats.removeValue(forKey: port) ?? []
    askAll { worker in queues.filter { $0.worker == worker }.map { .detach($0.queue) } + [.open(port, nil)] }
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
