import Bytes
import Classifier
import Match
import Pipeline
import Ports
import Sys
import Synchronization

/// One thread that forwards: waits for queues that have frames and takes each batch through the packet path.
///
/// It sleeps in epoll when nothing arrives, after it has looked on for a while if that tends to pay (`BusyPoll`). Each
/// round asks all of its queues at once and takes one batch from each that has frames, so that none starves others. The
/// control thread talks to it through a mailbox that is emptied between batches (`Workers`).
final class Worker: Sendable {
  /// What the control thread asks for.
  enum Request: Sendable {
    case add(PortIndex, PortCounters, DropRing)
    case remove(PortIndex)
    /// Frames for the port leave there from now on, or nowhere.
    case open(PortIndex, PortExit?)
    case attach(ReceiveQueue)
    case detach(ReceiveQueue)
    case inject([UInt8], actions: Rule, bridge: BridgeIndex, inPort: PortNumber)
    case resume([UInt8], ResumedTranslation)
    case report(ReportBox)
    /// Reports are about what comes from now on.
    case clear
    case stop
  }

  /// What all workers share.
  struct Surroundings: Sendable {
    let state: LeftRight
    let packetIns: PacketInQueue
    let watches: FrameWatches
    let samples: SampleQueue
    let timeouts: TimeoutQueue
    let settings: WorkerSettings
    /// Called on a worker when a port's device failed with that errno; that worker no longer uses it.
    let onFailure: @Sendable (PortIndex, CInt) -> Void
  }

  private struct Mailbox {
    var requests: [Request] = []
    var sent: UInt64 = 0
  }

  private let mailbox = Mutex(Mailbox())
  /// How many requests the worker has done.
  private let done = Atomic<UInt64>(0)
  private let wakeUp: EventFD
  private let surroundings: Surroundings
  private let reader: LeftRight.Reader
  /// From 0 on.
  private let number: Int
  private let learning: Learning
  private let thread = Mutex<Thread?>(nil)

  private var state: LeftRight { surroundings.state }
  /// The rules that it waits for.
  var learnQueue: LearnQueue { learning.queue }

  init(
    number: Int, surroundings: Surroundings, onLearn: @escaping @Sendable () -> Void
  ) throws(SysError) {
    self.number = number
    self.surroundings = surroundings
    wakeUp = try EventFD()
    reader = surroundings.state.makeReader()
    learning = Learning(
      state: surroundings.state, reader: reader, queue: try LearnQueue(onRequest: onLearn))
  }

  // MARK: Control thread's side

  func start() throws(SysError) {
    let epoll = try Epoll(capacity: 256)
    try epoll.add(wakeUp.descriptor, tag: .max)
    let box = Mutex<Epoll?>(epoll)
    let body: @Sendable () -> Void = { [self] in
      guard let epoll = box.withLock({ $0.take() }) else { return }
      run(epoll)
    }
    try thread.withLock { (thread) throws(SysError) in
      thread = try Thread(
        name: "apus-worker\(number)", cpu: surroundings.settings.processor(ofWorker: number), body)
    }
  }

  /// Waits for the end of a thread that was asked to stop.
  func join() { if let running = thread.withLock({ $0.take() }) { running.join() } }

  /// Hands requests over.
  /// - Returns: what `hasDone` is to be asked with.
  func send(_ requests: [Request]) -> UInt64 {
    let number = mailbox.withLock { mailbox in
      mailbox.requests += requests
      mailbox.sent += UInt64(requests.count)
      return mailbox.sent
    }
    wakeUp.signal()
    return number
  }

  func hasDone(_ number: UInt64) -> Bool { done.load(ordering: .acquiring) >= number }

  // MARK: Worker's side

  /// How long a worker takes frames from the queues that it asks in turn before it hears of the others and of requests, in
  /// nanoseconds: while one queue alone has frames, and while several have.
  private static var longestWithoutWait: (alone: UInt64, shared: UInt64) { (80_000, 20_000) }

  private func run(_ epoll: consuming Epoll) {
    var path = PacketPath(surroundings, worker: number, learning: learning)
    var queues = QueueTable(turns: Turns(ticksPerMicrosecond: TickRate.ticksPerMicrosecond()))
    var busy = BusyQueues()
    var busyPoll = BusyPoll(limit: surroundings.settings.busyPoll * 1000)
    var looksAgain = false
    // Of several workers, another one may have the answers.
    let knowsBothSides = surroundings.settings.workers == 1
    var rate = TickRate()
    var lastWait: UInt64 = 0
    while true {
      var now = MonotonicClock.nanoseconds
      path.setTime(nanoseconds: now)
      path.giveUpFragments()
      var frames = 0
      var i = 0
      while i < busy.count {
        if let place = busy.place(at: i) {
          let count = service(place, &path, epoll, &queues, &busy)
          if count > 0 { busy.noteFrames(of: place, time: now) }
          frames += count
        }
        i += 1
      }
      var hasMore = frames > 0
      for place in queues.polled where queues[place]?.source.hasInput == true {
        _ = service(place, &path, epoll, &queues, &busy)
        hasMore = true
      }
      for place in queues.shared {
        let count = service(place, &path, epoll, &queues, &busy)
        if count > 0 { hasMore = true }
        frames += count
      }
      let longest = queues.turns.isShared ? Self.longestWithoutWait.shared : Self.longestWithoutWait.alone
      if !hasMore || now &- lastWait >= longest {
        lastWait = now
        var timeout: Int32 = 0
        if !hasMore, !looksAgain, !queues.prepareToSleep() {
          busy.putBackAll(into: epoll)
          timeout = path.reassembler.isEmpty ? -1 : 1000
        }
        let count = epoll.wait(timeoutMilliseconds: timeout)
        if timeout != 0 {
          now = MonotonicClock.nanoseconds
          path.setTime(nanoseconds: now)
        }
        for i in 0..<count {
          let tag = epoll[i].tag
          guard tag != .max else {
            guard handleRequests(&path, epoll, &queues, &busy, &rate) else { return }
            continue
          }
          let place = Int(tag)
          let count = service(place, &path, epoll, &queues, &busy)
          frames += count
          if count > 0, looksAgain, let queue = queues[place] {
            busy.takeOut(place, queue.source, of: epoll, time: now)
          }
        }
        busy.putBackIdle(into: epoll, time: now)
      }
      busyPoll.isOneWay = knowsBothSides && !queues.turns.isShared && queues.shared.isEmpty
      if frames > 0 { busyPoll.found(frames, at: now) }
      looksAgain = frames > 0 || busyPoll.looksAgain(at: now)
    }
  }

