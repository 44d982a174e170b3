import Bytes
import Classifier
import Match
import Pipeline
import Ports
import Sys
import Synchronization

/// The thread that forwards: waits for ports that have frames and takes each batch through the packet path.
///
/// It sleeps in epoll when nothing arrives. The control thread talks to it through a mailbox that is emptied
/// between batches (`WorkerControl`).
final class Worker: Sendable {
  /// What the control thread asks for.
  fileprivate enum Request: Sendable {
    case add(PortIndex, PortCounters, DropRing)
    case remove(PortIndex)
    case attach(PortIndex, any Port)
    case detach(PortIndex)
    case inject([UInt8], actions: Rule, bridge: BridgeIndex, inPort: PortNumber)
    case report(ReportBox)
    case stop
  }

  private struct Mailbox {
    var requests: [Request] = []
    var sent: UInt64 = 0
  }

  private let mailbox = Mutex(Mailbox())
  /// How many requests the worker has done.
  private let done = Atomic<UInt64>(0)
  private let wakeUp: EventFD
  private let state: LeftRight
  private let reader: LeftRight.Reader
  private let packetIns: PacketInQueue
  private let timeouts: TimeoutQueue
  fileprivate let learning: Learning
  private let watches: FrameWatches
  private let settings: WorkerSettings
  private let onFailure: @Sendable (PortIndex, CInt) -> Void

  /// - Parameter onFailure: called on the worker when a port's device failed with that errno; the worker no
  ///   longer polls it.
  init(
    state: LeftRight, packetIns: PacketInQueue, watches: FrameWatches, timeouts: TimeoutQueue,
    learnQueue: LearnQueue, settings: WorkerSettings,
    onFailure: @escaping @Sendable (PortIndex, CInt) -> Void
  ) throws(SysError) {
    self.state = state
    self.packetIns = packetIns
    self.timeouts = timeouts
    self.watches = watches
    self.onFailure = onFailure
    self.settings = settings
    wakeUp = try EventFD()
    reader = state.makeReader()
    learning = Learning(state: state, reader: reader, queue: learnQueue)
  }

  func start() throws(SysError) -> Thread {
    let epoll = try Epoll(capacity: 256)
    try epoll.add(wakeUp.descriptor, tag: .max)
    let box = Mutex<Epoll?>(epoll)
    return try Thread(name: "apus-worker") { [self] in
      guard let epoll = box.withLock({ $0.take() }) else { return }
      run(epoll)
    }
  }

  // MARK: Control thread's side

  /// Hands a request over. Returns when the worker has done it.
  /// - Parameter learn: has rules learned that the worker waits for before it can do it.
  fileprivate func ask(_ request: Request, learn: ([LearnRequest]) -> Void) {
    let number = mailbox.withLock { mailbox in
      mailbox.requests.append(request)
      mailbox.sent += 1
      return mailbox.sent
    }
    wakeUp.signal()
    while done.load(ordering: .acquiring) < number {
      learning.queue.serve(learn)
      Thread.yield()
    }
  }

  // MARK: Worker's side

  /// Ports that are asked without being waited for: those that have no descriptor.
  private struct Polled {
    var port: PortIndex
    var device: any Port
  }

  private func run(_ epoll: consuming Epoll) {
    var path = PacketPath(
      packetIns: packetIns, watches: watches, timeouts: timeouts, learning: learning,
      flowCapacity: settings.flowCapacity)
    var polled: [Polled] = []
    while true {
      let isBusy = polled.contains { $0.device.hasInput }
      let count = epoll.wait(timeoutMilliseconds: isBusy ? 0 : path.reassembler.isEmpty ? -1 : 1000)
      path.setTime(nanoseconds: MonotonicClock.nanoseconds)
      path.giveUpFragments()
      for i in 0..<count {
        let tag = epoll[i].tag
        guard tag != .max else {
          guard handleRequests(&path, &epoll, &polled) else { return }
          continue
        }
        service(PortIndex(rawValue: UInt16(truncatingIfNeeded: tag)), &path, epoll)
      }
      for each in polled where each.device.hasInput { service(each.port, &path, epoll) }
      polled.removeAll { path.ports[$0.port]?.hasDevice != true }
    }
  }

  private func service(_ port: PortIndex, _ path: inout PacketPath, _ epoll: borrowing Epoll) {
    guard !path.mustSkip(port) else { return }
    let outcome = state.read(as: reader) { path.service(port, $0) }
    guard case .failed(let errno) = outcome else { return }
    if let descriptor = path.ports[port]?.device?.descriptor { try? epoll.remove(descriptor) }
    path.ports[port]?.device = nil
    onFailure(port, errno)
  }

  /// `false` when the worker is to end.
  private func handleRequests(
    _ path: inout PacketPath, _ epoll: inout Epoll, _ polled: inout [Polled]
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
      case .attach(let port, let device):
        path.ports[port]?.device = device
        if let descriptor = device.descriptor {
          do {
            try epoll.add(descriptor, tag: UInt64(port.rawValue))
          } catch {
            path.ports[port]?.device = nil
            onFailure(port, error.errno)
          }
        } else {
          polled.append(Polled(port: port, device: device))
        }
      case .detach(let port):
        if let descriptor = path.ports[port]?.device?.descriptor { try? epoll.remove(descriptor) }
        path.ports[port]?.device = nil
        polled.removeAll { $0.port == port }
      case .inject(let frame, let actions, let bridge, let inPort):
        state.read(as: reader) {
          path.inject(frame, actions: actions, bridge: bridge, inPort: inPort, $0)
        }
      case .report(let box): box.put(path.history)
      case .stop: goesOn = false
      }
      done.add(1, ordering: .releasing)
    }
    return goesOn
  }
}

/// The worker as the control thread uses it: every call returns when the worker has done what was asked.
final class WorkerControl {
  private let worker: Worker
  /// Has rules learned that the worker waits for.
  var learn: ([LearnRequest]) -> Void = { _ in }

  init(_ worker: Worker) { self.worker = worker }

  func start() throws(SysError) -> Thread { try worker.start() }

  func add(_ port: PortIndex, counters: PortCounters, drops: DropRing) { ask(.add(port, counters, drops)) }
  func remove(_ port: PortIndex) { ask(.remove(port)) }
  func attach(_ device: any Port, to port: PortIndex) { ask(.attach(port, device)) }
  func detach(_ port: PortIndex) { ask(.detach(port)) }
  func inject(_ frame: [UInt8], actions: Rule, bridge: BridgeIndex, inPort: PortNumber) {
    ask(.inject(frame, actions: actions, bridge: bridge, inPort: inPort))
  }
  func stop() { ask(.stop) }

  var report: WorkerReport {
    let box = ReportBox()
    ask(.report(box))
    return box.value
  }

  private func ask(_ request: Worker.Request) { worker.ask(request, learn: learn) }

  /// Has the rules learned that the worker waits for, if it does.
  func serveLearning() { worker.learning.queue.serve(learn) }
}
