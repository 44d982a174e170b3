import Match

/// Flows as datapaths write them: `in_port(p1),eth(src=...,dst=...),eth_type(0x0800),ipv4(...),tcp(...)`. They
/// say the same as flows of OpenFlow, and become them.
enum DatapathFlowText {
  /// Whether `text` is written this way.
  static func isUsed(in text: String) -> Bool { text.contains("(") }

  /// The same flow in OpenFlow's words.
  static func openFlow(_ text: String) throws(CommandError) -> String {
    var flow = Flow()
    for term in try terms(of: text) { try flow.add(term) }
    return flow.text
  }

  private struct Term {
    var name: String
    /// What stands between the parentheses.
    var body: String

    /// `key=value` pairs of the body.
    var pairs: [(key: String, value: String)] {
      body.split(separator: ",").map { part in
        let words = part.split(separator: "=", maxSplits: 1)
        return (trimmed(words[0]), words.count == 2 ? trimmed(words[1]) : "")
      }
    }

    private func trimmed(_ text: Substring) -> String {
      String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The terms of a flow; what stands in parentheses within parentheses belongs to the outer ones.
  private static func terms(of text: String) throws(CommandError) -> [Term] {
    var result: [Term] = []
    var rest = text[...]
    while true {
      rest = rest.drop { $0 == "," || $0 == " " }
      guard let start = rest.firstIndex(of: "(") else { break }
      let name = String(rest[..<start])
      var depth = 0
      var end: Substring.Index?
      for index in rest[start...].indices {
        if rest[index] == "(" { depth += 1 }
        if rest[index] == ")" { depth -= 1 }
        if depth == 0 {
          end = index
          break
        }
      }
      guard let end else { throw CommandError("FLOW: \(name): a ')' is missing") }
      result.append(Term(name: name, body: String(rest[rest.index(after: start)..<end])))
      rest = rest[rest.index(after: end)...]
    }
    guard rest.isEmpty else { throw CommandError("FLOW: '\(rest)' is not NAME(...)") }
    return result
  }

  /// Terms of OpenFlow so far.
  private struct Flow {
    private var words: [String] = []

    var text: String { words.joined(separator: ",") }

    /// Terms that say nothing about the frame, or what is always so here.
    private static let ignored: Set<String> = ["recirc_id", "dp_hash", "skb_mark", "packet_type"]
    private static let names = [
      "in_port", "skb_priority", "eth", "vlan", "eth_type", "encap", "ipv4", "ipv6", "arp", "tcp", "udp",
      "sctp",
      "tcp_flags", "icmp", "icmpv6", "nd", "mpls",
    ]

    mutating func add(_ term: Term) throws(CommandError) {
      if term.body.contains("/") {
        throw CommandError("FLOW: \(term.name)(\(term.body)): a frame has values, not masks")
      }
      switch term.name {
      case "in_port": words.append("in_port=\(term.body)")
      case "skb_priority": words.append("skb_priority=\(term.body)")
      // The type in front of a tag; the one behind it is in `encap`.
      case "eth_type" where ["0x8100", "0x88a8"].contains(term.body): break
      case "eth_type": words.append("dl_type=\(term.body)")
      case "eth": try add(term, ["src": "dl_src", "dst": "dl_dst"])
      case "vlan": try add(term, ["vid": "dl_vlan", "pcp": "dl_vlan_pcp", "tpid": "", "cfi": ""])
      case "encap": for inner in try DatapathFlowText.terms(of: term.body) { try add(inner) }
      case "ipv4":
        try add(
          term,
          [
            "src": "nw_src", "dst": "nw_dst", "proto": "nw_proto", "ttl": "nw_ttl", "frag": "nw_frag",
            "tos": "tos",
          ])
      case "ipv6":
        try add(
          term,
          [
            "src": "ipv6_src", "dst": "ipv6_dst", "label": "ipv6_label", "proto": "nw_proto", "tclass": "tos",
            "hlimit": "nw_ttl", "frag": "nw_frag",
          ])
      case "arp":
        try add(
          term, ["sip": "arp_spa", "tip": "arp_tpa", "op": "arp_op", "sha": "arp_sha", "tha": "arp_tha"])
      case "tcp", "udp", "sctp": try add(term, ["src": "tp_src", "dst": "tp_dst"])
      case "icmp", "icmpv6": try add(term, ["type": "icmp_type", "code": "icmp_code"])
      case "nd": try add(term, ["target": "nd_target", "sll": "nd_sll", "tll": "nd_tll"])
      case "mpls":
        try add(
          term, ["label": "mpls_label", "tc": "mpls_tc", "ttl": "mpls_ttl", "bos": "mpls_bos"])
      case "tcp_flags": words.append("tcp_flags=\(term.body)")
      case let name where Self.ignored.contains(name): break
      case let name:
        throw .unknown("term", name, in: "FLOW", among: Self.names)
      }
    }

    private mutating func add(_ term: Term, _ keys: [String: String]) throws(CommandError) {
      for (key, value) in term.pairs {
        guard let name = keys[key] else {
          throw .unknown("key", key, in: "FLOW: \(term.name)", among: keys.keys.sorted())
        }
        switch name {
        case "": break
        case "tos": try addTOS(value)
        case "nw_frag": words.append("nw_frag=\(value)")
        default: words.append("\(name)=\(value)")
        }
      }
    }

    /// The byte has two fields in OpenFlow.
    private mutating func addTOS(_ text: String) throws(CommandError) {
      let isHexadecimal = text.hasPrefix("0x")
      guard let value = UInt8(isHexadecimal ? text.dropFirst(2) : text[...], radix: isHexadecimal ? 16 : 10)
      else {
        throw CommandError("FLOW: tos: '\(text)' is not a number from 0 to 255")
      }
      words.append("nw_tos=\(value & 0xfc)")
      words.append("nw_ecn=\(value & 3)")
    }
  }
}
