public import Bytes
public import Match

/// What was sampled for IPFIX collectors: of a bridge, NXST_IPFIX_BRIDGE, or of one of its sets of collectors,
/// NXST_IPFIX_FLOW. Nicira's extensions of all versions.
public struct IPFIXStatistics: Hashable, Sendable {
  public var totalFlows: UInt64 = 0
  public var currentFlows: UInt64 = 0
  public var packets: UInt64 = 0
  public var ipv4Packets: UInt64 = 0
  public var ipv6Packets: UInt64 = 0
  public var errors: UInt64 = 0
  public var ipv4Errors: UInt64 = 0
  public var ipv6Errors: UInt64 = 0
  public var transmittedPackets: UInt64 = 0
  public var transmitErrors: UInt64 = 0
  /// 0 in the statistics of a bridge.
  public var collectorSet: UInt32 = 0

  public init() {}
}

extension IPFIXStatistics: MultipartItem {
  public static func kind(in version: OpenFlowVersion) -> MessageKind? { .ipfixFlowReply }

  private static var counters: [WritableKeyPath<IPFIXStatistics, UInt64>] {
    [
      \.totalFlows, \.currentFlows, \.packets, \.ipv4Packets, \.ipv6Packets, \.errors, \.ipv4Errors,
      \.ipv6Errors, \.transmittedPackets, \.transmitErrors,
    ]
  }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    self.init()
    for counter in Self.counters { self[keyPath: counter] = try reader.read() }
    collectorSet = try reader.read()
    try reader.skip(4)
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    for counter in Self.counters { writer.write(self[keyPath: counter]) }
    writer.write(collectorSet)
    writer.pad(4)
  }

  public static func print(_ items: [IPFIXStatistics], to printer: inout MessagePrinter) {
    if printer.kind == .ipfixBridgeReply {
      for item in items { item.append(to: &printer, title: "  bridge ipfix: ") }
      return
    }
    printer.append(" \(items.count) ids")
    for item in items {
      let number = String(item.collectorSet)
      item.append(
        to: &printer, title: "  id " + String(repeating: " ", count: max(0, 3 - number.count)) + number + ": "
      )
    }
  }

  private func append(to printer: inout MessagePrinter, title: String) {
    printer.append("\n\(title)flows=\(totalFlows), current flows=\(currentFlows), sampled pkts=\(packets), ")
    printer.append("ipv4 ok=\(ipv4Packets), ipv6 ok=\(ipv6Packets), tx pkts=\(transmittedPackets)\n")
    printer.append(String(repeating: " ", count: title.count))
    printer.append(
      "pkts errs=\(errors), ipv4 errs=\(ipv4Errors), ipv6 errs=\(ipv6Errors), tx errs=\(transmitErrors)")
  }
}
