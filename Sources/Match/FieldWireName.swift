/// Fields by the names of their wire forms, `NXM_OF_ETH_SRC`, `OXM_OF_IPV4_SRC`: subfields are written with them.
extension Field {
  /// The name in Nicira's own classes, or `nil` where there is none.
  public var nxmName: String? { wireForms.first { $0.isNXM }?.name }

  /// The first name in another class, or `nil` where there is none.
  public var oxmName: String? { wireForms.first { !$0.isNXM }?.name }

  /// The field of that name, alias, or name on the wire.
  public static func namedOnWire(_ name: some StringProtocol) -> Field? {
    byWireName[String(name)] ?? named(name)
  }

  private static let byWireName: [String: Field] = {
    var result: [String: Field] = [:]
    for field in all {
      for form in field.wireForms { result[form.name] = field }
    }
    return result
  }()
}

extension Field.WireForm {
  fileprivate var isNXM: Bool { header.rawValue >> 16 <= 1 }
}
