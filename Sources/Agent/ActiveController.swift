import NIOCore
import OpenFlow

/// A controller that the switch connects to, again and again until it is there, and whenever it has gone.
///
///     start -> connecting -> hello of both -> connected -> gone
///                 ^  |                                       |
///                 |  +--------------> waiting <--------------+
///                 +---------------------+
final class ActiveController: ConfiguredController {
  /// Connects to a controller with these handlers in the pipeline, behind TLS if there is any.
  typealias Connector = (ControllerSpecification, _ timeout: TimeAmount, _ handlers: [any ChannelHandler]) ->
    EventLoopFuture<any Channel>

  private(set) var specification: ControllerSpecification
  private let agent: OpenFlowAgent
  private let loop: any EventLoop
  private let connector: Connector
  /// Called when the controller came or went, or cannot be reached for another reason than before.
  private let onChange: (ActiveController) -> Void

  private var backoff: Backoff
  private var times = ConnectionTimes()
  /// The connection that is there or being made.
  private var link: ControllerLink?
  private var hasChannel = false
  private var connectedSince: NIODeadline?
  private var timer: Scheduled<Void>?

  init(
    _ specification: ControllerSpecification, agent: OpenFlowAgent, loop: any EventLoop,
    connector: @escaping Connector, onChange: @escaping (ActiveController) -> Void
  ) {
    self.specification = specification
    self.agent = agent
    self.loop = loop
    self.connector = connector
    self.onChange = onChange
    backoff = Backoff(maximum: .milliseconds(Int64(specification.maximumBackoff)))
  }

  var isConnected: Bool { connectedSince != nil }

  var status: ControllerStatus {
    var status = ControllerStatus()
    times.fill(&status, now: loop.now)
    if let link {
      status.state = !isConnected ? .connecting : link.isProbing ? .idle : .active
      status.role = isConnected ? link.connection?.role : nil
      status.misses = link.misses
      status.actions = link.actions
      status.untaken = link.untaken
    } else if timer != nil {
      status.state = .backoff
    }
    return status
  }

  // MARK: Commands

  func start() { connect() }

  func change(to specification: ControllerSpecification) {
    self.specification = specification
    backoff.maximum = .milliseconds(Int64(specification.maximumBackoff))
    link?.change(to: specification, now: loop.now)
  }

  func retry() {
    guard link == nil, specification.target.method.isEncrypted else { return }
    timer?.cancel()
    connect()
  }

  func stop() {
    timer?.cancel()
    timer = nil
    let old = link
    link = nil
    connectedSince = nil
    old?.connection?.abort()
  }

  // MARK: The way of a connection

  private func connect() {
    let link = ControllerLink(specification, now: loop.now)
    let connection = OpenFlowConnection(agent: agent, link: link)
    link.connection = connection
    link.onConnected = { [weak self, unowned link] in self?.connected(link) }
    link.onClosed = { [weak self, unowned link] in self?.ended(link, ConnectionFault.closedByPeer) }
    self.link = link
    hasChannel = false
    let timeout = backoff.next
    timer = loop.assumeIsolated().scheduleTask(in: timeout) { [weak self, weak link] in
      guard let self, let link, self.link === link, !isConnected else { return }
      let seconds = timeout.nanoseconds / 1_000_000_000
      link.note("no \(hasChannel ? "hello" : "answer") within \(seconds) s")
      link.connection?.abort()
    }
    let made = connector(specification, timeout, [InactivityProbe(link), connection])
    made.assumeIsolated().whenComplete { [weak self] result in
      switch result {
      case .success(let channel):
        // Nobody may want it any more.
        guard let self, self.link === link else { return channel.close(promise: nil) }
        hasChannel = true
      case .failure(let error): self?.ended(link, ConnectionFault.text(of: error))
      }
    }
  }

  private func connected(_ link: ControllerLink) {
    guard self.link === link else { return }
    timer?.cancel()
    timer = nil
    connectedSince = loop.now
    times.connect(at: loop.now)
    onChange(self)
  }

  private func ended(_ link: ControllerLink, _ reason: String) {
    guard self.link === link else { return }
    timer?.cancel()
    let lifetime = connectedSince.map { loop.now - $0 }
    if lifetime != nil { times.disconnect(at: loop.now) }
    let isNews = lifetime != nil || times.lastError != link.fault ?? reason
    times.lastError = link.fault ?? reason
    self.link = nil
    connectedSince = nil
    timer = loop.assumeIsolated().scheduleTask(in: backoff.wait(afterLifetime: lifetime)) { [weak self] in
      self?.connect()
    }
    if isNews { onChange(self) }
  }
}
