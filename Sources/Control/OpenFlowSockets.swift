import Agent
import ControlProtocol
import Datapath
import Logging
import Match
import NIOCore
import Pipeline
import Sys

/// The OpenFlow side of each bridge, from when the bridge comes to when it goes: its sockets, `BR.mgmt` and
/// `BR.snoop`, and the connections of its controllers.
final class OpenFlowSockets {
  private let directory: RunDirectory
  private let logger: Logger
  private let loop: any EventLoop
  private let running: RunningSwitch
  private let changes: OpenFlowAgent.Changes
  private let tls = TLSContexts()
  private var agents: [String: OpenFlowAgent] = [:]
  private var controllers: [String: ControllerSet] = [:]
  private var listeners: [String: [OpenFlowListener]] = [:]

  /// - Parameter changes: makes what a controller asked for and what is kept with the configuration.
  init(
    directory: RunDirectory, logger: Logger, loop: any EventLoop, running: RunningSwitch,
    changes: OpenFlowAgent.Changes
  ) {
    self.directory = directory
    self.logger = logger
    self.loop = loop
    self.running = running
    self.changes = changes
    running.hooks.onBridgeAdded = { [unowned self] in open($0, $1) }
    running.hooks.onBridgeChanged = { [unowned self] in change($0, $1) }
    running.hooks.onBridgeRemoved = { [unowned self] in close($0.name) }
    running.hooks.onTLSChanged = { [unowned self] in
      tls.settings = $0
      for set in controllers.values { set.retryEncrypted() }
    }
    running.hooks.controllerStatus = { [unowned self] in controllers[$0]?.status(of: $1) }
  }

  private func open(_ bridge: Bridge, _ configuration: BridgeConfiguration) {
    let agent = OpenFlowAgent(
      bridge: bridge, packetIns: running.datapath.packetIns, software: "Apus \(Version.text)",
      versions: configuration.openFlowVersions, changes: changes)
    agents[bridge.name] = agent
    agent.flowIPFIX = { [running, name = bridge.name] in running.flowIPFIX(ofBridge: name) }
    let (name, logger) = (bridge.name, logger)
    controllers[name] = ControllerSet(agent: agent, loop: loop, tls: tls) { event in
      switch event {
      case .connected(let target):
        logger.info("controller connected", metadata: ["bridge": "\(name)", "target": "\(target)"])
      case .unreachable(let target, let reason):
        logger.warning(
          "no controller", metadata: ["bridge": "\(name)", "target": "\(target)", "reason": "\(reason)"])
      case .standsAlone(let isAlone):
        logger.warning(
          isAlone ? "switching without controllers" : "controllers rule again",
          metadata: ["bridge": "\(name)"])
      }
    }
    listen(at: directory.openFlowSocket(bridge: bridge.name), for: .requests, agent, of: bridge.name)
    listen(at: directory.snoopSocket(bridge: bridge.name), for: .snoop, agent, of: bridge.name)
    change(bridge, configuration)
  }

  private func listen(
    at path: String, for purpose: OpenFlowListener.Purpose, _ agent: OpenFlowAgent, of bridge: String
  ) {
    let opened = OpenFlowListener.open(path: path, for: purpose, agent: agent, on: loop)
    opened.assumeIsolated().whenComplete { [self] result in
      switch result {
      case .success(let listener):
        if agents[bridge] === agent {
          listeners[bridge, default: []].append(listener)
        } else {
          listener.close()
        }
      case .failure(let error):
        logger.error("no OpenFlow socket", metadata: ["path": "\(path)", "error": "\(error)"])
      }
    }
  }

  private func change(_ bridge: Bridge, _ configuration: BridgeConfiguration) {
    agents[bridge.name]?.versions = configuration.openFlowVersions
    agents[bridge.name]?.notePorts()
    controllers[bridge.name]?.configure(
      configuration.controllers.map(\.specification), failMode: configuration.settings.failMode)
  }

  private func close(_ name: String) {
    controllers.removeValue(forKey: name)?.close()
    agents.removeValue(forKey: name)?.close()
    for listener in listeners.removeValue(forKey: name) ?? [] { listener.close() }
    ProcessSettings.removeFile(directory.openFlowSocket(bridge: name))
    ProcessSettings.removeFile(directory.snoopSocket(bridge: name))
  }

  /// Tells controllers of ports whose link or address changed.
  func notePorts() {
    for agent in agents.values { agent.notePorts() }
    for set in controllers.values { set.notePorts() }
  }

  /// Hands frames that wait for controllers to those who want them.
  func deliverPacketIns() {
    for packetIn in running.datapath.packetIns.takeAll() {
      guard let bridge = running.datapath.bridge(at: packetIn.bridge) else { continue }
      agents[bridge.name]?.tell(packetIn)
    }
  }

  func closeAll() {
    for name in agents.keys { close(name) }
  }
}

extension BridgeConfiguration {
  /// What the bridge speaks: all versions unless `protocols` names some.
  fileprivate var openFlowVersions: [OpenFlowVersion] {
    protocols.isEmpty ? OpenFlowVersion.allCases : protocols.sorted()
  }
}
