import IPFIX

/// The tables IPFIX and Flow_Sample_Collector_Set.
extension Column {
  fileprivate static func ipfix(
    _ name: String, _ type: ColumnType, _ read: @escaping @Sendable (IPFIXConfiguration) -> ColumnValue,
    _ write: (@Sendable (inout IPFIXConfiguration, ColumnValue) -> Void)? = nil
  ) -> Column {
    var setter: Setter?
    if let write {
      setter = { row, value in
        guard case .ipfix(var ipfix) = row else { return }
        write(&ipfix, value)
        row = .ipfix(ipfix)
      }
    }
    return Column(
      name: name, type: type, read: { if case .ipfix(let ipfix) = $0 { read(ipfix) } else { .empty } },
      write: setter)
  }

  fileprivate static func collectorSet(
    _ name: String, _ type: ColumnType,
    _ read: @escaping @Sendable (CollectorSetConfiguration, Exporter.Statistics?) -> ColumnValue,
    _ write: (@Sendable (inout CollectorSetConfiguration, ColumnValue) -> Void)? = nil
  ) -> Column {
    var setter: Setter?
    if let write {
      setter = { row, value in
        guard case .collectorSet(var set, let statistics) = row else { return }
        write(&set, value)
        row = .collectorSet(set, statistics)
      }
    }
    return Column(
      name: name, type: type,
      read: {
        if case .collectorSet(let set, let statistics) = $0 { read(set, statistics) } else { .empty }
      },
      write: setter)
  }
}

extension Table {
  static let ipfixColumns: [Column] = [
    .ipfix("_uuid", .optional(.text), { .string("\($0.id)") }),
    .ipfix(
      "cache_active_timeout", .optional(.integer(0...4200)), { .integer($0.activeTimeout) },
      { $0.activeTimeout = $1.integer }),
    .ipfix(
      "cache_max_flows", .optional(.integer(0...1_000_000)), { .integer($0.maximumFlows) },
      { $0.maximumFlows = $1.integer }),
    .ipfix("external_ids", .map(keys: nil), { .map($0.externalIDs) }, { $0.externalIDs = $1.pairs }),
    .ipfix(
      "stats_interval", .optional(.integer(1...3600)), { .integer($0.statisticsInterval) },
      { $0.statisticsInterval = $1.integer }),
    .ipfix(
      "targets", .set(.collector), { .set($0.targets.map { .string($0.description) }) },
      { $0.targets = $1.atoms.compactMap { try? CollectorTarget($0.plainText, subject: "") } }),
    .ipfix(
      "template_interval", .optional(.integer(1...3600)), { .integer($0.templateInterval) },
      { $0.templateInterval = $1.integer }),
  ]

  static let collectorSetColumns: [Column] = [
    .collectorSet("_uuid", .optional(.text), { set, _ in .string("\(set.id)") }),
    .collectorSet(
      "bridge", .one(.record("Bridge"), default: .string("")),
      { set, _ in .string(set.bridge) }, { $0.bridge = $1.string ?? "" }),
    .collectorSet(
      "external_ids", .map(keys: nil), { set, _ in .map(set.externalIDs) }, { $0.externalIDs = $1.pairs }),
    .collectorSet(
      "id", .one(.integer(0...Int(UInt32.max)), default: .integer(0)), { set, _ in .integer(set.number) },
      { $0.number = UInt32(clamping: $1.integer ?? 0) }),
    .collectorSet(
      "ipfix", .optional(.record("IPFIX")), { set, _ in .string(set.ipfix?.description) },
      { $0.ipfix = $1.string.flatMap { RecordID($0) } }),
    .collectorSet("statistics", .map(keys: nil), { .map($1?.pairs ?? [:]) }),
  ]
}

extension Exporter.Statistics {
  /// By name, as the column `statistics` has them.
  var pairs: [String: String] {
    [
      "flows": String(flows), "current_flows": String(currentFlows), "sampled_packets": String(packets),
      "ipv4_packets": String(ipv4Packets), "ipv6_packets": String(ipv6Packets),
      "ipv4_errors": String(ipv4Errors), "ipv6_errors": String(ipv6Errors),
      "sent_messages": String(sentMessages), "send_errors": String(sendErrors),
      "not_sent_packets": String(notSentPackets),
    ]
  }
}
