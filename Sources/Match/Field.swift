/// One match field: a line of `Field.all`, which is the one place that knows of it; text, wire, masks,
/// prerequisites, `set_field` and the documentation follow from it.
public struct Field: Hashable, Sendable {
  /// How values are written, in the words of ovs-fields(7).
  public enum Format: Sendable, Equatable {
    case decimal, hexadecimal, mac, ipv4, ipv6, port, fragment, tcpFlags
    /// A port in 32 bits, as OpenFlow 1.1 and later have it.
    case widePort
    /// A whole TCI in hexadecimal; bit 0x1000 says that a tag is present.
    case tci
    /// `+est+trk` or `est|trk`.
    case connectionState
    /// `oam` or `+oam`.
    case tunnelFlags
    /// `(namespace,type)`.
    case packetType
  }

  /// Which masks a rule may give.
  public enum MaskRule: Sendable, Equatable {
    case exact, any
  }

  /// What a frame must be for the field to exist.
  public enum Prerequisite: Sendable, Equatable, CaseIterable {
    case none, ethernet, vlan, ipv4, ipv6, ip, arp, mpls, nsh, tcp, udp, sctp, icmpv4, icmpv6
    /// Neighbour solicitation or advertisement, and each of them alone.
    case nd, ndSolicit, ndAdvert
    /// A frame of a tracked connection that is valid.
    case connection
  }

  /// A field's name and identity on the wire.
  public struct WireForm: Sendable, Equatable {
    /// As in `NXM_OF_ETH_SRC`.
    public let name: String
    /// Without the mask bit.
    public let header: OXMHeader
    /// The first version that has the form; `nil` for extensions, which all versions have.
    public let since: OpenFlowVersion?
  }

  /// What the table says of a field.
  final class Line: Sendable {
    let name: String
    let aliases: [String]
    let bits: Int
    let slots: [Slot]
    let format: Format
    let maskRule: MaskRule
    let prerequisite: Prerequisite
    let isWritable: Bool
    let wireForms: [WireForm]

    init(
      name: String, aliases: [String], bits: Int, slots: [Slot], format: Format, maskRule: MaskRule,
      prerequisite: Prerequisite, isWritable: Bool, wireForms: [WireForm]
    ) {
      self.name = name
      self.aliases = aliases
      self.bits = bits
      self.slots = slots
      self.format = format
      self.maskRule = maskRule
      self.prerequisite = prerequisite
      self.isWritable = isWritable
      self.wireForms = wireForms
    }
  }

  /// Its place in `Field.all`.
  public let number: UInt8

  private var line: Line { Self.table[Int(number)] }

  public var name: String { line.name }
  /// Other names that are read, never printed.
  public var aliases: [String] { line.aliases }
  /// Width in bits: 1 to 128; 992 for `tun_metadata0` to `tun_metadata63`.
  public var bits: Int { line.bits }
  /// Where the field lies in a key; several, most significant first, when it does not lie in one word. None for
  /// `tun_metadata0` to `tun_metadata63`.
  public var slots: [Slot] { line.slots }
  public var format: Format { line.format }
  public var maskRule: MaskRule { line.maskRule }
  public var prerequisite: Prerequisite { line.prerequisite }
  /// Whether actions may write it.
  public var isWritable: Bool { line.isWritable }
  /// Names on the wire, in the order in which Open vSwitch considers them. None for fields that messages cannot
  /// name.
  public var wireForms: [WireForm] { line.wireForms }
  /// Whether the field's width is the value's: `tun_metadata0` to `tun_metadata63`.
  public var hasVariableLength: Bool { line.bits > 128 }

  /// Whether the field is other fields in other words: two or four registers, a port in 32 bits.
  public var isOverlay: Bool { name.hasPrefix("x") || name == "in_port_oxm" }

  /// Whether neither a message can name the field nor another field says the same: `tun_ttl` and the like, which
  /// are shown, but not matched.
  public var isInternal: Bool { wireForms.isEmpty && !["dl_vlan", "dl_vlan_pcp"].contains(name) }

  /// Every match field, in the order in which ovs-fields(7) lists them.
  public static let all: [Field] = table.indices.map { Field(number: UInt8($0)) }
}

extension Field: CustomStringConvertible {
  public var description: String { name }
}

extension Field {
  /// The field of that name or alias.
  public static func named(_ name: some StringProtocol) -> Field? { byName[String(name)] }

  /// A field that is known to be in the table.
  static func known(_ name: String) -> Field {
    guard let field = byName[name] else { preconditionFailure("\(name) is not in the field table") }
    return field
  }

  private static let byName: [String: Field] = {
    var result: [String: Field] = [:]
    for field in all {
      result[field.name] = field
      for alias in field.aliases { result[alias] = field }
    }
    return result
  }()

  /// Ones in all bits of the field, or in the lowest 128.
  public var allOnes: UInt128 { bits >= 128 ? ~0 : (1 << UInt128(bits)) - 1 }

  /// The field's value in `key`, right-justified.
  public func value(in key: FlowKey) -> UInt128 {
    slots.reduce(UInt128(0)) { $0 << UInt128($1.bits) | UInt128(key[$1]) }
  }

  /// What `match` demands of the field, right-justified.
  public func value(in match: FlowMatch) -> UInt128 {
    slots.reduce(UInt128(0)) { $0 << UInt128($1.bits) | UInt128(match.value(at: $1)) }
  }

  /// Which bits of the field `match` demands, right-justified.
  public func mask(in match: FlowMatch) -> UInt128 {
    slots.reduce(UInt128(0)) { $0 << UInt128($1.bits) | UInt128(match.mask(at: $1)) }
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

extension FlowMatch {
  /// Demands `value` in the bits of `mask` of `field`, both right-justified; replaces what was demanded there.
  public mutating func set(_ field: Field, to value: UInt128, mask: UInt128 = ~0) {
    var value = value
    var mask = mask
    for slot in field.slots.reversed() {
      set(slot, to: UInt64(truncatingIfNeeded: value), mask: UInt64(truncatingIfNeeded: mask))
      value >>= UInt128(slot.bits)
      mask >>= UInt128(slot.bits)
    }
  }
}
