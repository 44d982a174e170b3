import Bytes
public import Match

/// How flows are written in messages that the controller did not choose the form of: what it set with
/// `NXT_SET_FLOW_FORMAT`. From 1.3 on there is one form.
public enum FlowFormat: UInt32, Hashable, Sendable {
  case openFlow10 = 0
  case nxm = 2
}

/// Tells controllers of a rule that is gone and had asked for it. OpenFlow 1.0 section 5.4.3; 1.3.5 section A.4.2.
public struct FlowRemoved: Hashable, Sendable {
  public enum Reason: UInt8, CaseIterable, Hashable, Sendable {
    case idleTimeout = 0
    case hardTimeout = 1
    case delete = 2
  }

  public var reason: Reason
  public var table: UInt8
  public var priority: UInt16
  public var match: FlowMatch
  public var cookie: UInt64
  /// Seconds.
  public var idleTimeout: UInt16
  public var hardTimeout: UInt16
  /// How long the rule was there.
  public var duration: Duration
  public var packets: UInt64
  public var bytes: UInt64

  public init(
    reason: Reason, table: UInt8, priority: UInt16, match: FlowMatch, cookie: UInt64,
    idleTimeout: UInt16 = 0, hardTimeout: UInt16 = 0, duration: Duration, packets: UInt64, bytes: UInt64
  ) {
    self.reason = reason
    self.table = table
    self.priority = priority
    self.match = match
    self.cookie = cookie
    self.idleTimeout = idleTimeout
    self.hardTimeout = hardTimeout
    self.duration = duration
    self.packets = packets
    self.bytes = bytes
  }

  /// The message. `format` says how version 1.0 writes it.
  public func encode(version: OpenFlowVersion, format: FlowFormat, xid: UInt32 = 0) -> [UInt8] {
    switch (version, format) {
    case (.v10, .openFlow10): encode10(xid: xid)
    case (.v10, .nxm): encodeNXM(xid: xid)
    default: encode13(xid: xid)
    }
  }

  private func encode10(xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.flowRemoved, version: .v10, xid: xid) { writer in
      match.encode10(to: &writer)
      writer.write(cookie)
      writer.write(priority)
      writer.write(reason.rawValue)
      writer.pad(1)
      writer.write(duration)
      writer.write(idleTimeout)
      writer.pad(2)
      writer.write(packets)
      writer.write(bytes)
    }
  }

  private func encodeNXM(xid: UInt32) -> [UInt8] {
    encodeNiciraMessage(NiciraType.flowRemoved, version: .v10, xid: xid) { writer in
      writer.write(cookie)
      writer.write(priority)
      writer.write(reason.rawValue)
      // 0 would be a switch that does not say.
      writer.write(table &+ 1)
      writer.write(duration)
      writer.write(idleTimeout)
      let lengthOffset = writer.count
      writer.pad(2)
      writer.write(packets)
      writer.write(bytes)
      writer.write(nxm: match, lengthAt: lengthOffset)
    }
  }

  private func encode13(xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.flowRemoved, version: .v13, xid: xid) { writer in
      writer.write(cookie)
      writer.write(priority)
      writer.write(reason.rawValue)
      writer.write(table)
      writer.write(duration)
      writer.write(idleTimeout)
      writer.write(hardTimeout)
      writer.write(packets)
      writer.write(bytes)
      match.encodeOXM(to: &writer)
    }
  }
}
