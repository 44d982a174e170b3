import Match

extension RandomText {
  /// Fields that the real program has: 3.1 had half as many registers as there are here.
  static let fields = Field.all.filter { field in
    ![("reg", 16), ("xreg", 8), ("xxreg", 4)].contains { name, count in
      field.name.hasPrefix(name) && Int(field.name.dropFirst(name.count)).map { $0 >= count } ?? false
    }
  }

  /// Terms of a match, with what they need before them but for one in some.
  mutating func match(atMost count: Int) -> [String] {
    var terms: [String] = []
    for _ in 0..<number(count + 1) {
      let field = pick(Self.fields)
      if !oneIn(40) {
        for term in prerequisite("\(field.prerequisite)") where !terms.contains(term) { terms.append(term) }
      }
      terms.append(self.term(field))
    }
    return terms
  }

  mutating func term(_ field: Field) -> String {
    let name = pick([field.name] + field.aliases)
    var text = value(of: field)
    let mayMask = field.maskRule == .any || oneIn(60)
    if mayMask, oneIn(3), !text.contains("/") { text += "/" + mask(of: field) }
    return name + "=" + text
  }

  /// A value in one of the ways in which the field's are written.
  mutating func value(of field: Field) -> String {
    if oneIn(150) { return pick(["", "x", "-1", "0x", "1.5", "0xg", "1/", "/1", "any", "*", "'1'"]) }
    switch "\(field.format)" {
    case "mac": return mac()
    case "ipv4": return ipv4()
    case "ipv6": return ipv6()
    case "port", "widePort": return port()
    case "fragment": return oneIn(5) ? value(bits: 2) : pick(["no", "yes", "first", "later", "not_later"])
    case "tcpFlags":
      return oneIn(3)
        ? value(bits: 12) : flags(["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns"])
    case "connectionState":
      return oneIn(4) ? value(bits: 8) : flags(["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"])
    case "tunnelFlags": return pick(["oam", "+oam", "-oam", "0", "1", "oam|oam", "2"])
    case "packetType":
      return pick(["(0,0)", "(1,0x800)", "(1,0x894f)", "(1,2048)", "(0x1,0x86dd)", "0", "(65535,65535)"])
    case "tci": return pick([value(bits: 16), "0x1000", "0", "0x1123", "0xffff"])
    default: return value(bits: min(field.bits, field.bits > 128 ? 64 : 128))
    }
  }

  mutating func mask(of field: Field) -> String {
    switch "\(field.format)" {
    case "mac": macMask()
    case "ipv4": ipv4Mask()
    case "ipv6": ipv6Mask()
    case "tci": pick(["0x1000", "0xffff", "0x1fff", "0x0fff", "0xf000", "0xe000", value(bits: 16)])
    default: oneIn(4) ? pick(["0", "-1"]) : value(bits: min(field.bits, field.bits > 128 ? 64 : 128))
    }
  }

  /// `+syn-ack` or `syn|ack`.
  private mutating func flags(_ names: [String]) -> String {
    var names = names
    var chosen: [String] = []
    for _ in 0...number(3) where !names.isEmpty { chosen.append(names.remove(at: number(names.count))) }
    if oneIn(3) { return chosen.joined(separator: "|") }
    return chosen.map { (oneIn(2) ? "+" : "-") + $0 }.joined()
  }

  /// Terms that make frames have what `name`, a `Field.Prerequisite`, says.
  mutating func prerequisite(_ name: String) -> [String] {
    switch name {
    case "vlan": [pick(["dl_vlan=5", "vlan_tci=0x1000/0x1000", "vlan_vid=0x1005"])]
    case "ipv4": [pick(["ip", "dl_type=0x800", "tcp", "udp", "icmp"])]
    case "ipv6": [pick(["ipv6", "eth_type=0x86dd", "tcp6", "icmp6"])]
    case "ip": [pick(["ip", "ipv6"])]
    case "arp": [pick(["arp", "rarp"])]
    case "mpls": [pick(["mpls", "mplsm"])]
    case "nsh": ["dl_type=0x894f"]
    case "tcp": [pick(["tcp", "tcp6"])]
    case "udp": [pick(["udp", "udp6"])]
    case "sctp": [pick(["sctp", "sctp6"])]
    case "icmpv4": ["icmp"]
    case "icmpv6": ["icmp6"]
    case "nd": ["icmp6", pick(["icmp_type=135", "icmpv6_type=136"])]
    case "ndSolicit": ["icmp6", "icmp_type=135", "icmpv6_code=0"]
    case "ndAdvert": ["icmp6", "icmp_type=136"]
    case "connection": ["ct_state=+trk", pick(["ip", "ipv6"])]
    default: []
    }
  }
}
