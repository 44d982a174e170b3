public import Flow
public import Pipeline
public import Sys

/// Why the switch refused a bridge or a port. Nothing was changed then.
public enum SwitchError: Error, Equatable, Sendable, CustomStringConvertible {
  case bridgeExists(String)
  case portExists(String, bridge: String)
  case portNumberTaken(UInt16, by: String)
  case tooManyBridges
  case tooManyPorts

  public var description: String {
    switch self {
    case .bridgeExists(let name): "a bridge named '\(name)' exists already"
    case .portExists(let name, let bridge): "bridge '\(bridge)' has a port named '\(name)' already"
    case .portNumberTaken(let number, let name): "port number \(number) belongs to '\(name)'"
    case .tooManyBridges: "there are \(BridgeIndex.limit) bridges, the most there can be"
    case .tooManyPorts: "there are \(PortIndex.limit) ports, the most there can be"
    }
  }
}

/// Which bridge refused a change of its rules, and why. No bridge was changed then.
public struct RulesRefused: Error, Equatable, Sendable {
  public var bridge: String
  /// The place of the refused change in the list for that bridge.
  public var place: Int
  public var reason: FlowTablesError
}

/// All bridges of the process and the workers that forward for them. Made and used on the control thread.
public final class Switch {
  /// What workers tell the control thread. Called on their threads.
  public struct Events: Sendable {
    /// A port's device failed (`BridgePort.takeFailure`), or somebody at its far end came or went
    /// (`BridgePort.devicePeer`).
    public var onPortFailure: @Sendable () -> Void
    /// Frames for controllers wait in `packetIns`.
    public var onPacketIn: @Sendable () -> Void
    /// Frames of live traces wait in `watches`.
    public var onWatchedFrame: @Sendable () -> Void
    /// A worker waits until rules are learned: the control thread is to call `serveLearning` at once.
    public var onLearn: @Sendable () -> Void
    /// Connections have ended: the control thread is to call `shortenTimeouts`.
    public var onConnectionEnd: @Sendable () -> Void
    /// Frames that rules have reported wait in `samples`.
    public var onSample: @Sendable () -> Void

    public init(
      onPortFailure: @escaping @Sendable () -> Void = {}, onPacketIn: @escaping @Sendable () -> Void = {},
      onWatchedFrame: @escaping @Sendable () -> Void = {}, onLearn: @escaping @Sendable () -> Void = {},
      onConnectionEnd: @escaping @Sendable () -> Void = {}, onSample: @escaping @Sendable () -> Void = {}
    ) {
      self.onPortFailure = onPortFailure
      self.onPacketIn = onPacketIn
      self.onWatchedFrame = onWatchedFrame
      self.onLearn = onLearn
      self.onConnectionEnd = onConnectionEnd
      self.onSample = onSample
    }
  }

  public private(set) var bridges: [Bridge] = []
  /// Frames that wait for controllers.
  public let packetIns: PacketInQueue
  /// Frames that rules have reported.
  public let samples: SampleQueue

  let state = LeftRight()
  /// Frames of live traces.
  public let watches: FrameWatches
  /// Tries frames out.
  private(set) lazy var tracer = Tracer(state)
  let workers: Workers
  private let timeouts: TimeoutQueue
  private var isRunning = true
  private let failures: PortFailures
  /// What devices call when somebody at their far end has come or gone.
  let onPeerChange: @Sendable () -> Void
  private var freePorts = (0..<UInt16(PortIndex.limit)).reversed().map { PortIndex(rawValue: $0) }
  private var freeBridges = (0..<UInt16(BridgeIndex.limit)).reversed().map { BridgeIndex(rawValue: $0) }

  /// A switch without bridges; its workers run from now on.
  public init(events: Events = Events(), settings: WorkerSettings = WorkerSettings()) throws(SysError) {
    let failures = PortFailures()
    self.failures = failures
    balancesByDefault = settings.balances
    balancing = BalancingSettings(isOn: settings.balances)
    onPeerChange = events.onPortFailure
    packetIns = PacketInQueue(onArrival: events.onPacketIn)
    watches = FrameWatches(onArrival: events.onWatchedFrame)
    samples = SampleQueue(workers: settings.workers, onArrival: events.onSample)
    timeouts = TimeoutQueue(onArrival: events.onConnectionEnd)
    let surroundings = Worker.Surroundings(
      state: state, packetIns: packetIns, watches: watches, samples: samples, timeouts: timeouts,
      settings: settings
    ) { port, errno in
      failures.note(errno, of: port)
      events.onPortFailure()
    }
    workers = try Workers(surroundings, onLearn: events.onLearn)
    workers.learn = { [unowned self] in learn($0) }
  }

