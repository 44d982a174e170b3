import Wire

/// Writes the terms of a match. The order is Open vSwitch's: mark, connection, protocol, registers, tunnel,
/// metadata, then headers from outside in.
struct FlowMatchPrinter {
  let match: FlowMatch
  var text: String
  var isFirst = true

  init(match: FlowMatch, text: String) {
    self.match = match
    self.text = text
  }

  mutating func appendAll(_ names: PortNaming) {
    if match.hasColdWords { appendPipeline(names) }
    let isTyped = appendProtocol()
    for field in Known.registers { append(field.name, field) }
    if match.hasColdWords { appendTunnel() }
    append("metadata", Known.metadata)
    if match.mask(at: Known.inPort.slots[0]) != 0 {
      begin("in_port")
      text += PortNumber(rawValue: UInt16(match.value(at: Known.inPort.slots[0]))).described(by: names)
    }
    appendVLAN()
    append("dl_src", Known.ethernetSource)
    append("dl_dst", Known.ethernetDestination)
    if !isTyped { append("dl_type", Known.ethernetType, digits: 4) }
    appendNetwork()
    appendTransport()
  }

  // MARK: Headers

  /// Appends the shorthand of EtherType and IP protocol. Returns whether there is one.
  private mutating func appendProtocol() -> Bool {
    guard match.mask(at: Known.ethernetType.slots[0]) != 0 else { return false }
    let name: String
    switch (etherType, ipProtocol) {
    case (.ipv4, .icmp): name = "icmp"
    case (.ipv4, .tcp): name = "tcp"
    case (.ipv4, .udp): name = "udp"
    case (.ipv4, .sctp): name = "sctp"
    case (.ipv4, _): name = "ip"
    case (.ipv6, .icmpv6): name = "icmp6"
    case (.ipv6, .tcp): name = "tcp6"
    case (.ipv6, .udp): name = "udp6"
    case (.ipv6, .sctp): name = "sctp6"
    case (.ipv6, _): name = "ipv6"
    case (.arp, _): name = "arp"
    case (.rarp, _): name = "rarp"
    case (.mpls, _): name = "mpls"
    case (.mplsMulticast, _): name = "mplsm"
    default: return false
    }
    appendWord(name)
    return true
  }

  /// `dl_vlan` and `dl_vlan_pcp` when they say it all, else the bits of the TCI.
  private mutating func appendVLAN() {
    let slot = Known.tci.slots[0]
    let (value, mask) = (match.value(at: slot), match.mask(at: slot))
    guard mask != 0 else { return }
    let (vid, priority) = (mask & 0xfff, mask >> 13)
    let isPresent = value & mask & FlowKey.vlanPresent != 0
    guard isPresent, vid == 0 || vid == 0xfff, priority == 0 || priority == 7, vid | priority != 0 else {
      return append("vlan_tci", Known.tci, digits: 4)
    }
    if vid != 0 {
      begin("dl_vlan")
      text += String(value & 0xfff)
    }
    if priority != 0 {
      begin("dl_vlan_pcp")
      text += String(value >> 13)
    }
  }

  private mutating func appendNetwork() {
    switch etherType {
    case .ipv6?:
      append("ipv6_src", Known.ipv6Source)
      append("ipv6_dst", Known.ipv6Destination)
      append("ipv6_label", Known.ipv6Label, digits: 5)
    case .arp?, .rarp?:
      append("arp_spa", Known.ipv4Source)
      append("arp_tpa", Known.ipv4Destination)
      append("arp_op", Known.arpOperation)
      append("arp_sha", Known.arpSource)
      append("arp_tha", Known.arpTarget)
      return
    case .nsh?: appendNSH()
    default:
      append("nw_src", Known.ipv4Source)
      append("nw_dst", Known.ipv4Destination)
    }
    if !isNamedTransport { append("nw_proto", Known.ipProtocol) }
    append("nw_tos", Known.dscp, shiftedBy: 2)
    append("nw_ecn", Known.ecn)
    append("nw_ttl", Known.ttl)
    for field in Known.mpls { append(field.name, field) }
    append("nw_frag", Known.fragment)
  }

  private mutating func appendNSH() {
    let flags = Known.nsh[0]
    let mask = flags.mask(in: match)
    if mask != 0, mask != flags.allOnes {
      begin(flags.name)
      text.appendHexadecimal(flags.value(in: match), digits: 2)
      text += "/"
      text.appendHexadecimal(mask, digits: 2)
    } else {
      append(flags.name, flags)
    }
    for field in Known.nsh.dropFirst() {
      append(field.name, field, digits: field.format == .hexadecimal ? 1 : 0)
    }
  }

