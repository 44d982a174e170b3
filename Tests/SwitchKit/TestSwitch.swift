import Bytes
public import Datapath
import Flow
import Match
public import Pipeline
public import Ports
import Sys
public import TestKit

/// A switch whose ports end in the test: it feeds frames and looks at what left.
public final class TestSwitch {
  /// A port and its far end.
  public final class Attachment {
    public let port: BridgePort
    public let device: MemoryPort
    /// Frames that were fed.
    fileprivate var offered: UInt64 = 0

    init(port: BridgePort, device: MemoryPort) {
      self.port = port
      self.device = device
    }

    /// The frames that left since the last call.
    public func take() -> [MemoryFrame] { device.takeTransmitted() }

    /// How often frames that came in here were dropped for each reason.
    public var drops: [DropReason: UInt64] {
      Dictionary(uniqueKeysWithValues: port.drops.map { ($0.reason, $0.count) })
    }
  }

  public let core: Switch
  public private(set) var attachments: [Attachment] = []

  /// - Parameters:
  ///   - flowCapacity: how many flows its cache holds; 0 for no cache.
  ///   - samplingSeed: decides which frames `sample` reports.
  public init(flowCapacity: Int = 65_536, samplingSeed: UInt64 = 1) throws {
    var settings = WorkerSettings()
    settings.flowCapacity = flowCapacity
    settings.samplingSeed = samplingSeed
    core = try Switch(settings: settings)
  }

  deinit { core.stop() }

  // MARK: Building

  public func addBridge(
    _ name: String = "br0", failMode: BridgeSettings.FailMode = .standalone
  ) throws -> Bridge {
    try core.addBridge(named: name, datapathID: 1, settings: BridgeSettings(failMode: failMode))
  }

  /// A port whose frames the test feeds and takes; `through` may put another device in front of the far end.
  @discardableResult
  public func addPort(
    _ number: UInt16, to bridge: Bridge, settings: PortSettings = PortSettings(),
    offloads: PortOffloads = .all, mtu: Int = 65_535, sink: MemoryPort.Sink = .keep,
    packetType: PortPacketType = .ethernet,
    through wrap: (MemoryPort) -> any Port = { $0 }
  ) throws -> Attachment {
    let device = try MemoryPort(sink: sink, offloads: offloads, mtu: mtu, packetType: packetType)
    let port = try addBarePort(number, to: bridge, settings: settings)
    port.attach(wrap(device))
    let attachment = Attachment(port: port, device: device)
    attachments.append(attachment)
    return attachment
  }

  /// A port without a device.
  public func addBarePort(
    _ number: UInt16, to bridge: Bridge, settings: PortSettings = PortSettings()
  ) throws -> BridgePort {
    try bridge.addPort(
      named: "\(bridge.name)-\(number)", number: PortNumber(rawValue: number), mac: 0x0200_0000_ff00,
      settings: settings)
  }

  /// Joins two bridges: port `first` of `a` and port `second` of `b` become a patch.
  public func addPatch(
    _ first: UInt16, of a: Bridge, _ second: UInt16, of b: Bridge
  ) throws -> (BridgePort, BridgePort) {
    let one = try addBarePort(first, to: a)
    let other = try addBarePort(second, to: b)
    one.connect(to: other)
    other.connect(to: one)
    return (one, other)
  }

  // MARK: Frames

  /// Feeds `frames` to `attachment` and returns when the switch is done with them.
  public func feed(_ frames: [MemoryFrame], to attachment: Attachment) {
    attachment.offered += UInt64(frames.count)
    attachment.device.feed(frames)
    settle()
  }

  public func feed(_ frames: [[UInt8]], to attachment: Attachment) {
    feed(frames.map { MemoryFrame($0) }, to: attachment)
  }

  public func feed(_ frame: TestFrame, to attachment: Attachment) { feed([frame.bytes], to: attachment) }

  /// Returns when all frames that were fed have been dealt with: the counters know all of them, and the worker
  /// has ended the batch of the last one.
  public func settle() {
    for each in attachments {
      while true {
        let statistics = each.port.statistics
        if statistics.receivedPackets + statistics.receiveErrors >= each.offered { break }
        core.serveLearning()
        Thread.yield()
      }
    }
    finishBatch()
  }

  /// Workers report between two batches.
  private func finishBatch() { _ = core.workerReports }

  /// What left each port but those without a frame, by port number of the only bridge.
  public func takeAll() -> [UInt16: [MemoryFrame]] {
    var result: [UInt16: [MemoryFrame]] = [:]
    for each in attachments {
      let frames = each.take()
      if !frames.isEmpty { result[each.port.number.rawValue] = frames }
    }
    return result
  }
}

extension Bridge {
  /// Adds a rule written as for `add-flow`.
  public func add(_ rule: String) throws {
    try apply([FlowMod(parsing: rule[...], command: .add)])
  }

  /// Adds a group written as for `add-group`.
  public func addGroup(_ group: String) throws {
    try commit([.group(GroupMod(parsing: group[...], command: .add))])
  }

  /// Removes all rules, then adds these.
  public func setRules(_ rules: [String]) throws {
    try apply(
      [FlowMod(command: .delete, table: 255)]
        + rules.map { try FlowMod(parsing: $0[...], command: .add) })
  }
}

extension TestFrame {
  /// The frame with a checksum that is left to the device.
  public var unfinished: MemoryFrame {
    var offload = OffloadHeader()
    if let transport, let offset = transport.checksumOffset {
      offload.flags = OffloadHeader.Flags.needsChecksum
      offload.checksumStart = UInt16(transportOffset)
      offload.checksumOffset = UInt16(offset)
    }
    return MemoryFrame(unfinishedBytes, offload: offload)
  }

  /// The same, to be cut into segments with `size` bytes of payload: TCP, or UDP.
  public func unfinished(segmentSize size: UInt16) -> MemoryFrame {
    var frame = unfinished
    var isIPv6 = false
    if case .ipv6 = network { isIPv6 = true }
    switch transport {
    case .tcp(let header):
      frame.offload.gsoType = isIPv6 ? OffloadHeader.GSO.tcp6 : OffloadHeader.GSO.tcp4
      frame.offload.headerLength = UInt16(transportOffset + 20 + header.options.count)
    case .udp:
      frame.offload.gsoType = OffloadHeader.GSO.udpL4
      frame.offload.headerLength = UInt16(transportOffset + 8)
    default: return frame
    }
    frame.offload.segmentSize = size
    return frame
  }
}
