import Actions
import Match
import Pipeline

/// What is done to a frame, in the words in which Open vSwitch prints actions of a datapath. Ports have names here.
struct DatapathActionsText {
  private let port: (PortIndex) -> String
  private var parts: [String] = []
  /// The frame's fields after the ops so far.
  private var key: FlowKey
  /// Bits that were set since the last other op.
  private var changed = FlowKey()
  private var hasChanged = false

  /// - Parameter key: the fields that the frame came with.
  static func text(of ops: [FrameOp], key: FlowKey, port: @escaping (PortIndex) -> String) -> String {
    var text = DatapathActionsText(port: port, key: key)
    for op in ops { text.append(op) }
    // A set that nothing follows changes a frame that goes nowhere.
    if text.parts.isEmpty { return "drop" }
    return text.parts.joined(separator: ",").replacing("clone(,", with: "clone(").replacing(",)", with: ")")
  }

  private init(port: @escaping (PortIndex) -> String, key: FlowKey) {
    self.port = port
    self.key = key
  }

  private mutating func append(_ op: FrameOp) {
    if case .set(let value, let mask, let word) = op {
      key.words[Int(word)] = key.words[Int(word)] & ~mask | value & mask
      changed.words[Int(word)] |= mask
      hasChanged = true
      return
    }
    appendSets()
    switch op {
    case .output(let index, let length):
      if length != 0 { parts.append("trunc(\(length))") }
      parts.append(port(index))
    case .controller(_, _, _, let length, let reason, let id, _):
      parts.append("controller(reason=\(reason.rawValue),controller_id=\(id),max_len=\(length))")
    case .pushTag(let tag):
      let tpid = tag >> 16 == 0x8100 ? "" : "tpid=0x" + String(tag >> 16, radix: 16) + ","
      parts.append("push_vlan(\(tpid)vid=\(tag & 0xfff),pcp=\(tag >> 13 & 7))")
    case .popTag: parts.append("pop_vlan")
    case .setTag(let tag): parts.append("set(vlan(vid=\(tag & 0xfff),pcp=\(tag >> 13 & 7)))")
    case .pushLabel, .popLabel, .pushLabelOverEthernet, .popToEthernet, .popEthernet, .pushNSH, .popNSH:
      parts.append(HeaderActionText.text(of: op))
      key.follow(op)
    case .setPriority(let priority): parts.append("set(skb_priority(0x\(String(priority, radix: 16))))")
    case .scope(let isSaved): if isSaved { parts.append("clone(") }
    case .endScope: parts.append(")")
    // The handle of a real frame's meter may be of one that is gone.
    case .meter: parts.append("meter")
    case .truncate(let length): parts.append("trunc(\(length))")
    // What the switch does besides, not to the frame.
    case .set, .learn, .patch, .options, .shortenTimeouts, .mirroring, .lost: break
    }
  }

  // MARK: Header fields

  private mutating func appendSets() {
    guard hasChanged else { return }
    var values: [(group: String, texts: [String])] = []
    for (field, header, name) in headerFields where isChanged(field) {
      let text = "\(name)=\(text(of: field))"
      if let place = values.firstIndex(where: { $0.group == header }) {
        values[place].texts.append(text)
      } else {
        values.append((header, [text]))
      }
    }
    for (header, texts) in values { parts.append("set(\(header)(\(texts.joined(separator: ","))))") }
    changed = FlowKey()
    hasChanged = false
  }

  private func isChanged(_ field: Field) -> Bool { field.slots.contains { changed[$0] != 0 } }

  private func text(of field: Field) -> String {
    switch field.name {
    case "ip_dscp": "0x" + String((key.words[FlowKey.Word.ip] >> 16) & 0xff, radix: 16)
    default: field.format(value: field.value(in: key), mask: field.allOnes)
    }
  }

  /// Fields of the frame at hand, the header that each is in, and its name there.
  private var headerFields: [(Field, header: String, name: String)] {
    var result = Self.known([("eth_src", "eth", "src"), ("eth_dst", "eth", "dst")])
    let ip = key.words[FlowKey.Word.ip]
    switch key.words[FlowKey.Word.ethernetDestination] & 0xffff {
    case 0x0800:
      result += Self.known([
        ("ip_src", "ipv4", "src"), ("ip_dst", "ipv4", "dst"), ("ip_dscp", "ipv4", "tos"),
        ("nw_ttl", "ipv4", "ttl"),
      ])
      result += transportFields(ip >> 24 & 0xff, icmp: 1)
    case 0x86dd:
      result += Self.known([
        ("ipv6_src", "ipv6", "src"), ("ipv6_dst", "ipv6", "dst"), ("ipv6_label", "ipv6", "label"),
        ("ip_dscp", "ipv6", "tclass"), ("nw_ttl", "ipv6", "hlimit"), ("nd_target", "nd", "target"),
        ("nd_sll", "nd", "sll"), ("nd_tll", "nd", "tll"),
      ])
      result += transportFields(ip >> 24 & 0xff, icmp: 58)
    case 0x0806, 0x8035:
      result += Self.known([
        ("arp_spa", "arp", "sip"), ("arp_tpa", "arp", "tip"), ("arp_op", "arp", "op"),
        ("arp_sha", "arp", "sha"), ("arp_tha", "arp", "tha"),
      ])
    case 0x8847, 0x8848:
      result += Self.known([
        ("mpls_label", "mpls", "label"), ("mpls_tc", "mpls", "tc"), ("mpls_ttl", "mpls", "ttl"),
        ("mpls_bos", "mpls", "bos"),
      ])
    case 0x894f:
      result += Self.known([
        ("nsh_flags", "nsh", "flags"), ("nsh_ttl", "nsh", "ttl"), ("nsh_spi", "nsh", "spi"),
        ("nsh_si", "nsh", "si"), ("nsh_c1", "nsh", "c1"), ("nsh_c2", "nsh", "c2"), ("nsh_c3", "nsh", "c3"),
        ("nsh_c4", "nsh", "c4"),
      ])
    default: break
    }
    return result
  }

  private func transportFields(_ proto: UInt64, icmp: UInt64) -> [(Field, header: String, name: String)] {
    switch proto {
    case 6: Self.known([("tcp_src", "tcp", "src"), ("tcp_dst", "tcp", "dst")])
    case 17: Self.known([("udp_src", "udp", "src"), ("udp_dst", "udp", "dst")])
    case 132: Self.known([("sctp_src", "sctp", "src"), ("sctp_dst", "sctp", "dst")])
    case icmp: Self.known([("icmp_type", "icmp", "type"), ("icmp_code", "icmp", "code")])
    default: []
    }
  }

  private static func known(
    _ list: [(field: String, header: String, name: String)]
  ) -> [(Field, header: String, name: String)] {
    list.compactMap { line in Field.named(line.field).map { ($0, line.header, line.name) } }
  }
}
