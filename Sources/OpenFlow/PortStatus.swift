import Bytes
public import Match

/// Tells controllers of a port that came, went or changed. OpenFlow 1.3.5 section A.4.3.
public struct PortStatus: Hashable, Sendable {
  public enum Reason: UInt8, CaseIterable, Hashable, Sendable {
    case add = 0
    case delete = 1
    case modify = 2
  }

  public var reason: Reason
  public var port: PortDescription

  public init(_ reason: Reason, _ port: PortDescription) {
    self.reason = reason
    self.port = port
  }

  public func encode(version: OpenFlowVersion, xid: UInt32 = 0) -> [UInt8] {
    encodeMessage(MessageType.portStatus, version: version, xid: xid) { writer in
      writer.write(reason.rawValue)
      writer.pad(7)
      port.encode(version: version, to: &writer)
    }
  }
}
