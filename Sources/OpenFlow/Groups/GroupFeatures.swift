public import Bytes
import Flow
public import Match

/// A request for `GroupFeatures`.
public struct GroupFeaturesRequest: MessagePayload {
  public init() {}

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    version < .v12 ? .niciraGroupFeaturesRequest : .groupFeaturesRequest
  }
  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {}
  public func print(to printer: inout MessagePrinter) {}
}

/// What groups can do, OFPMP_GROUP_FEATURES. OpenFlow 1.3.5 section A.3.5.11; in 1.0 and 1.1 Nicira's extension.
public struct GroupFeatures: MessagePayload {
  /// For one type of group.
  public struct Limits: Hashable, Sendable {
    public var maximumGroups: UInt32
    /// Bits for the actions that buckets may have, at the numbers that the version gives them (`OFPAT_*`).
    public var actions: UInt32

    public init(maximumGroups: UInt32, actions: UInt32) {
      self.maximumGroups = maximumGroups
      self.actions = actions
    }
  }

  /// Bits for the types that there are, by their numbers.
  public var types: UInt32
  /// `OFPGFC_*`: weights, liveness, chaining and its checks, from bit 0.
  public var capabilities: UInt32
  /// By number of the type; four of them.
  public private(set) var limits: [Limits]

  /// Every type of group can do the same.
  public init(types: UInt32 = 0xf, capabilities: UInt32, limits: Limits) {
    self.types = types
    self.capabilities = capabilities
    self.limits = Array(repeating: limits, count: GroupType.allCases.count)
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    types = try reader.read()
    capabilities = try reader.read()
    limits = []
    for _ in GroupType.allCases { limits.append(Limits(maximumGroups: try reader.read(), actions: 0)) }
    for index in limits.indices { limits[index].actions = try reader.read() }
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    version < .v12 ? .niciraGroupFeaturesReply : .groupFeaturesReply
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(types)
    writer.write(capabilities)
    for limit in limits { writer.write(limit.maximumGroups) }
    for limit in limits { writer.write(limit.actions) }
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append("\n Group table:\n    Types:  ")
    printer.append(hexadecimal: types)
    printer.append("\n    Capabilities:  ")
    printer.append(hexadecimal: capabilities)
    printer.append("\n")
    for (type, limit) in zip(GroupType.allCases, limits) where types & 1 << UInt32(type.rawValue) != 0 {
      let name = type == .fastFailover ? "fast failover" : type.name
      printer.append("    \(name) group:\n       max_groups=")
      printer.append(hexadecimal: limit.maximumGroups)
      let names = Self.actionNames(limit.actions, printer.version)
      printer.append("\n       actions: " + (names.isEmpty ? "(none)" : names.joined(separator: " ")) + "\n")
    }
  }

  /// The names of the actions in `bits`, in the order in which Open vSwitch lists them.
  private static func actionNames(_ bits: UInt32, _ version: OpenFlowVersion) -> [String] {
    func names(_ table: [(String, UInt32)]) -> [String] {
      table.compactMap { name, bit in bits & 1 << bit != 0 ? name : nil }
    }
    return switch version {
    case .v10: names(actions10)
    case .v11: names(actions11)
    default: names(actions12)
    }
  }

  private static let actions10: [(String, UInt32)] = [
    ("output", 0), ("enqueue", 11), ("set_vlan_vid", 1), ("set_vlan_pcp", 2), ("strip_vlan", 3),
    ("mod_dl_src", 4), ("mod_dl_dst", 5), ("mod_nw_src", 6), ("mod_nw_dst", 7), ("mod_nw_tos", 8),
    ("mod_tp_src", 9), ("mod_tp_dst", 10),
  ]
  private static let actions11: [(String, UInt32)] = [
    ("output", 0), ("group", 22), ("set_vlan_vid", 1), ("set_vlan_pcp", 2), ("strip_vlan", 18),
    ("push_vlan", 17), ("mod_dl_src", 3), ("mod_dl_dst", 4), ("mod_nw_src", 5), ("mod_nw_dst", 6),
    ("mod_nw_tos", 7), ("mod_nw_ecn", 8), ("mod_nw_ttl", 23), ("mod_tp_src", 9), ("mod_tp_dst", 10),
    ("dec_ttl", 24), ("set_mpls_label", 13), ("set_mpls_tc", 14), ("set_mpls_ttl", 15), ("dec_mpls_ttl", 16),
    ("push_mpls", 19), ("pop_mpls", 20), ("set_queue", 21),
  ]
  private static let actions12: [(String, UInt32)] = [
    ("output", 0), ("group", 22), ("set_field", 25), ("strip_vlan", 18), ("push_vlan", 17),
    ("mod_nw_ttl", 23), ("dec_ttl", 24), ("set_mpls_ttl", 15), ("dec_mpls_ttl", 16), ("push_mpls", 19),
    ("pop_mpls", 20), ("set_queue", 21),
  ]
}
