import Bytes
public import Match

/// A port's counters. `nil` for one that the port does not have. OpenFlow 1.3.5 section A.3.5.6.
public struct PortStatistics: Hashable, Sendable {
  public var number: PortNumber
  public var receivedPackets: UInt64?
  public var sentPackets: UInt64?
  public var receivedBytes: UInt64?
  public var sentBytes: UInt64?
  public var receiveDrops: UInt64?
  public var sendDrops: UInt64?
  public var receiveErrors: UInt64?
  public var sendErrors: UInt64?
  public var frameErrors: UInt64?
  public var overruns: UInt64?
  public var crcErrors: UInt64?
  public var collisions: UInt64?
  /// How long the port has been there. Not sent in 1.0.
  public var duration: Duration

  /// Counters that are all unknown.
  public init(number: PortNumber, duration: Duration = .zero) {
    self.number = number
    self.duration = duration
  }

  public static func encode(_ ports: [PortStatistics], version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    encodeMultipart(.portStatistics, version: version, xid: xid, items: ports) { port, writer in
      writer.writePort(port.number, version)
      writer.pad(version == .v10 ? 6 : 4)
      for counter in [
        port.receivedPackets, port.sentPackets, port.receivedBytes, port.sentBytes, port.receiveDrops,
        port.sendDrops, port.receiveErrors, port.sendErrors, port.frameErrors, port.overruns, port.crcErrors,
        port.collisions,
      ] {
        writer.write(counter ?? ~0)
      }
      if version == .v13 { writer.write(port.duration) }
    }
  }
}
