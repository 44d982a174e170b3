import Actions
public import Datapath
import Flow
public import Match
public import OpenFlow
public import Pipeline

/// One bridge's OpenFlow side: its connections, what they may ask and what they are told.
///
/// Confined to the control thread's event loop, as is everything it touches.
public final class OpenFlowAgent {
  /// What changes that are asked for on a connection need from whoever keeps the configuration.
  public struct Changes {
    /// Applies a `mod-port`.
    public var setFlags: (BridgePort, PortFlags) -> Void
    /// Says what tables do with frames that no rule of them matches.
    public var setMiss: (Bridge, ClosedRange<UInt8>, BridgeRecord.Miss) -> Void
    /// Says what is done with IP fragments.
    public var setFragments: (Bridge, FragmentHandling) -> Void

    public init(
      setFlags: @escaping (BridgePort, PortFlags) -> Void,
      setMiss: @escaping (Bridge, ClosedRange<UInt8>, BridgeRecord.Miss) -> Void,
      setFragments: @escaping (Bridge, FragmentHandling) -> Void
    ) {
      self.setFlags = setFlags
      self.setMiss = setMiss
      self.setFragments = setFragments
    }
  }

  /// Connections at most; when one more comes, the one that has been quiet longest is closed.
  public static var maximumConnections: Int { 1_024 }

  let bridge: Bridge
  let packetIns: PacketInQueue
  let changes: Changes
  /// What `dump-desc` calls the software.
  let software: String
  /// What the bridge speaks: `protocols`.
  public var versions: [OpenFlowVersion]
  /// The ports as controllers know them.
  private var ports: [PortNumber: PortDescription] = [:]
  /// The IDs of controllers that frames may be meant for.
  private var controllerIDs: Set<UInt16> = []
  private var connections = ConnectionSet<OpenFlowConnection>(limit: maximumConnections)
  let snoop = Snoop()
  /// What the exporters of the bridge's collector sets have counted; none when it has no set.
  public var flowIPFIX: () -> [IPFIXStatistics] = { [] }
  /// Whether the bridge goes away, or is gone.
  private(set) var isClosed = false
  /// The highest generation that a role request named. OpenFlow 1.3.5, section 6.3.6.
  var roleGeneration: UInt64?
  var tlvTable = TLVTable()

  /// - Parameters:
  ///   - packetIns: where frames for controllers wait; told whether anybody listens.
  ///   - changes: makes changes that are kept with the configuration.
  public init(
    bridge: Bridge, packetIns: PacketInQueue, software: String,
    versions: [OpenFlowVersion] = OpenFlowVersion.allCases, changes: Changes
  ) {
    self.software = software
    self.versions = versions
    self.bridge = bridge
    self.packetIns = packetIns
    self.changes = changes
    notePorts()
    bridge.onFlowsChanged = { [weak self] in self?.tell($0) }
  }

  // MARK: Connections

  /// `false` when the bridge is gone.
  func add(_ connection: OpenFlowConnection) -> Bool {
    guard !isClosed else { return false }
    if connection.link?.specification.target.method.isPassive == false {
      connections.pin(connection)
    } else {
      connections.add(connection)?.abort()
    }
    return true
  }

  func remove(_ connection: OpenFlowConnection) {
    connections.remove(connection)
    noteListeners()
    noteMonitors()
  }

  func hear(from connection: OpenFlowConnection) { connections.hear(from: connection) }

  /// Tells the worker whether packet-ins have anybody to go to, and those of a TTL that ends.
  func noteListeners() {
    // Another bridge may have the index by now.
    guard !isClosed else { return }
    listen(for: Set(connections.all.filter(\.wantsPacketIns).map(\.controllerID)))
    bridge.informsOfInvalidTTL = connections.all.contains { $0.wantsInvalidTTL }
  }

  private func listen(for ids: Set<UInt16>) {
    for id in ids.symmetricDifference(controllerIDs) {
      packetIns.setListening(ids.contains(id), at: bridge.index, controllerID: id)
    }
    controllerIDs = ids
  }

  /// Makes every other primary a secondary, because `connection` becomes the primary.
  func demotePrimaries(except connection: OpenFlowConnection) {
    for other in connections.all where other !== connection && other.role == .primary {
      other.role = .secondary
      other.tell(
        RoleStatus(role: .secondary, reason: .primaryRequest, generation: roleGeneration ?? .max))
    }
  }

  /// Closes all connections: the bridge goes away.
  public func close() {
    guard !isClosed else { return }
    listen(for: [])
    isClosed = true
    for connection in connections.all { connection.abort() }
    snoop.closeAll()
  }

  // MARK: Telling

  /// Sends a frame to the connections that want it.
  public func tell(_ packetIn: PacketIn) {
    let rule = packetIn.rule.flatMap { bridge.flow(id: $0) }
    var packetIn = packetIn
    packetIn.isOfMissRule = packetIn.reason == .action && rule?.isTableMiss == true
    let cookie = packetIn.cookie ?? rule?.cookie ?? ~0
    var waiting = WaitingPacketIn(packetIn: packetIn, cookie: cookie)
    if let paused = packetIn.paused, connections.all.contains(where: { $0.canResume(packetIn) }) {
      waiting.token = bridge.hold(paused)
    }
    for connection in connections.all { connection.tell(waiting) }
  }

  /// To be called when ports may have come, changed or gone: says so to those who want to know.
  public func notePorts() {
    let now = Dictionary(uniqueKeysWithValues: bridge.ports.map { ($0.number, PortDescription($0)) })
    for (number, port) in ports where now[number] == nil { tell(PortStatus(.delete, port)) }
    for (number, port) in now where ports[number] != port {
      tell(PortStatus(ports[number] == nil ? .add : .modify, port))
    }
    ports = now
  }

  private func tell(_ status: PortStatus) {
    for connection in connections.all { connection.tell(status) }
  }

  /// Tells the other controllers of a change to the group or meter table.
  func forward(_ request: RequestForward.Request, xid: UInt32, from connection: OpenFlowConnection) {
    let message = RequestForward(request, xid: xid)
    for other in connections.all where other !== connection { other.tell(message) }
  }

  // MARK: Changes of rules

  /// Whose request changes rules right now, and the transaction of each change by its place.
  private var cause: (connection: OpenFlowConnection, xid: (Int) -> UInt32)?

  /// Tells the bridge whether somebody wants to know of every change.
  func noteMonitors() {
    guard !isClosed else { return }
    bridge.isObserved = connections.all.contains { !$0.monitors.isEmpty }
  }

  /// Runs `change`, which `connection` asked for, so that flow monitors can tell own changes from others.
  func changing<Result, Failure: Error>(
    by connection: OpenFlowConnection, xid: @escaping (Int) -> UInt32,
    _ change: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    cause = (connection, xid)
    defer { cause = nil }
    return try change()
  }

  private func tell(_ outcome: FlowTables.Outcome) {
    for each in outcome.removed {
      let message = FlowRemoved(each)
      for connection in connections.all { connection.tell(message) }
    }
    guard !outcome.events.isEmpty else { return }
    for connection in connections.all {
      connection.tell(outcome.events) { event in
        guard let cause, cause.connection === connection else { return nil }
        return event.place.map(cause.xid)
      }
    }
  }
}
