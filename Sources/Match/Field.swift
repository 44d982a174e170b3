/// One match field. `Field.all` is the one place that knows of it; text, wire, masks, prerequisites,
/// `set_field` and the documentation follow from it.
public struct Field: Sendable {
  /// How values are written, in the words of ovs-fields(7).
  public enum Format: Sendable, Equatable {
    case decimal, hexadecimal, mac, ipv4, ipv6, port, fragment, tcpFlags
    /// A whole TCI in hexadecimal; bit 0x1000 says that a tag is present.
    case tci
  }

  /// Which masks a rule may give.
  public enum MaskRule: Sendable, Equatable {
    case exact, any
  }

  /// What a frame must be for the field to exist.
  public enum Prerequisite: Sendable, Equatable {
    case none, ethernet, vlan, ipv4, ipv6, ip, arp, tcp, udp, sctp, icmpv4, icmpv6
    /// Neighbour solicitation or advertisement, and each of them alone.
    case nd, ndSolicit, ndAdvert
  }

  public let name: String
  /// Other names that are read, never printed.
  public let aliases: [String]
  /// Where the field lies; two slots, most significant first, for 128 bits.
  public let slots: [Slot]
  public let format: Format
  public let maskRule: MaskRule
  public let prerequisite: Prerequisite
  /// Whether actions may write it.
  public let isWritable: Bool
  /// NXM or OXM headers without the mask bit: class 16, field 7, hasmask 1, length 8. 0 where there is none.
  public let nxm: UInt32
  public let oxm: UInt32

  /// Width in bits: 1 to 128.
  public var bits: Int { slots.reduce(0) { $0 + $1.bits } }
}

extension Field: Hashable {
  /// Fields are equal when they are the same line of the table; names are unique.
  public static func == (a: Field, b: Field) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Field {
  /// The field of that name or alias.
  public static func named(_ name: some StringProtocol) -> Field? { byName[String(name)] }

  private static let byName: [String: Field] = {
    var result: [String: Field] = [:]
    for field in all {
      result[field.name] = field
      for alias in field.aliases { result[alias] = field }
    }
    return result
  }()

  /// The field's value in `key`, right-justified.
  public func value(in key: FlowKey) -> UInt128 {
    slots.reduce(UInt128(0)) { $0 << UInt128($1.bits) | UInt128(key[$1]) }
  }

  /// Puts `value`, right-justified, where the field lies in `key`.
  public func store(_ value: UInt128, in key: inout FlowKey) {
    var rest = value
    for slot in slots.reversed() {
      key[slot] = UInt64(truncatingIfNeeded: rest)
      rest >>= UInt128(slot.bits)
    }
  }
}
