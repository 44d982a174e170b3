public import Match
public import Pipeline
public import Ports

/// A port of a bridge, with or without a device behind it. Used on the control thread.
public final class BridgePort {
  public let name: String
  public let number: PortNumber
  /// The address that the port is described with, 48 bits: its device's, which may change.
  public var mac: UInt64
  public let index: PortIndex
  unowned let bridge: Bridge
  let counters: PortCounterLanes
  private let dropRing = DropRing.allocate()
  private var device: (any Port)?
  /// What the workers know of what the device takes unfinished.
  private var knownOffloads: PortOffloads = []
  private var peer: BridgePort?
  private(set) var isPatch = false
  /// What earlier devices of the port had lost.
  private var earlierLosses: UInt64 = 0

  /// What it is to the bridge's mirrors: bits of `PortRecord.Flag`. Whoever sets it publishes the port.
  var mirrorFlags: UInt16 = 0

  public var settings: PortSettings { didSet { if settings != oldValue { publish() } } }

  init(
    name: String, number: PortNumber, mac: UInt64, index: PortIndex, settings: PortSettings, bridge: Bridge
  ) {
    self.name = name
    self.number = number
    self.mac = mac
    self.index = index
    self.settings = settings
    self.bridge = bridge
    counters = .allocate(lanes: bridge.owner.workers.count)
    bridge.owner.workers.add(index, counters: counters, drops: dropRing)
    publish()
  }

  /// The name of the bridge it belongs to.
  public var bridgeName: String { bridge.name }

  // MARK: Device

  /// Whether a device is attached.
  public var hasDevice: Bool { device != nil }

  /// Whether the device can pass frames: while one is attached, unless whoever watches links says otherwise. A
  /// patch port's is its peer's existence.
  public var isLinkUp = false { didSet { if isLinkUp != oldValue { publish() } } }

  /// Which worker takes which queue, for those about which somebody has said that; queues and workers that there are not
  /// stand for nothing.
  public var queueAffinity: [Int: Int] = [:] {
    didSet { if queueAffinity != oldValue { bridge.owner.workers.pin(index, affinity: queueAffinity) } }
  }

  /// Gives the port a device; workers poll its queues from now on.
  public func attach(_ device: any Port) {
    detach()
    self.device = device
    (device as? any PeerPort)?.onPeerChange(bridge.owner.onPeerChange)
    knownOffloads = device.offloads
    bridge.owner.workers.attach(device, to: index, affinity: queueAffinity)
    isLinkUp = true
  }

  /// Takes the device away. When it returns all workers have let go of it.
  @discardableResult
  public func detach() -> (any Port)? {
    guard let device else { return nil }
    bridge.owner.workers.detach(index)
    earlierLosses += device.receiveLosses.total
    self.device = nil
    isLinkUp = false
    return device
  }

  /// Tells the device what its MTU is now, in bytes.
  public func noteMTU(_ mtu: Int) { device?.noteMTU(mtu) }

  /// What the device has to say of itself, if it is one that does. May ask the kernel.
  public var deviceReport: PortReport? { (device as? any ReportingPort)?.report() }

  /// Has the workers go by what the device takes unfinished now.
  public func noteOffloads() {
    guard let device, device.offloads != knownOffloads else { return }
    knownOffloads = device.offloads
    bridge.owner.workers.noteOffloads(of: device, at: index)
  }

  /// Who is at the device's far end, if it is one where others come and go.
  public var devicePeer: PeerState? { (device as? any PeerPort)?.peer }

  /// The errno with which the worker gave the device up, once; the device is detached then.
  public func takeFailure() -> CInt? {
    guard let errno = bridge.owner.takeFailure(of: index) else { return nil }
    detach()
    return errno
  }

  // MARK: Patch

  /// Makes this port one end of a patch whose other end is `peer`; `nil` while that does not exist.
  public func connect(to peer: BridgePort?) {
    isPatch = true
    self.peer = peer
    isLinkUp = peer != nil
    publish()
  }

  func isConnected(to other: BridgePort) -> Bool { peer === other }

  // MARK: Statistics

  /// How long the port has been there.
  public var age: Duration { .milliseconds(Bridge.now &- created) }
  private let created = Bridge.now

  public var statistics: PortStatistics {
    var result = counters.statistics
    result.receiveErrors = earlierLosses + (device?.receiveLosses.total ?? 0)
    return offset.added(to: result)
  }
  /// What it counts from.
  var offset = CountsOffset()

  /// Why frames that came in here were delivered nowhere.
  public var drops: [DropCount] { offset.added(toDrops: counters.frameDrops) }
  /// Why copies that should have left here did not.
  public var copyDrops: [DropCount] { offset.added(toCopyDrops: counters.copyDrops) }
  /// The last of both, the oldest first.
  public var lastDrops: [DropRecord] { dropRing.all }

  // MARK: Towards the worker

  var record: PortRecord {
    PortRecord(
      bridge: bridge.index, number: number.rawValue, settings: settings, isPatch: isPatch,
      peer: peer?.index ?? .none, hasLink: isLinkUp,
      carriesPackets: device.map { $0.packetType != .ethernet } ?? false,
      isTyped: device?.packetType == .typedPackets, mirrorFlags: mirrorFlags)
  }

  private func publish() {
    bridge.owner.state.update { $0.setPort(index, to: record, vlan: settings.vlan) }
  }

  func close() {
    detach()
    bridge.owner.state.update { $0.removePort(index) }
    bridge.owner.workers.remove(index)
    counters.deallocate()
    dropRing.deallocate()
    bridge.owner.give(index)
  }
}