  /// How many frames there were.
  private func service(
    _ place: Int, _ path: inout PacketPath, _ epoll: borrowing Epoll, _ queues: inout QueueTable,
    _ busy: inout BusyQueues
  ) -> Int {
    // That it has some is why it is passed over.
    guard !queues.mustSkip(place) else { return 1 }
    guard let queue = queues[place] else { return 0 }
    let limit = queues.turns.limit(of: place)
    let outcome = state.read(as: reader) { path.service(queue, limit: limit, $0) }
    let turn = path.turn
    var turnsToSkip = path.turnsToSkip
    if turn.frames > 0 {
      turnsToSkip = max(
        turnsToSkip, queues.turns.note(place, frames: turn.frames, from: turn.start, to: turn.end))
    }
    if turnsToSkip > 0 { queues.skip(place, turns: turnsToSkip) }
    if case .failed(let errno) = outcome { fail(queue, at: place, errno, path, epoll, &queues, &busy) }
    return turn.frames
  }

  /// Uses a device no longer that has failed.
  private func fail(
    _ queue: ReceiveQueue, at place: Int, _ errno: CInt, _ path: borrowing PacketPath,
    _ epoll: borrowing Epoll, _ queues: inout QueueTable, _ busy: inout BusyQueues
  ) {
    release(queue, at: place, epoll, &queues, &busy)
    path.ports[queue.port]?.exit = nil
    surroundings.onFailure(queue.port, errno)
  }

  /// Takes no more frames from a queue.
  private func release(
    _ queue: ReceiveQueue, at place: Int, _ epoll: borrowing Epoll, _ queues: inout QueueTable,
    _ busy: inout BusyQueues
  ) {
    busy.remove(place)
    // It may be out of the set already.
    if let descriptor = queue.source.descriptor { try? epoll.remove(descriptor) }
    queues.remove(place)
  }

  /// `false` when the worker is to end.
  private func handleRequests(
    _ path: inout PacketPath, _ epoll: borrowing Epoll, _ queues: inout QueueTable, _ busy: inout BusyQueues,
    _ rate: inout TickRate
  ) -> Bool {
    _ = wakeUp.clear()
    let requests = mailbox.withLock { mailbox in
      defer { mailbox.requests = [] }
      return mailbox.requests
    }
    var goesOn = true
    for request in requests {
      switch request {
      case .add(let port, let counters, let drops):
        path.ports.add(port, counters: counters, drops: drops)
      case .remove(let port):
        path.reassembler.removeAll(from: port)
        path.ports.remove(port)
      case .open(let port, let exit): path.ports[port]?.exit = exit
      case .attach(let queue):
        let place = queues.add(queue)
        guard let descriptor = queue.source.descriptor else { break }
        do {
          // What is looked at anyway need not be told of again and again.
          let events: Epoll.Events = queue.source.isPolledWhenAwake ? [.readable, .edge] : .readable
          try epoll.add(descriptor, tag: UInt64(place), events: events)
        } catch {
          fail(queue, at: place, error.errno, path, epoll, &queues, &busy)
        }
      case .detach(let queue):
        guard let place = queues.place(of: queue) else { break }
        release(queue, at: place, epoll, &queues, &busy)
      case .inject(let frame, let actions, let bridge, let inPort):
        state.read(as: reader) {
          path.inject(frame, actions: actions, bridge: bridge, inPort: inPort, $0)
        }
      case .resume(let frame, let resumed):
        state.read(as: reader) { path.resume(frame, resumed, $0) }
      case .report(let box): box.put(report(&path, queues, rate))
      case .clear:
        path.clearHistory()
        queues.clear()
        rate = TickRate()
      case .stop: goesOn = false
      }
      done.add(1, ordering: .releasing)
    }
    return goesOn
  }

  private func report(
    _ path: inout PacketPath, _ queues: QueueTable, _ rate: TickRate
  ) -> WorkerReport {
    var report = path.history
    report.worker = number
    report.processor = surroundings.settings.processor(ofWorker: number)
    report.elapsed = rate.elapsed
    report.ticksPerMicrosecond =
      report.elapsed == 0 ? 0 : Double(rate.elapsedTicks) * 1000 / Double(report.elapsed)
    report.busy =
      report.ticksPerMicrosecond == 0
      ? 0 : UInt64(Double(report.times.busy) * 1000 / report.ticksPerMicrosecond)
    report.queues = queues.reports(ticksPerMicrosecond: report.ticksPerMicrosecond)
    return report
  }
}
