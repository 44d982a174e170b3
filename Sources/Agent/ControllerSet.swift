import Datapath
import Flow
import Match
public import NIOCore
public import Pipeline
import Wire

/// The controllers of one bridge, as configured. Used on the control thread.
public final class ControllerSet {
  private let agent: OpenFlowAgent
  private let loop: any EventLoop
  private let connector: ActiveController.Connector
  private let listener: PassiveController.Listener
  private let onEvent: (Event) -> Void
  private var members: [any ConfiguredController] = []
  private var failMode = BridgeSettings.FailMode.standalone
  private var watch: StandaloneWatch?
  /// What the hidden rules were made of.
  private var hiddenRules: [FlowMod] = []

  /// What an operator may want to know of.
  public enum Event: Sendable {
    case connected(ControllerTarget)
    case unreachable(ControllerTarget, reason: String)
    /// The bridge forwards without controllers from now on, or no longer does.
    case standsAlone(Bool)
  }

  /// - Parameter tls: key and certificates for those that need them.
  public convenience init(
    agent: OpenFlowAgent, loop: any EventLoop, tls: TLSContexts, onEvent: @escaping (Event) -> Void
  ) {
    let sockets = ControllerSockets(loop: loop, tls: tls)
    self.init(
      agent: agent, loop: loop, connector: sockets.connect, listener: sockets.listen, onEvent: onEvent)
  }

  init(
    agent: OpenFlowAgent, loop: any EventLoop, connector: @escaping ActiveController.Connector,
    listener: @escaping PassiveController.Listener, onEvent: @escaping (Event) -> Void
  ) {
    self.connector = connector
    self.listener = listener
    self.onEvent = onEvent
    self.agent = agent
    self.loop = loop
    watch = StandaloneWatch(loop: loop) { [unowned self] in
      noteRules()
      onEvent(.standsAlone($0))
    }
  }

  /// Makes these the controllers. Connections of those that stay go on.
  public func configure(_ wanted: [ControllerSpecification], failMode: BridgeSettings.FailMode) {
    self.failMode = failMode
    var rest = members
    var next: [any ConfiguredController] = []
    var new: [any ConfiguredController] = []
    for specification in wanted {
      if let index = rest.firstIndex(where: { $0.specification.canBecome(specification) }) {
        let member = rest.remove(at: index)
        if member.specification != specification { member.change(to: specification) }
        next.append(member)
      } else {
        let member = make(specification)
        next.append(member)
        new.append(member)
      }
    }
    members = next
    for member in rest { member.stop() }
    for member in new { member.start() }
    noteConnections()
    noteRules()
  }

  private func make(_ specification: ControllerSpecification) -> any ConfiguredController {
    if specification.target.method.isPassive {
      return PassiveController(
        specification, agent: agent, loop: loop, listener: listener,
        onChange: { [unowned self] in noteConnections() })
    }
    return ActiveController(
      specification, agent: agent, loop: loop, connector: connector,
      onChange: { [unowned self] in
        let target = $0.specification.target
        onEvent(
          $0.isConnected ? .connected(target) : .unreachable(target, reason: $0.status.lastError ?? ""))
        noteConnections()
      })
  }

  /// To be called when there are other keys or certificates.
  public func retryEncrypted() {
    for member in members { member.retry() }
  }

  /// Ends everything: the bridge goes away.
  public func close() {
    watch?.stop()
    for member in members { member.stop() }
    members = []
  }

  /// `nil` when there is no such controller.
  public func status(of target: ControllerTarget) -> ControllerStatus? {
    members.first { $0.specification.target == target }?.status
  }

  // MARK: What follows from it

  private func noteConnections() {
    let primaries = members.filter { $0.specification.kind == .primary }
    let longest = primaries.map(\.specification.inactivityProbe).max() ?? 0
    watch?.note(
      isAllowed: failMode == .standalone && !primaries.isEmpty,
      isConnected: primaries.contains(where: \.isConnected), patience: .milliseconds(3 * Int64(longest)))
  }

  /// To be called when the local port's address may have changed.
  public func notePorts() { noteRules() }

  private func noteRules() {
    let local = agent.bridge.port(.local).map { MACAddress(rawValue: $0.mac).description }
    let controllers = members.map(\.specification).filter { $0.isInBand && $0.target.canBeInBand }
    let rules = local.map { InBandRules.make(mac: $0, controllers: controllers.map(\.target)) } ?? []
    let standsAlone = watch?.isActive ?? false
    guard rules != hiddenRules || standsAlone != agent.bridge.isStandingAlone else { return }
    hiddenRules = rules
    agent.bridge.setHiddenRules(rules, standsAlone: standsAlone)
  }
}
