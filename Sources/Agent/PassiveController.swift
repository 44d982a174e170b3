import NIOCore
import OpenFlow

/// A place at which the switch waits for controllers to connect.
final class PassiveController: ConfiguredController {
  /// Handlers of a connection that somebody made, in the order of the pipeline.
  typealias Acceptor = () -> [any ChannelHandler]
  /// Starts to listen; `Acceptor` is called for each connection, and what it throws ends that one.
  typealias Listener = (ControllerSpecification, @escaping Acceptor) -> EventLoopFuture<any Channel>

  private(set) var specification: ControllerSpecification
  private let agent: OpenFlowAgent
  private let loop: any EventLoop
  private let listener: Listener
  private let onChange: () -> Void

  private var times = ConnectionTimes()
  private var links: [ObjectIdentifier: ControllerLink] = [:]
  /// Those that have said hello.
  private var connected: Set<ObjectIdentifier> = []
  private var channel: (any Channel)?
  private var timer: Scheduled<Void>?
  private var isStopped = false

  init(
    _ specification: ControllerSpecification, agent: OpenFlowAgent, loop: any EventLoop,
    listener: @escaping Listener, onChange: @escaping () -> Void
  ) {
    self.specification = specification
    self.agent = agent
    self.loop = loop
    self.listener = listener
    self.onChange = onChange
  }

  var isConnected: Bool { !connected.isEmpty }

  var status: ControllerStatus {
    var status = ControllerStatus()
    times.fill(&status, now: loop.now)
    status.state = channel == nil ? .void : .listening
    status.connections = connected.count
    status.untaken = links.values.reduce(0) { $0 + $1.untaken }
    if specification.rateLimit != nil {
      status.misses = sum(\.misses)
      status.actions = sum(\.actions)
    }
    return status
  }

  private func sum(_ counts: (ControllerLink) -> ControllerStatus.Admissions?) -> ControllerStatus.Admissions
  {
    links.values.compactMap(counts).reduce(into: ControllerStatus.Admissions()) {
      $0.admitted += $1.admitted
      $0.refused += $1.refused
    }
  }

  // MARK: Commands

  func start() {
    listener(specification) { [weak self] in self?.accept() ?? [] }.assumeIsolated().whenComplete {
      [weak self] result in
      switch result {
      case .success(let channel):
        guard let self, !isStopped else { return channel.close(promise: nil) }
        self.channel = channel
        times.lastError = nil
      case .failure(let error): self?.failed(error)
      }
    }
  }

  func change(to specification: ControllerSpecification) {
    self.specification = specification
    for link in links.values { link.change(to: specification, now: loop.now) }
  }

  func retry() {}

  func stop() {
    isStopped = true
    timer?.cancel()
    channel?.close(promise: nil)
    channel = nil
    let old = links
    links = [:]
    connected = []
    for link in old.values { link.connection?.abort() }
  }

  // MARK: Connections

  private func failed(_ error: any Error) {
    guard !isStopped else { return }
    times.lastError = "cannot listen: \(ConnectionFault.text(of: error))"
    timer = loop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in self?.start() }
  }

  private func accept() -> [any ChannelHandler] {
    let link = ControllerLink(specification, now: loop.now)
    let connection = OpenFlowConnection(agent: agent, link: link)
    link.connection = connection
    let id = ObjectIdentifier(link)
    links[id] = link
    link.onConnected = { [weak self] in self?.came(id) }
    link.onClosed = { [weak self] in self?.went(id) }
    return [InactivityProbe(link), connection]
  }

  private func came(_ id: ObjectIdentifier) {
    guard links[id] != nil else { return }
    connected.insert(id)
    times.connect(at: loop.now)
    onChange()
  }

  private func went(_ id: ObjectIdentifier) {
    guard let link = links.removeValue(forKey: id) else { return }
    if let fault = link.fault { times.lastError = fault }
    guard connected.remove(id) != nil else { return }
    times.disconnect(at: loop.now)
    onChange()
  }
}
