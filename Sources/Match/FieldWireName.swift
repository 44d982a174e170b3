/// Fields by the names of their wire forms, `NXM_OF_ETH_SRC`, `OXM_OF_IPV4_SRC`: subfields are written with them.
extension Field {
  /// The name of the NXM form, or `nil` where there is none.
  public var nxmName: String? { nxm == 0 ? nil : Self.prefix(of: nxm) + upperName }

  /// The name of the OXM form, or `nil` where there is none.
  public var oxmName: String? {
    guard oxm != 0 else { return nil }
    return Self.prefix(of: oxm) + (Self.oxmSpellings[name] ?? upperName)
  }

  /// The field of that name, alias, NXM or OXM name.
  public static func namedOnWire(_ name: some StringProtocol) -> Field? {
    byWireName[String(name)] ?? named(name)
  }

  /// What NXM and, mostly, OXM call the field: its own name, save that `nw` is `IP`.
  private var upperName: String {
    (name.hasPrefix("nw_") ? "ip_" + name.dropFirst(3) : name).uppercased()
  }

  /// Where OXM deviates. OpenFlow 1.3.5 section 7.2.3.7.
  private static let oxmSpellings = [
    "ip_src": "IPV4_SRC", "ip_dst": "IPV4_DST", "ipv6_label": "IPV6_FLABEL",
    "icmp_type": "ICMPV4_TYPE", "icmp_code": "ICMPV4_CODE",
    "nd_target": "IPV6_ND_TARGET", "nd_sll": "IPV6_ND_SLL", "nd_tll": "IPV6_ND_TLL",
  ]

  private static func prefix(of header: UInt32) -> String {
    switch header >> 16 {
    case 0: "NXM_OF_"
    case 1: "NXM_NX_"
    default: "OXM_OF_"
    }
  }

  private static let byWireName: [String: Field] = {
    var result: [String: Field] = [:]
    for field in all {
      for name in [field.nxmName, field.oxmName].compactMap(\.self) { result[name] = field }
    }
    return result
  }()
}
