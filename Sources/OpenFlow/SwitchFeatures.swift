import Bytes
public import Match

/// What a switch says of itself at the start of a connection. OpenFlow 1.0 section 5.3.1; 1.3.5 section A.3.1.
///
/// Frames are never buffered here: a packet-in carries the frame, and `n_buffers` is 0.
public struct SwitchFeatures: Hashable, Sendable {
  public var datapathID: UInt64
  public var tableCount: UInt8
  /// In the reply of 1.0 only; from 1.3 on they are asked for with `portDescription`.
  public var ports: [PortDescription]

  public init(datapathID: UInt64, tableCount: UInt8, ports: [PortDescription] = []) {
    self.datapathID = datapathID
    self.tableCount = tableCount
    self.ports = ports
  }

  /// `OFPC_*`: flow, table and port statistics.
  private static var statistics: UInt32 { 0x7 }
  /// `OFPC_ARP_MATCH_IP`, which later versions take for granted.
  private static var matchesARP: UInt32 { 0x80 }
  /// `OFPAT_*` of 1.0 as bits: output, VLAN, Ethernet, IP and transport fields; no queues.
  private static var actions10: UInt32 { 0x7ff }

  /// The reply. One of 1.0 has room for 1,364 ports; the port description statistics have all of them.
  public func encode(version: OpenFlowVersion, xid: UInt32) -> [UInt8] {
    encodeMessage(MessageType.featuresReply, version: version, xid: xid) { writer in
      writer.write(datapathID)
      writer.write(UInt32(0))
      writer.write(tableCount)
      switch version {
      case .v10:
        writer.pad(3)
        writer.write(Self.statistics | Self.matchesARP)
        writer.write(Self.actions10)
        let room = (maximumMessageByteCount - writer.count) / PortDescription.byteCount(.v10)
        for port in ports.prefix(room) { port.encode(version: version, to: &writer) }
      default:
        // The main connection, not an auxiliary one.
        writer.write(UInt8(0))
        writer.pad(2)
        writer.write(Self.statistics)
        writer.pad(4)
      }
    }
  }
}
