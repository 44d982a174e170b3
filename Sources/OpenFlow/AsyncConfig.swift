import Bytes
import Match

/// Which asynchronous messages a controller gets. OpenFlow 1.3.5 section A.3.10; in 1.0, Nicira's extension.
public struct AsyncConfig: Hashable, Sendable {
  /// Reasons by number: bit n for reason n of that message.
  public struct Reasons: Hashable, Sendable {
    public var packetIn: UInt32
    public var portStatus: UInt32
    public var flowRemoved: UInt32

    public init(packetIn: UInt32, portStatus: UInt32, flowRemoved: UInt32) {
      self.packetIn = packetIn
      self.portStatus = portStatus
      self.flowRemoved = flowRemoved
    }
  }

  /// For a controller that is primary or equal.
  public var active: Reasons
  public var secondary: Reasons

  public init(active: Reasons, secondary: Reasons) {
    self.active = active
    self.secondary = secondary
  }

  /// What holds until a controller asks otherwise. No packet-in for an invalid TTL; to a secondary, port
  /// changes alone.
  public static var initial: AsyncConfig {
    AsyncConfig(
      active: Reasons(packetIn: 0b011, portStatus: 0b111, flowRemoved: 0b1111),
      secondary: Reasons(packetIn: 0, portStatus: 0b111, flowRemoved: 0))
  }

  init(_ body: ArraySlice<UInt8>) throws(OpenFlowError) {
    self = .initial
    var reader = MessageReader(body)
    active.packetIn = try reader.read()
    secondary.packetIn = try reader.read()
    active.portStatus = try reader.read()
    secondary.portStatus = try reader.read()
    active.flowRemoved = try reader.read()
    secondary.flowRemoved = try reader.read()
    try reader.expectEnd()
  }

  /// Whether a packet-in, a port status or a flow removal for `reason` is wanted.
  public func wants(packetIn reason: UInt8, isSecondary: Bool) -> Bool {
    Self.has((isSecondary ? secondary : active).packetIn, reason)
  }
  public func wants(portStatus reason: PortStatus.Reason, isSecondary: Bool) -> Bool {
    Self.has((isSecondary ? secondary : active).portStatus, reason.rawValue)
  }
  public func wants(flowRemoved reason: FlowRemoved.Reason, isSecondary: Bool) -> Bool {
    Self.has((isSecondary ? secondary : active).flowRemoved, reason.rawValue)
  }

  private static func has(_ set: UInt32, _ reason: UInt8) -> Bool { set & (1 << UInt32(reason)) != 0 }

  /// The reply of 1.3; 1.0 has no request for it.
  public func encode(xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.getAsyncReply13, version: .v13, xid: xid) { writer in
      writer.write(active.packetIn)
      writer.write(secondary.packetIn)
      writer.write(active.portStatus)
      writer.write(secondary.portStatus)
      writer.write(active.flowRemoved)
      writer.write(secondary.flowRemoved)
    }
  }
}