  /// Ends the workers. The switch forwards nothing afterwards and must not be changed any more.
  public func stop() {
    guard isRunning else { return }
    isRunning = false
    workers.stop()
  }

  /// What each worker has done so far.
  public var workerReports: [WorkerReport] { workers.reports }

  /// Has them report what they do from now on.
  public func clearWorkerReports() { workers.clearReports() }

  /// When queues are moved unasked from a worker that has much to do to one that has little, and whether they are unless
  /// something else is said.
  public var balancing: BalancingSettings
  public let balancesByDefault: Bool

  /// To be called about once a second: measures how busy queues keep workers.
  public func balanceWorkers() { workers.measure(andMove: balancing) }

  /// Spreads queues over workers as evenly as their loads allow.
  /// - Returns: how many were moved.
  public func rebalance() -> Int { workers.rebalance() }

  /// Whether somebody has said which worker takes the queue.
  public func isPinned(_ queue: QueueReport) -> Bool { workers.isPinned(queue.port, queue: queue.queue) }

  // MARK: What frames cause

  /// Has the rules learned that a frame asked for, if one did.
  public func serveLearning() { workers.serveLearning() }

  private func learn(_ requests: [LearnRequest]) {
    // The rules of one bridge become visible at once.
    var rest = requests[...]
    while let first = rest.first {
      let run = rest.prefix { $0.bridge == first.bridge }
      rest = rest.dropFirst(run.count)
      bridge(at: first.bridge)?.learn(Array(run))
    }
  }

  /// Shortens the timeouts of the rules whose connections have ended.
  public func shortenTimeouts() {
    for (rule, timeouts) in timeouts.takeAll() {
      bridge(at: rule.bridge)?.flowTables.shortenTimeouts(
        ofRule: rule.id, sequence: rule.sequence, idle: timeouts.idle, hard: timeouts.hard)
    }
  }

  // MARK: Bridges

  public func bridge(named name: String) -> Bridge? { bridges.first { $0.name == name } }
  public func bridge(at index: BridgeIndex) -> Bridge? { bridges.first { $0.index == index } }

  /// A new bridge without ports. It has the rule NORMAL unless its fail mode is secure.
  public func addBridge(
    named name: String, datapathID: UInt64, settings: BridgeSettings = BridgeSettings()
  ) throws(SwitchError) -> Bridge {
    guard bridge(named: name) == nil else { throw .bridgeExists(name) }
    guard let index = freeBridges.popLast() else { throw .tooManyBridges }
    let bridge = Bridge(name: name, index: index, datapathID: datapathID, settings: settings, owner: self)
    bridges.append(bridge)
    return bridge
  }

  /// Removes a bridge with its ports and rules.
  public func remove(_ bridge: Bridge) {
    for port in bridge.ports { bridge.remove(port) }
    bridge.close()
    bridges.removeAll { $0 === bridge }
    freeBridges.append(bridge.index)
  }

  /// Changes the rules of several bridges: all changes or none. They hold for the next frame when it returns.
  public func apply(_ changes: [(bridge: Bridge, mods: [FlowMod])]) throws(RulesRefused) {
    let now = Bridge.now
    let staged = try stage(changes, now: now)
    let scope: ChangeScope =
      staged.count == 1 ? staged[0].bridge.flowTables.scope(of: staged[0].changes) : .everything
    state.publish(scope) { other in
      for (bridge, changes) in staged { bridge.flowTables.repeatOn(other, changes) }
    }
    for (bridge, changes) in staged {
      bridge.report(bridge.flowTables.finish(changes, now: now))
    }
  }

  typealias StagedRules = [(bridge: Bridge, changes: FlowTables.Staged)]

  /// Makes the changes where no worker sees them. They are to be published or taken back.
  func stage(
    _ changes: [(bridge: Bridge, mods: [FlowMod])], now: UInt64
  ) throws(RulesRefused) -> StagedRules {
    var staged: StagedRules = []
    for (bridge, mods) in changes {
      do throws(FlowModRefused) {
        try bridge.checkTargets(of: mods)
        staged.append((bridge, try bridge.flowTables.stage(mods, now: now)))
      } catch {
        takeBack(staged)
        throw RulesRefused(bridge: bridge.name, place: error.place, reason: error.reason)
      }
    }
    return staged
  }

  func takeBack(_ staged: StagedRules) {
    for (bridge, changes) in staged.reversed() { bridge.flowTables.takeBack(changes) }
  }

  func takePortIndex() throws(SwitchError) -> PortIndex {
    guard let index = freePorts.popLast() else { throw .tooManyPorts }
    return index
  }

  func give(_ index: PortIndex) {
    _ = failures.take(index)
    freePorts.append(index)
  }

  /// The errno with which the port's device failed, once.
  func takeFailure(of port: PortIndex) -> CInt? { failures.take(port) }
}
