public import Bytes
public import Match

/// What a switch says of itself at the start of a connection. OpenFlow 1.0 section 5.3.1; 1.3.5 section A.3.1.
public struct SwitchFeatures: MessagePayload {
  /// `OFPC_*`. Bit 5 is IP reassembly in all versions; bit 3 is STP in 1.0 and groups later.
  public struct Capabilities: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static var flowStatistics: Capabilities { .init(rawValue: 1 << 0) }
    public static var tableStatistics: Capabilities { .init(rawValue: 1 << 1) }
    public static var portStatistics: Capabilities { .init(rawValue: 1 << 2) }
    /// 1.0: the spanning tree protocol.
    public static var stp: Capabilities { .init(rawValue: 1 << 3) }
    /// 1.1 and later, in the bit that 1.0 has for `stp`.
    public static var groupStatistics: Capabilities { .init(rawValue: 1 << 3) }
    public static var ipReassembly: Capabilities { .init(rawValue: 1 << 5) }
    public static var queueStatistics: Capabilities { .init(rawValue: 1 << 6) }
    /// 1.0 and 1.1: matches addresses in ARP packets. Later versions take that for granted.
    public static var matchesARP: Capabilities { .init(rawValue: 1 << 7) }
    /// 1.2 and later: ports are blocked against loops.
    public static var portBlocked: Capabilities { .init(rawValue: 1 << 8) }
    public static var bundles: Capabilities { .init(rawValue: 1 << 9) }
    public static var flowMonitoring: Capabilities { .init(rawValue: 1 << 10) }

    static func known(_ version: OpenFlowVersion) -> Capabilities {
      switch version {
      case .v10, .v11: .init(rawValue: 0xef)
      case .v12, .v13: .init(rawValue: 0x16f)
      case .v14, .v15: .init(rawValue: 0x76f)
      }
    }
  }

  public var datapathID: UInt64
  public var bufferCount: UInt32 = 0
  public var tableCount: UInt8
  /// 0 for the main connection. 1.3 and later.
  public var auxiliaryID: UInt8 = 0
  public var capabilities: Capabilities
  /// `OFPAT_*` as bits: 1.0 only.
  public var actions: UInt32
  /// Up to 1.2; from 1.3 on they are asked for with `portDescription`.
  public var ports: [PortDescription]

  public init(datapathID: UInt64, tableCount: UInt8, ports: [PortDescription] = []) {
    self.datapathID = datapathID
    self.tableCount = tableCount
    self.ports = ports
    capabilities = [.flowStatistics, .tableStatistics, .portStatistics, .matchesARP]
    actions = Self.actions10
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    datapathID = try reader.read()
    bufferCount = try reader.read()
    tableCount = try reader.read()
    let auxiliaryID = try reader.read(UInt8.self)
    if head.version >= .v13 { self.auxiliaryID = auxiliaryID }
    try reader.skip(2)
    capabilities = Capabilities(rawValue: try reader.read()).intersection(.known(head.version))
    let last = try reader.read(UInt32.self)
    actions = head.version == .v10 ? last : 0
    ports = []
    while head.version < .v13, !reader.isEmpty {
      ports.append(try PortDescription(&reader, kind: head.kind, version: head.version))
    }
  }

  /// Output, VLAN, Ethernet, IP and transport fields; no queues.
  private static var actions10: UInt32 { 0x7ff }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .featuresReply }

  /// One reply of 1.0 has room for 1,364 ports; the port description statistics have all of them.
  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(datapathID)
    writer.write(bufferCount)
    writer.write(tableCount)
    writer.write(version >= .v13 ? auxiliaryID : 0)
    writer.pad(2)
    writer.write(capabilities.intersection(.known(version)).rawValue)
    writer.write(version == .v10 ? actions : 0)
    guard version < .v13 else { return }
    let room = (maximumMessageByteCount - writer.count) / PortDescription.byteCount(version)
    for port in ports.prefix(room) { port.encode(to: &writer, kind: .featuresReply, version: version) }
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" dpid:")
    let digits = String(datapathID, radix: 16)
    printer.append(String(repeating: "0", count: 16 - digits.count) + digits)
    printer.append("\nn_tables:\(tableCount), n_buffers:\(bufferCount)")
    if auxiliaryID != 0 { printer.append(", auxiliary_id:\(auxiliaryID)") }
    let names = Self.capabilityNames.compactMap { bit, name -> String? in
      guard capabilities.rawValue & 1 << bit != 0 else { return nil }
      return bit == 3 && printer.version == .v10 ? "STP" : name
    }
    printer.append("\ncapabilities: " + (names.isEmpty ? "0" : names.joined(separator: " ")) + "\n")
    if printer.version == .v10, actions != 0 {
      let names = Self.actionNames.filter { actions & 1 << $0.bit != 0 }.map(\.name)
      printer.append("actions: " + names.joined(separator: " ") + "\n")
    }
    for port in ports.sorted(by: { $0.number < $1.number }) { port.print(to: &printer) }
  }

  private static let capabilityNames: [(bit: UInt32, name: String)] = [
    (0, "FLOW_STATS"), (1, "TABLE_STATS"), (2, "PORT_STATS"), (3, "GROUP_STATS"), (5, "IP_REASM"),
    (6, "QUEUE_STATS"), (7, "ARP_MATCH_IP"), (8, "PORT_BLOCKED"), (9, "BUNDLES"), (10, "FLOW_MONITORING"),
  ]
  /// `OFPAT_*` of 1.0, in the order in which they are printed.
  private static let actionNames: [(bit: UInt32, name: String)] = [
    (0, "output"), (11, "enqueue"), (1, "set_vlan_vid"), (2, "set_vlan_pcp"), (3, "strip_vlan"),
    (4, "mod_dl_src"), (5, "mod_dl_dst"), (6, "mod_nw_src"), (7, "mod_nw_dst"), (8, "mod_nw_tos"),
    (9, "mod_tp_src"), (10, "mod_tp_dst"),
  ]
}
