import Actions
public import Agent
public import Datapath
import Flow
import IPFIX
import Match
import Pipeline
import Ports
import Sys

/// The switch as it runs, and the way to make it what a configuration says. Used on the control thread.
public final class RunningSwitch {
  /// Told of bridges that came or are about to go: where OpenFlow sockets are opened and closed.
  public struct Hooks {
    public var onBridgeAdded: (Bridge, BridgeConfiguration) -> Void = { _, _ in }
    public var onBridgeChanged: (Bridge, BridgeConfiguration) -> Void = { _, _ in }
    public var onBridgeRemoved: (Bridge) -> Void = { _ in }
    /// There are other keys and certificates for controllers' connections, or none.
    public var onTLSChanged: (TLSSettings?) -> Void = { _ in }
    /// How a controller of the bridge of that name is doing; `nil` when there is no such one.
    public var controllerStatus: (String, ControllerTarget) -> ControllerStatus? = { _, _ in nil }
    /// The switch follows a configuration.
    var onConfigured: (Configuration) -> Void = { _ in }
    /// What became of the frames that rules report.
    var ipfixReport: () -> IPFIXExports.Report = { .init() }
    /// The port of that name is doing otherwise than before.
    public var onStateChange: (String, PortState) -> Void = { _, _ in }
    /// A port is to go when that process has ended: `noteOwners` is to be called then.
    var onOwner: (WatchedProcess) -> Void = { _ in }
    /// Ports that are to go by themselves are there.
    var onFarewell: () -> Void = {}
    /// Ports are to be described otherwise than before, by state or by address.
    public var onDescriptionChange: () -> Void = {}
    public init() {}
  }

  public let datapath: Switch
  public var hooks = Hooks()
  /// By name; names of ports are unique in a switch.
  private var ports: [String: PortRuntime] = [:]
  private var tls: TLSSettings?

  /// Where ports make sockets whose place nobody has said.
  private let directory: String

  public init(_ datapath: Switch, directory: String = ".") {
    self.datapath = datapath
    self.directory = directory
  }

  // MARK: Reconciling

  /// Creates the bridges of `configuration` that do not run yet, without ports but the flow tables that they
  /// start with. Returns them; if one is refused none is left.
  func addMissingBridges(of configuration: Configuration) throws(CommandError) -> [Bridge] {
    var added: [Bridge] = []
    for bridge in configuration.bridges where datapath.bridge(named: bridge.name) == nil {
      do throws(SwitchError) {
        added.append(
          try datapath.addBridge(
            named: bridge.name, datapathID: bridge.datapathID, settings: bridge.settings))
      } catch {
        for bridge in added { datapath.remove(bridge) }
        throw CommandError("\(error)")
      }
    }
    return added
  }

  /// Makes the switch what `configuration` says. Its bridges run already.
  ///
  /// - Parameter added: those of them that are new.
  func apply(_ configuration: Configuration, added: [Bridge]) {
    removeWhatIsNotIn(configuration)
    if configuration.ssl?.settings != tls {
      tls = configuration.ssl?.settings
      hooks.onTLSChanged(tls)
    }
    datapath.balancing = configuration.openVSwitch.balancing(byDefault: datapath.balancesByDefault)
    for wanted in configuration.bridges {
      guard let bridge = datapath.bridge(named: wanted.name) else { continue }
      let isNew = added.contains { $0 === bridge }
      update(bridge, to: wanted)
      for port in wanted.ports { update(port, of: wanted, on: bridge) }
      if isNew { hooks.onBridgeAdded(bridge, wanted) } else { hooks.onBridgeChanged(bridge, wanted) }
    }
    connectPatches()
    hooks.onConfigured(configuration)
  }

  private func removeWhatIsNotIn(_ configuration: Configuration) {
    for bridge in datapath.bridges {
      let wanted = configuration.bridges.first { $0.name == bridge.name }
      for port in wanted?.gone(of: bridge.ports) ?? bridge.ports {
        ports[port.name] = nil
        for name in ports.keys { change(name) { $0.disconnect(from: port) } }
        bridge.remove(port)
      }
      guard wanted == nil else { continue }
      hooks.onBridgeRemoved(bridge)
      datapath.remove(bridge)
    }
  }

  private func update(_ bridge: Bridge, to wanted: BridgeConfiguration) {
    if bridge.datapathID != wanted.datapathID { bridge.datapathID = wanted.datapathID }
    let settings = wanted.settings
    guard bridge.settings != settings else { return }
    let old = bridge.settings
    bridge.settings = settings
    if old.decidesOtherwise(than: settings) { bridge.addOrRemoveNormalRule() }
  }

  private func update(_ wanted: PortConfiguration, of bridge: BridgeConfiguration, on running: Bridge) {
    guard let number = wanted.interface.number else { return }
    let isLocal = number == .local
    let specification = DeviceSpecification(
      wanted.interface, bridgeMAC: isLocal ? bridge.mac : nil, directory: directory)
    if ports[wanted.name] != nil {
      change(wanted.name) {
        $0.port.settings = wanted.settings
        $0.port.queueAffinity = wanted.interface.queueAffinity
        $0.change(to: specification)
      }
      follow(wanted)
      return
    }
    let mac = specification.mac ?? (try? specification.lookUp())?.macAddress ?? AddBridge.randomMAC()
    // Refused only for a name or a number that the bridge has, or for too many ports: the configuration, which
    // the switch follows, has neither.
    guard
      let port = try? running.addPort(named: wanted.name, number: number, mac: mac, settings: wanted.settings)
    else { return }
    port.queueAffinity = wanted.interface.queueAffinity
    ports[wanted.name] = PortRuntime(port: port, specification: specification)
    change(wanted.name) { $0.open() }
    follow(wanted)
  }

