import Agent
import ControlProtocol
import Datapath
import Logging
import Match
import NIOCore
import Sys

/// The OpenFlow socket of each bridge, `BR.mgmt`, from when the bridge comes to when it goes.
final class OpenFlowSockets {
  private let directory: RunDirectory
  private let logger: Logger
  private let loop: any EventLoop
  private let running: RunningSwitch
  private let changePortFlags: OpenFlowAgent.PortFlagsChange
  private var agents: [String: OpenFlowAgent] = [:]
  private var listeners: [String: OpenFlowListener] = [:]

  /// - Parameter changePortFlags: applies what a controller asked of a port.
  init(
    directory: RunDirectory, logger: Logger, loop: any EventLoop, running: RunningSwitch,
    changePortFlags: @escaping OpenFlowAgent.PortFlagsChange
  ) {
    self.directory = directory
    self.logger = logger
    self.loop = loop
    self.running = running
    self.changePortFlags = changePortFlags
    running.hooks.onBridgeAdded = { [unowned self] in open($0, $1) }
    running.hooks.onBridgeChanged = { [unowned self] in change($0, $1) }
    running.hooks.onBridgeRemoved = { [unowned self] in close($0.name) }
  }

  private func open(_ bridge: Bridge, _ configuration: BridgeConfiguration) {
    let agent = OpenFlowAgent(
      bridge: bridge, packetIns: running.datapath.packetIns, software: "Apus \(Version.text)",
      versions: configuration.openFlowVersions, changePortFlags: changePortFlags)
    agents[bridge.name] = agent
    let path = directory.openFlowSocket(bridge: bridge.name)
    let opened = OpenFlowListener.open(path: path, agent: agent, on: loop).flatMapThrowing {
      try ProcessSettings.setPermissions(0o660, of: path)
      return $0
    }
    opened.assumeIsolated().whenComplete { [self] result in
      switch result {
      case .success(let listener):
        if agents[bridge.name] === agent { listeners[bridge.name] = listener } else { listener.close() }
      case .failure(let error):
        logger.error("no OpenFlow socket", metadata: ["path": "\(path)", "error": "\(error)"])
      }
    }
  }

  private func change(_ bridge: Bridge, _ configuration: BridgeConfiguration) {
    agents[bridge.name]?.versions = configuration.openFlowVersions
    agents[bridge.name]?.notePorts()
  }

  private func close(_ name: String) {
    agents[name] = nil
    listeners.removeValue(forKey: name)?.close()
    ProcessSettings.removeFile(directory.openFlowSocket(bridge: name))
  }

  /// Tells controllers of ports whose link or address changed.
  func notePorts() {
    for agent in agents.values { agent.notePorts() }
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
    protocols.isEmpty ? OpenFlowVersion.spoken : protocols.sorted()
  }
}
