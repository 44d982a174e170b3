public import Bytes
import Flow
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
      for item in items { item.append(to: &printer, title: "  bridge ipfix: ", indent: 16) }
      return
    }
    printer.append(" \(items.count) ids")
    for item in items {
      let number = String(item.collectorSet)
      item.append(
        to: &printer,
        title: "  id " + String(repeating: " ", count: max(0, 3 - number.count)) + number + ": ",
        indent: 10)
    }
  }

  private func append(to printer: inout MessagePrinter, title: String, indent: Int) {
    let counts = Self.counters.map { self[keyPath: $0].counterText }
    printer.append("\n\(title)flows=\(counts[0]), current flows=\(counts[1]), sampled pkts=\(counts[2]), ")
    printer.append("ipv4 ok=\(counts[3]), ipv6 ok=\(counts[4]), tx pkts=\(counts[8])\n")
    printer.append(String(repeating: " ", count: indent))
    printer.append(
      "pkts errs=\(counts[5]), ipv4 errs=\(counts[6]), ipv6 errs=\(counts[7]), tx errs=\(counts[9])")
  }
}
