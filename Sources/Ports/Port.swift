public import Bytes

/// What every kind of port supplies: one file, one conformance.
///
/// Called once for a batch, never for a frame, so that dynamic dispatch costs nothing that shows. `receive`
/// and `transmit` are called by one worker thread at a time, never allocate, never block and never throw;
/// everything else is called by the control thread before the worker gets the port or after it gave it back.
public protocol Port: AnyObject, Sendable {
  /// The word that names the type: `type=tap`.
  static var typeName: String { get }

  /// What the worker waits on until frames have arrived. `nil` when `receive` is to be called all the time
  /// while `hasInput` is true (capture files, memory).
  var descriptor: CInt? { get }

  /// For ports without a descriptor: whether `receive` may find something.
  var hasInput: Bool { get }

  /// What frames the far end takes unfinished.
  var offloads: PortOffloads { get }

  /// Whether the far end has Ethernet headers.
  var packetType: PortPacketType { get }

  /// Takes frames that have arrived, each in a slot of `pool`, until `batch` is full, the pool is empty or
  /// nothing is left, with `offload` set and tags in the frame. The caller gives the slots back.
  func receive(into batch: inout PacketBatch, from pool: inout PacketPool) -> ReceiveOutcome

  /// Sends the frames of `batch` in order, all that the port takes now, and says in `report` what became of
  /// each. When it returns nothing refers to the frames any more.
  func transmit(_ batch: borrowing PacketBatch, report: inout TransmitReport)

  /// Frames that never came out of `receive`. Counted since the port was opened. Called by the control thread
  /// at any time.
  var receiveLosses: ReceiveLosses { get }

  /// Bytes of the longest IP packet that `transmit` takes.
  var packetLimit: Int { get }

  /// The way in which it receives frames, in a word, if it has several.
  var reception: String? { get }

  /// Tells the port that its device's MTU is now `mtu`, in bytes: whoever set it, `transmit` goes by it from now
  /// on. Called by the control thread at any time.
  func noteMTU(_ mtu: Int)
}

extension Port {
  /// Most ports carry Ethernet frames.
  public var packetType: PortPacketType { .ethernet }

  /// For ports without a device that has an MTU.
  public var packetLimit: Int { .max }
  public func noteMTU(_ mtu: Int) {}

  public var reception: String? { nil }
}

/// What a port's frames begin with at its far end: `packet_type`, in the words of Open vSwitch.
///
/// Within the switch all frames have 14 bytes for an Ethernet header; a port whose far end has none puts addresses of 0
/// and the packet's type there, and takes the header with its tags off what it sends.
public enum PortPacketType: String, CaseIterable, Sendable {
  /// An Ethernet header.
  case ethernet = "legacy_l2"
  /// IP; rules see frames with an Ethernet header whose addresses are 0.
  case packets = "legacy_l3"
  /// IP; rules see it as it is, by its packet type.
  case typedPackets = "ptap"
}

/// What the far end of a port takes unfinished.
public struct PortOffloads: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Unfinished TCP and UDP checksums.
  public static var checksum: PortOffloads { .init(rawValue: 1) }
  public static var tcpSegmentation: PortOffloads { .init(rawValue: 2) }
  public static var udpSegmentation: PortOffloads { .init(rawValue: 4) }
  public static var all: PortOffloads { [.checksum, .tcpSegmentation, .udpSegmentation] }
}

/// How a call of `receive` ended.
public enum ReceiveOutcome: Sendable, Equatable {
  /// The batch may not be all: call again.
  case more
  /// Nothing is left for now.
  case drained
  /// The device is gone or down: the errno. The control thread looks after the port.
  case failed(CInt)
}

/// What became of a frame that was to be sent.
public enum TransmitOutcome: UInt8, Sendable {
  case sent
  /// The device's or the socket's queue is full.
  case queueFull
  /// Longer than the device's MTU.
  case tooLong
  /// The device is down or gone.
  case down
  /// The device refused the frame (malformed, for example shorter than an Ethernet header).
  case refused
}

/// What became of each frame of a batch, in its order.
@frozen public struct TransmitReport: Sendable {
  @usableFromInline var outcomes: InlineArray<32, TransmitOutcome>
  @inlinable public init() { outcomes = .init(repeating: .sent) }
  @inlinable public subscript(index: Int) -> TransmitOutcome {
    get { outcomes[index] }
    set { outcomes[index] = newValue }
  }
}

/// Frames lost before the switch saw them.
public struct ReceiveLosses: Equatable, Sendable {
  /// The kernel's receive queue was full.
  public var queueOverflows: UInt64
  /// Longer than a slot.
  public var tooLong: UInt64
  /// The offload header contradicted the frame, or named an offload that no port takes.
  public var badOffload: UInt64

  public init(queueOverflows: UInt64 = 0, tooLong: UInt64 = 0, badOffload: UInt64 = 0) {
    self.queueOverflows = queueOverflows
    self.tooLong = tooLong
    self.badOffload = badOffload
  }

  /// All of them.
  public var total: UInt64 { queueOverflows + tooLong + badOffload }
}
