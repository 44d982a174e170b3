import Match

extension RandomText {
  /// What stands behind `actions=`.
  mutating func actions(depth: Int = 0) -> String {
    if oneIn(12) { return pick(["drop", "", "normal", "NORMAL"]) }
    var list = (0...number(depth == 0 ? 4 : 2)).map { _ in action(depth: depth) }
    if depth == 0, oneIn(6) {
      if oneIn(4) { list.insert("meter:\(number(9))", at: 0) }
      if oneIn(2) { list.append("clear_actions") }
      if oneIn(2) { list.append("write_actions(\(actions(depth: 1)))") }
      if oneIn(2) {
        list.append("write_metadata:\(value(bits: 64))" + (oneIn(2) ? "/\(value(bits: 64))" : ""))
      }
      if oneIn(2) { list.append("goto_table:\(number(256))") }
      if oneIn(15) { list.shuffle(using: &self) }
    }
    return list.joined(separator: ",")
  }

  private mutating func field() -> String {
    let field = pick(Self.fields)
    return field.isWritable && !field.hasVariableLength || oneIn(6) ? field.name : "reg\(number(16))"
  }

  mutating func subfield() -> String {
    let name =
      oneIn(4)
      ? pick(["NXM_NX_REG\(number(16))", "NXM_OF_ETH_SRC", "NXM_OF_VLAN_TCI", "NXM_OF_IP_SRC"]) : field()
    switch number(5) {
    case 0: return name
    case 1: return "\(name)[\(number(40))]"
    case 2:
      let low = number(32)
      return "\(name)[\(low)..\(low + number(16))]"
    default: return name + "[]"
    }
  }

  private mutating func register(_ bits: Int) -> String { "NXM_NX_REG\(number(16))[0..\(bits - 1)]" }

  mutating func action(depth: Int) -> String {
    switch number(50) {
    case 0, 1, 2: return "output:" + port()
    case 3: return port()
    case 4: return "output(port=\(port()),max_len=\(value(bits: 16)))"
    case 5: return "output:" + subfield()
    case 6:
      return pick([
        "normal", "flood", "all", "local", "in_port", "table", "CONTROLLER", "controller:\(number(70000))",
      ])
    case 7: return "controller(" + controller() + ")"
    case 8: return "enqueue:\(number(9)):\(number(9))"
    case 9:
      return pick([
        "strip_vlan", "pop_vlan", "push_vlan:0x8100", "push_vlan:0x88a8", "push_vlan:\(value(bits: 16))",
      ])
    case 10: return pick(["mod_vlan_vid", "set_vlan_vid"]) + ":" + value(bits: 12)
    case 11: return pick(["mod_vlan_pcp", "set_vlan_pcp"]) + ":" + value(bits: 3)
    case 12: return pick(["mod_dl_src", "mod_dl_dst"]) + ":" + mac()
    case 13: return pick(["mod_nw_src", "mod_nw_dst"]) + ":" + ipv4()
    case 14:
      return pick([
        "mod_nw_tos:\(value(bits: 8))", "mod_nw_ecn:\(value(bits: 2))", "mod_nw_ttl:\(value(bits: 8))",
      ])
    case 15: return pick(["mod_tp_src", "mod_tp_dst"]) + ":" + value(bits: 16)
    case 16:
      return pick(["dec_ttl", "dec_ttl(\(number(9)))", "dec_ttl(1,2,\(value(bits: 16)))", "dec_ttl()"])
    case 17:
      return pick([
        "push_mpls:0x8847", "push_mpls:0x8848", "pop_mpls:0x800", "pop_mpls:\(value(bits: 16))",
        "dec_mpls_ttl",
        "set_mpls_label:\(value(bits: 20))", "set_mpls_tc:\(value(bits: 3))",
        "set_mpls_ttl:\(value(bits: 8))",
      ])
    case 18, 19, 20, 21:
      let field = pick(Self.fields.filter { oneIn(20) || $0.isWritable })
      let masked = field.maskRule == .any && oneIn(4) ? "/" + mask(of: field) : ""
      return "set_field:\(value(of: field))\(masked)->\(field.name)"
    case 22, 23, 24: return "load:\(value(bits: pick([1, 8, 16, 32])))->\(subfield())"
    case 25, 26: return "move:\(subfield())->\(subfield())"
    case 27: return "move:reg\(number(16))[0..\(7)]->\(field())[8..15]"
    case 28: return pick(["push", "pop"]) + ":" + subfield()
    case 29: return pick(["set_tunnel", "set_tunnel64"]) + ":" + value(bits: 40)
    case 30:
      return pick(["set_queue:\(value(bits: 32))", "pop_queue", "exit", "ct_clear", "decap", "dec_nsh_ttl"])
    case 31, 32:
      return pick([
        "resubmit:\(port())", "resubmit(,\(number(257)))", "resubmit(\(port()),\(number(256)))",
        "resubmit(,3,ct)",
      ])
    case 33: return "group:" + value(bits: 32)
    case 34 where depth < 3: return "clone(\(actions(depth: depth + 1)))"
    case 35: return "conjunction(\(value(bits: 32)),\(number(5))/\(number(5)))"
    case 36, 37: return "learn(" + learn() + ")"
    case 38:
      let fields = pick([
        "eth_src", "symmetric_l4", "symmetric_l3l4", "symmetric_l3l4+udp", "symmetric_l3", "nw_src", "nw_dst",
        "foo",
      ])
      let algorithm = pick(["modulo_n", "hash_threshold", "hrw", "iter_hash", "bar"])
      return "multipath(\(fields),\(number(99)),\(algorithm),\(number(9)),\(number(9)),\(subfield()))"
    case 39:
      let members = (0..<number(4)).map { _ in String(number(99)) }.joined(separator: ",")
      let head =
        "\(pick(["eth_src", "symmetric_l4", "nw_dst"])),\(number(99)),\(pick(["hrw", "active_backup"])),ofport"
      return oneIn(2)
        ? "bundle(\(head),members:\(members))" : "bundle_load(\(head),\(subfield()),members:\(members))"
    case 40:
      return "fin_timeout("
        + pick(["idle_timeout=\(number(99))", "hard_timeout=5", "idle_timeout=3,hard_timeout=70000", ""])
        + ")"
    case 41:
      let more = pick([
        "", ",collector_set_id=5", ",obs_domain_id=7,obs_point_id=8", ",sampling_port=3", ",egress",
        ",ingress,sampling_port=1",
      ])
      return "sample(probability=\(number(70000))\(more))"
    case 42: return "note:" + (0..<number(20)).map { _ in hex2() }.joined(separator: ".")
    case 43: return "check_pkt_larger(\(number(70000)))->\(subfield())"
    case 44, 45, 46: return "ct(" + track(depth) + ")"
    case 47:
      return pick([
        "encap(nsh(md_type=1))", "encap(nsh)", "encap(ethernet)", "encap(mpls)", "encap(mpls_mc)", "decap()",
        "encap(nsh(md_type=2,tlv(0x1000,\(number(300)),0x12345678)))", "decap(packet_type(ns=0,type=0))",
      ])
    case 48: return "delete_field:" + field()
    default: return oneIn(6) ? pick(["nosuch:5", "outptu:1", "drop"]) : "output:2"
    }
  }