  /// Takes over with what a port goes.
  private func follow(_ wanted: PortConfiguration) {
    guard var runtime = ports[wanted.name] else { return }
    let isNew = runtime.ownerProcess != wanted.ownerProcess
    runtime.owner = wanted.owner
    runtime.ownerProcess = wanted.ownerProcess
    ports[wanted.name] = runtime
    if isNew, let process = wanted.ownerProcess { hooks.onOwner(process) }
  }

  /// Two patch ports are connected when each names the other.
  private func connectPatches() {
    for (name, runtime) in ports where runtime.specification.isPatch {
      let peer = ports[runtime.specification.options["peer"] ?? ""]
      let isMutual = peer?.specification.isPatch == true && peer?.specification.options["peer"] == name
      change(name) { $0.connect(to: isMutual ? peer?.port : nil) }
    }
  }

  // MARK: Devices that come and go

  /// Looks after the ports of these devices, or of all, that something has happened to: opens what is missing,
  /// gives up what is gone.
  ///
  /// What has failed is left to `tick`: an attempt that fails changes the device too (a TAP device comes and
  /// goes, promiscuous mode is turned on and off), and to try again for that would never end.
  public func refresh(_ names: Set<String>? = nil) {
    for name in ports.keys where names?.contains(name) ?? true {
      change(name) {
        $0.noteFailure()
        $0.refreshLink()
        if !$0.hasFailed { $0.open() }
      }
    }
  }

  /// To be called once a second: ages rules and addresses, and tries again what failed.
  public func tick() {
    for bridge in datapath.bridges { bridge.expire() }
    datapath.balanceWorkers()
    for name in ports.keys where ports[name]?.needsAttention == true {
      change(name) {
        $0.noteFailure()
        $0.refreshLink()
        $0.open()
      }
    }
    noteOwners()
  }

  /// To be called when the worker gave a device up, or when somebody at a port's far end has come or gone.
  public func noteFailures() {
    for name in ports.keys {
      change(name) {
        $0.noteFailure()
        $0.refreshPeer()
      }
    }
  }

  /// To be called when processes have ended that ports go with.
  public func noteOwners() {
    if !farewells.isEmpty { hooks.onFarewell() }
  }

  /// Ports that are to go by themselves, and why.
  var farewells: [(name: String, reason: String)] {
    ports.keys.sorted().compactMap { name in ports[name]?.farewell.map { (name, $0) } }
  }

  /// To be called when a frame waits until a rule is learned.
  public func serveLearning() { datapath.serveLearning() }

  /// To be called when connections have ended.
  public func shortenTimeouts() { datapath.shortenTimeouts() }

  /// Changes what runs of one port, and tells if it is doing otherwise then or has another address.
  private func change(_ name: String, _ body: (inout PortRuntime) -> Void) {
    guard var runtime = ports[name] else { return }
    let before = runtime.state
    body(&runtime)
    runtime.notePresence()
    ports[name] = runtime
    if runtime.farewell != nil { hooks.onFarewell() }
    let hasNewAddress = runtime.port.mac != runtime.mac
    if hasNewAddress { runtime.port.mac = runtime.mac }
    if runtime.state != before { hooks.onStateChange(name, runtime.state) }
    if runtime.state != before || hasNewAddress { hooks.onDescriptionChange() }
  }

  /// Removes everything and ends the worker.
  public func stop() {
    for bridge in datapath.bridges {
      hooks.onBridgeRemoved(bridge)
      datapath.remove(bridge)
    }
    ports = [:]
    datapath.stop()
  }

  // MARK: Looking

  func status(ofInterface name: String) -> InterfaceStatus {
    guard let runtime = ports[name] else { return InterfaceStatus() }
    let counts = runtime.port.statistics
    return InterfaceStatus(
      state: runtime.state, secondsInState: runtime.secondsInState, mac: runtime.mac, mtu: runtime.link?.mtu,
      isAdminUp: runtime.link?.isUp,
      isLinkUp: runtime.port.isLinkUp, deviceIndex: runtime.link?.index,
      report: runtime.port.deviceReport ?? PortReport(),
      statistics: [
        "rx_packets": counts.receivedPackets, "rx_bytes": counts.receivedBytes,
        "tx_packets": counts.sentPackets, "tx_bytes": counts.sentBytes,
        "rx_dropped": counts.receiveDrops, "tx_dropped": counts.sendDrops, "rx_errors": counts.receiveErrors,
        "rx_held_fragments": counts.heldFragments,
      ])
  }

  func statistics(of set: CollectorSetConfiguration) -> Exporter.Statistics? {
    hooks.ipfixReport().sets.first { $0.bridge == set.bridge && $0.set == set.number }?.statistics
  }

  func bridge(named name: String) -> Bridge? { datapath.bridge(named: name) }
}
