import Actions
import Flow
import Match

/// Which flow formats can carry a flow mod. 1.0 knows fewer fields and masks than 1.1, 1.1 fewer than NXM and
/// OXM; ovs-fields(7) says it for each field, ovs-actions(7) for each action.
extension FlowMod {
  /// The formats that can say all of it.
  ///
  /// - Parameter namesTable: whether its text said a table: an add without one is for whichever table the
  ///   switch likes.
  func usableProtocols(namesTable: Bool) -> FlowProtocols {
    var usable = match.usableProtocols
    if namesTable, table != 255 { usable.formIntersection(.withTable) }
    if cookieMask != 0 { usable.formIntersection([.nxmAndOXM, .openFlow11]) }
    if flags.contains(.resetCounts) { usable.formIntersection(.anyOXM) }
    if flags.contains(.noPacketCounts) || flags.contains(.noByteCounts) { usable.formIntersection(.from13) }
    usable.formIntersection(actions.usableProtocols)
    if !actions.isConsistent(with: match) { usable.formIntersection([.anyOpenFlow10, .anyNXM]) }
    return usable
  }
}

extension FlowMatch {
  /// The formats that can say it.
  var usableProtocols: FlowProtocols {
    let bits = self.mask
    let start: FlowProtocols = tunnelMetadata.isEmpty ? .all : .nxmAndOXM
    return Field.all.reduce(into: start) { usable, field in
      let mask = field.value(in: bits)
      guard mask != 0, field.prerequisite.isMet(by: self) else { return }
      usable.formIntersection(field.usableProtocols(mask: mask))
    }
  }
}

extension Field {
  /// Fields that 1.0 has.
  private static let in10: Set<String> = [
    "eth_src", "eth_dst", "eth_type", "vlan_tci", "dl_vlan", "vlan_vid", "dl_vlan_pcp", "vlan_pcp",
    "ip_src", "ip_dst", "nw_tos", "ip_dscp", "nw_proto", "arp_op", "arp_spa", "arp_tpa", "tcp_src", "tcp_dst",
    "udp_src", "udp_dst", "icmp_type", "icmp_code",
  ]
  /// Fields that came with 1.1.
  private static let since11: Set<String> = [
    "nw_ecn", "metadata", "mpls_label", "mpls_tc", "sctp_src", "sctp_dst",
  ]
  /// Views of bits that `vlan_tci` judges as a whole.
  private static let partsOfTCI: Set<String> = ["dl_vlan", "vlan_vid", "dl_vlan_pcp", "vlan_pcp"]
  /// Views of `nw_tos`, which is judged as a whole; `nw_ecn` by itself.
  /// Ports here have 16 bits, whatever the field's width on the wire.
  private static let ingress: Set<String> = ["in_port", "in_port_oxm"]
  private static let tos: Set<String> = ["nw_tos", "ip_dscp"]

  /// The formats that can match the field in the bits of `mask`, which is not 0.
  func usableProtocols(mask: UInt128) -> FlowProtocols {
    if Self.partsOfTCI.contains(name) { return .all }
    if Self.tos.contains(name) || Self.ingress.contains(name) { return .all }
    let isExact = mask == allOnes
    if name == "vlan_tci" {
      // All of the TCI, the VLAN identifier with the bit for presence, the priority likewise.
      return [0xffff, 0x1fff, 0xf000].contains(mask) ? .all : .nxmAndOXM
    }
    switch format {
    case .mac where name == "eth_src" || name == "eth_dst":
      return isExact ? .all : [.nxmAndOXM, .openFlow11]
    case .ipv4 where Self.in10.contains(name):
      let isPrefix = mask.nonzeroBitCount == bits - mask.trailingZeroBitCount
      return isPrefix ? .all : [.nxmAndOXM, .openFlow11]
    default:
      if Self.in10.contains(name) { return isExact ? .all : .nxmAndOXM }
      if Self.since11.contains(name) { return [.nxmAndOXM, .openFlow11] }
      return .nxmAndOXM
    }
  }

  /// The formats whose actions can set the field.
  var usableProtocolsOfSet: FlowProtocols { usableProtocols(mask: allOnes) }
}

extension [Action] {
  /// The formats that can say the list.
  fileprivate var usableProtocols: FlowProtocols {
    reduce(into: .all) { usable, action in
      switch action {
      case .setField(let set) where !set.isLoad: usable.formIntersection(set.field.usableProtocolsOfSet)
      case .pushVLAN: usable.formIntersection([.openFlow11, .anyOXM])
      case .writeMetadata: usable.formIntersection([.nxmAndOXM, .openFlow11])
      default: break
      }
    }
  }

  /// Whether the match makes sure that frames have the headers that actions change. 1.0 does not ask for that.
  fileprivate func isConsistent(with match: FlowMatch) -> Bool {
    func has(_ field: String) -> Bool { Field.named(field)?.prerequisite.isMet(by: match) ?? false }
    var hasTag = has("vlan_pcp")
    for action in self {
      switch action {
      case .popVLAN:
        if !hasTag { return false }
        hasTag = false
      case .pushVLAN, .setVLANID, .setVLANPriority: hasTag = true
      case .setIPv4Source, .setIPv4Destination: if !has("ip_src") { return false }
      case .setIPDSCP, .setIPECN, .setIPTTL, .decrementTTL: if !has("nw_ttl") { return false }
      case .setTransportSource, .setTransportDestination:
        if !["tcp_src", "udp_src", "sctp_src"].contains(where: has) { return false }
      default: break
      }
    }
    return true
  }
}
