@testable import Datapath
import Pipeline
import Ports
import Testing

private func settings(_ change: (inout BalancingSettings) -> Void) -> BalancingSettings {
  var settings = BalancingSettings(isOn: true)
  change(&settings)
  return settings
}

/// Queues go to workers by how busy they keep them.
struct QueueAssignmentTests {
  private var subject = QueueAssignment(workers: 2)
  private var queues: [ReceiveQueue] = []

  private mutating func addPort(_ number: Int, queues count: Int = 1, affinity: [Int: Int] = [:]) {
    let port = PortIndex(rawValue: UInt16(number))
    let new = (0..<count).map { ReceiveQueue(port: port, number: $0, source: NullPort()) }
    queues += new
    subject.add(new, of: port, affinity: affinity)
  }

  private func workers(_ port: Int) -> [Int] {
    subject.seats(of: PortIndex(rawValue: UInt16(port))).map(\.worker)
  }

  /// Lets each queue have kept its worker busy for so many thousandths of each of the seconds.
  private mutating func pass(_ seconds: Int, _ loads: [UInt64]) {
    for _ in 0..<seconds {
      for (queue, load) in zip(queues, loads) { queue.count(frames: 1, ticks: load * 1000) }
      subject.measure(ticks: 1_000_000)
    }
  }

  @Test mutating func spreadsIdleQueuesByNumber() {
    for port in 0..<4 { addPort(port) }
    addPort(4, queues: 2)
    #expect((0..<4).map { workers($0) } == [[0], [1], [0], [1]])
    #expect(workers(4) == [0, 1])
  }

  @Test mutating func givesNewQueuesToWhoeverIsLeastBusy() {
    for port in 0..<2 { addPort(port) }
    pass(5, [600, 100])
    addPort(2)
    #expect(workers(2) == [1])
  }

  @Test mutating func movesQueuesFromABusyWorker() {
    for port in 0..<4 { addPort(port) }
    // Ports 0 and 2 are those of worker 0.
    pass(9, [500, 10, 450, 10])
    #expect(subject.improve().isEmpty, "queues were moved before they showed what they cost")
    pass(1, [500, 10, 450, 10])
    let moves = subject.improve()
    #expect(moves.map(\.to) == [1])
    #expect([workers(0), workers(2)].flatMap { $0 }.sorted() == [0, 1])
    pass(9, [500, 10, 10, 450])
    #expect(subject.improve().isEmpty, "queues were moved again too soon")
  }

  @Test mutating func leavesQueuesWhereTheyAreIfItHelpsLittle() {
    for port in 0..<4 { addPort(port) }
    pass(12, [100, 10, 100, 10])
    #expect(subject.improve().isEmpty, "an idle switch was rebalanced")
    pass(12, [800, 100, 10, 600])
    #expect(subject.improve().isEmpty, "nothing was to be gained")
    // One queue that keeps its worker busy stays.
    pass(12, [950, 0, 0, 0])
    #expect(subject.improve().allSatisfy { $0.queue !== queues[0] })
  }

  /// Settings under which the two busy queues of one worker part, or stay.
  @Test(arguments: [
    (BalancingSettings(isOn: true), true), (BalancingSettings(isOn: false), false),
    (settings { $0.busyEnough = 94 }, true), (settings { $0.busyEnough = 97 }, false),
    (settings { $0.improvement = 45 }, true), (settings { $0.improvement = 50 }, false),
    (settings { $0.pause = 12 }, true), (settings { $0.pause = 13 }, false),
  ])
  mutating func movesQueuesAsSettingsSay(settings: BalancingSettings, moves: Bool) {
    for port in 0..<4 { addPort(port) }
    pass(12, [500, 10, 450, 10])
    #expect(subject.improve(settings).isEmpty != moves)
  }

  @Test mutating func leavesPinnedQueuesAlone() {
    addPort(0, queues: 2, affinity: [0: 0, 1: 0])
    addPort(1)
    pass(12, [500, 500, 0])
    #expect(workers(0) == [0, 0])
    #expect(subject.balance().isEmpty)
    // A worker that there is not stands for nothing.
    addPort(2, affinity: [0: 7])
    #expect(workers(2) == [1])
    let moves = subject.pin(PortIndex(rawValue: 0), affinity: [1: 1])
    #expect(moves.map(\.to) == [1])
    #expect(workers(0) == [0, 1])
  }

  @Test mutating func balancesOnRequest() {
    for port in 0..<6 { addPort(port, affinity: [:]) }
    pass(3, [300, 0, 200, 0, 100, 0])
    _ = subject.balance()
    let loads = (0..<2).map { worker in
      (0..<6).filter { workers($0) == [worker] }.reduce(0) { $0 + [300, 0, 200, 0, 100, 0][$1] }
    }
    #expect(loads.max() == 300)
  }

  @Test mutating func forgetsPortsThatGo() {
    for port in 0..<2 { addPort(port) }
    pass(5, [600, 100])
    #expect(subject.remove(PortIndex(rawValue: 0)).count == 1)
    addPort(2)
    #expect(workers(2) == [0])
    #expect(subject.seats(of: PortIndex(rawValue: 0)).isEmpty)
  }
}
