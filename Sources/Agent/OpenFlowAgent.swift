public import Datapath
import Flow
public import Match
import OpenFlow
public import Pipeline

/// One bridge's OpenFlow side: its connections, what they may ask and what they are told.
///
/// Confined to the control thread's event loop, as is everything it touches.
public final class OpenFlowAgent {
  /// What a port change asked for on a connection needs from whoever keeps the configuration.
  public typealias PortFlagsChange = (BridgePort, PortFlags) -> Void

  /// Connections at most; one more is closed at once.
  public static var maximumConnections: Int { 256 }

  let bridge: Bridge
  let packetIns: PacketInQueue
  let changePortFlags: PortFlagsChange
  /// What `dump-desc` calls the software.
  let software: String
  /// What the bridge speaks: `protocols`.
  public var versions: [OpenFlowVersion]
  /// The ports as controllers know them.
  private var ports: [PortNumber: PortDescription] = [:]
  private var connections: [ObjectIdentifier: OpenFlowConnection] = [:]
  /// The highest generation that a role request named. OpenFlow 1.3.5, section 6.3.6.
  var roleGeneration: UInt64?

  /// - Parameters:
  ///   - packetIns: where frames for controllers wait; told whether anybody listens.
  ///   - changePortFlags: applies a `mod-port`.
  public init(
    bridge: Bridge, packetIns: PacketInQueue, software: String,
    versions: [OpenFlowVersion] = OpenFlowVersion.allCases, changePortFlags: @escaping PortFlagsChange
  ) {
    self.software = software
    self.versions = versions
    self.bridge = bridge
    self.packetIns = packetIns
    self.changePortFlags = changePortFlags
    notePorts()
    bridge.onFlowRemoved = { [weak self] in self?.tell(removed: $0) }
  }

  // MARK: Connections

  /// `false` when there are too many.
  func add(_ connection: OpenFlowConnection) -> Bool {
    guard connections.count < Self.maximumConnections else { return false }
    connections[ObjectIdentifier(connection)] = connection
    return true
  }

  func remove(_ connection: OpenFlowConnection) {
    connections[ObjectIdentifier(connection)] = nil
    noteListeners()
  }

  /// Tells the worker whether packet-ins have anybody to go to.
  func noteListeners() {
    packetIns.setListening(connections.values.contains { $0.wantsPacketIns }, at: bridge.index)
  }

  /// Makes every other primary a secondary, because `connection` becomes the primary.
  func demotePrimaries(except connection: OpenFlowConnection) {
    for other in connections.values where other !== connection && other.role == .primary {
      other.role = .secondary
    }
  }

  /// Closes all connections: the bridge goes away.
  public func close() {
    for connection in connections.values { connection.close() }
    packetIns.setListening(false, at: bridge.index)
  }

  // MARK: Telling

  /// Sends a frame to the connections that want it.
  public func tell(_ packetIn: PacketIn) {
    let cookie = packetIn.rule.flatMap { bridge.flow(id: $0)?.cookie } ?? ~0
    for connection in connections.values { connection.tell(packetIn, cookie: cookie) }
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
    for connection in connections.values { connection.tell(status) }
  }

  private func tell(removed: [FlowTables.Removed]) {
    for each in removed {
      let message = FlowRemoved(each)
      for connection in connections.values { connection.tell(message) }
    }
  }
}