  private mutating func hex2() -> String { String(String(256 + number(256), radix: 16).dropFirst()) }

  private mutating func controller() -> String {
    var parts: [String] = []
    if oneIn(2) { parts.append("max_len=\(value(bits: 16))") }
    if oneIn(3) {
      parts.append(
        "reason=" + pick(["action", "no_match", "invalid_ttl", "group", "action_set", "packet_out", "foo"]))
    }
    if oneIn(3) { parts.append("id=\(value(bits: 16))") }
    if oneIn(4) { parts.append("userdata=" + (0...number(9)).map { _ in hex2() }.joined(separator: ".")) }
    if oneIn(5) { parts.append("pause") }
    if oneIn(6) { parts.append("meter_id=\(number(9))") }
    return parts.joined(separator: ",")
  }

  private mutating func track(_ depth: Int) -> String {
    var parts: [String] = []
    if oneIn(2) { parts.append("commit") }
    if oneIn(6) { parts.append("force") }
    if oneIn(3) { parts.append("zone=" + (oneIn(3) ? register(16) : value(bits: 16))) }
    if oneIn(3) { parts.append("table=\(number(257))") }
    if oneIn(3) { parts.append(nat()) }
    if oneIn(6) { parts.append("alg=" + pick(["ftp", "tftp", "sip"])) }
    if oneIn(3) {
      parts.append(
        "exec(" + pick(["set_field:5->ct_mark", "load:1->ct_label[3]", "move:reg0[]->ct_mark[]", "output:1"])
          + ")")
    }
    return parts.joined(separator: ",")
  }

  private mutating func nat() -> String {
    let end = pick(["", "-" + ipv4()])
    let ports = pick(["", ":80", ":80-90", ":90-80"])
    let flags = pick(["", ",random", ",hash", ",persistent", ",hash,random"])
    let six = pick(["[fe80::1]:80", "fe80::1-fe80::9", "[fe80::1]-[fe80::5]:80-90"])
    return pick([
      "nat", "nat(src)", "nat(src=\(ipv4())\(end)\(ports)\(flags))", "nat(dst=\(ipv4())\(ports))",
      "nat(dst=\(six)\(flags))",
    ])
  }

  private mutating func learn() -> String {
    var parts: [String] = []
    for (key, bits) in [
      ("table", 8), ("idle_timeout", 16), ("hard_timeout", 16), ("fin_idle_timeout", 16),
      ("fin_hard_timeout", 16), ("priority", 16), ("cookie", 64), ("limit", 32),
    ] where oneIn(5) {
      parts.append("\(key)=\(value(bits: bits))")
    }
    if oneIn(6) { parts.append(pick(["send_flow_rem", "delete_learned", "result_dst=reg0[3]"])) }
    for _ in 0..<number(4) {
      switch number(5) {
      case 0: parts.append(term(pick(Self.fields)))
      case 1:
        parts.append(
          pick(["NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]", "NXM_OF_VLAN_TCI[0..11]", "eth_type=0x800", "in_port"]))
      case 2: parts.append("load:\(value(bits: 8))->\(subfield())")
      case 3: parts.append("load:\(subfield())->\(subfield())")
      default: parts.append("output:" + subfield())
      }
    }
    return parts.joined(separator: ",")
  }
}

extension RandomText: RandomNumberGenerator {
  mutating func next() -> UInt64 { bits() }
}