  private mutating func appendTransport() {
    if isICMPv4 || isICMPv6 {
      append("icmp_type", Known.icmpType)
      append("icmp_code", Known.icmpCode)
      guard isICMPv6 else { return }
      append("nd_target", Known.ndTarget)
      append("nd_sll", Known.arpSource)
      append("nd_tll", Known.arpTarget)
      append("nd_reserved", Known.ndReserved)
      append("nd_options_type", Known.ndOptionsType)
    } else {
      append("tp_src", Known.transportSource)
      append("tp_dst", Known.transportDestination)
      append("tcp_flags", Known.tcpFlags)
    }
  }

  /// Whether the shorthand already says the IP protocol.
  private var isNamedTransport: Bool {
    guard match.mask(at: Known.ethernetType.slots[0]) != 0 else { return false }
    return switch ipProtocol {
    case .tcp, .udp, .sctp: etherType == .ipv4 || etherType == .ipv6
    default: isICMPv4 || isICMPv6
    }
  }

  private var isICMPv4: Bool { etherType == .ipv4 && ipProtocol == .icmp }
  private var isICMPv6: Bool { etherType == .ipv6 && ipProtocol == .icmpv6 }

  private var etherType: EtherType? { match.etherType.map { EtherType(rawValue: $0) } }

  /// The IP protocol that every frame must have, if there is one. Under ARP these are bits of the opcode.
  private var ipProtocol: IPProtocol? {
    let slot = Known.ipProtocol.slots[0]
    return match.mask(at: slot) == 0xff ? IPProtocol(rawValue: UInt8(match.value(at: slot))) : nil
  }

  /// Appends `name=value[/mask]` unless the match leaves all of `field` open.
  ///
  /// - Parameters:
  ///   - name: what is printed, not always the field's own name.
  ///   - field: where the bits are and how they are written.
  ///   - digits: hexadecimal digits at least; 0 for as many as are needed.
  ///   - shift: how far a value without a mask is shifted to the left.
  ///   - isHexadecimal: whether a number is hexadecimal whatever the field's format says.
  ///   - isMasked: whether flags are written with their signs even if all are demanded.
  mutating func append(
    _ name: String, _ field: Field, digits: Int = 0, shiftedBy shift: Int = 0, isHexadecimal: Bool = false,
    isMasked: Bool = false
  ) {
    let mask = field.mask(in: match)
    guard mask != 0 else { return }
    let value = field.value(in: match)
    begin(name)
    if digits > 0 || field.format == .decimal && mask != field.allOnes {
      text.appendHexadecimal(value, digits: digits)
      guard mask != field.allOnes else { return }
      text += "/"
      text.appendHexadecimal(mask, digits: digits)
    } else if isHexadecimal {
      text.appendHexadecimalOrZero(value)
    } else if shift > 0 && mask == field.allOnes {
      text += String(value << UInt128(shift))
    } else if isMasked {
      text += value != 0 ? "+oam" : "-oam"
    } else {
      field.append(value: value, mask: mask, to: &text)
    }
  }

  /// Appends a term without a value.
  mutating func appendWord(_ word: String) {
    if !isFirst { text += "," }
    isFirst = false
    text += word
  }

  mutating func begin(_ name: String) {
    if !isFirst { text += "," }
    isFirst = false
    text += name
    text += "="
  }
}

/// The fields that are printed, looked up once.
private enum Known {
  static let registers = (0..<32).map { field("reg\($0)") }
  static let metadata = field("metadata")
  static let inPort = field("in_port")
  static let ethernetSource = field("eth_src")
  static let ethernetDestination = field("eth_dst")
  static let ethernetType = field("eth_type")
  static let tci = field("vlan_tci")
  static let ipv4Source = field("ip_src")
  static let ipv4Destination = field("ip_dst")
  static let ipv6Source = field("ipv6_src")
  static let ipv6Destination = field("ipv6_dst")
  static let ipv6Label = field("ipv6_label")
  static let ipProtocol = field("nw_proto")
  static let arpOperation = field("arp_op")
  static let dscp = field("ip_dscp")
  static let ecn = field("nw_ecn")
  static let ttl = field("nw_ttl")
  static let mpls = ["mpls_label", "mpls_tc", "mpls_ttl", "mpls_bos"].map(field)
  static let nsh = [
    "nsh_flags", "nsh_ttl", "nsh_mdtype", "nsh_np", "nsh_spi", "nsh_si", "nsh_c1", "nsh_c2", "nsh_c3",
    "nsh_c4",
  ].map(field)
  static let fragment = field("ip_frag")
  static let arpSource = field("arp_sha")
  static let arpTarget = field("arp_tha")
  static let ndTarget = field("nd_target")
  static let ndReserved = field("nd_reserved")
  static let ndOptionsType = field("nd_options_type")
  static let icmpType = field("icmp_type")
  static let icmpCode = field("icmp_code")
  static let transportSource = field("tcp_src")
  static let transportDestination = field("tcp_dst")
  static let tcpFlags = field("tcp_flags")

  private static func field(_ name: String) -> Field { Field.known(name) }
}
