extension RandomText {
  /// A rule as `add-flow` takes it.
  mutating func flow() -> String {
    var terms = match(atMost: 4)
    if oneIn(3) { terms.insert("priority=\(value(bits: 16))", at: number(terms.count + 1)) }
    if oneIn(4) { terms.insert("table=\(oneIn(9) ? number(257) : number(20))", at: number(terms.count + 1)) }
    if oneIn(6) {
      terms.insert("cookie=\(value(bits: 64))" + (oneIn(8) ? "/1" : ""), at: number(terms.count + 1))
    }
    for key in ["idle_timeout", "hard_timeout", "importance"] where oneIn(9) {
      terms.insert("\(key)=\(value(bits: 16))", at: number(terms.count + 1))
    }
    for key in ["send_flow_rem", "check_overlap", "reset_counts", "no_packet_counts", "no_byte_counts"]
    where oneIn(12) {
      terms.insert(key, at: number(terms.count + 1))
    }
    if oneIn(20) {
      terms.insert(pick(["duration=5s", "n_packets=7", "n_bytes=9", "idle_age=3", "hard_age=4"]), at: 0)
    }
    if oneIn(30) {
      terms.append(pick(["out_port=\(port())", "out_group=5", "foo=5", "tcp=6", "ip,ipv6", "udp,tcp"]))
    }
    var text = ""
    for term in terms { text += term + separator() }
    return oneIn(200) ? text : text + "actions=" + actions()
  }

  /// A group as `add-group` takes it.
  mutating func group() -> String {
    var parts = ["group_id=\(oneIn(9) ? value(bits: 32) : String(number(99)))"]
    if !oneIn(20) {
      parts.append("type=" + pick(["all", "select", "indirect", "ff", "fast_failover", "foo"]))
    }
    if oneIn(4) {
      parts.append("selection_method=" + pick(["hash", "dp_hash", "a_name_that_is_much_too_long"]))
    }
    if oneIn(8) { parts.append("selection_method_param=\(value(bits: 64))") }
    if oneIn(6) {
      parts.append("fields(" + pick(["eth_dst", "ip_dst,tcp_src", "tcp_dst=0xff00", "nosuch", ""]) + ")")
    }
    for _ in 0..<number(4) {
      var bucket: [String] = []
      if oneIn(4) { bucket.append("bucket_id\(pick([":", "="]))\(number(20))") }
      if oneIn(3) { bucket.append("weight\(pick([":", "="]))\(value(bits: 16))") }
      if oneIn(3) { bucket.append("watch_port\(pick([":", "="]))\(port())") }
      if oneIn(5) { bucket.append("watch_group\(pick([":", "="]))\(number(99))") }
      bucket.append(oneIn(2) ? "actions=" + actions(depth: 1) : actions(depth: 1))
      parts.append("bucket=" + bucket.joined(separator: ","))
    }
    return parts.joined(separator: ",")
  }

  /// A meter as `add-meter` takes it.
  mutating func meter() -> String {
    var parts = ["meter=" + pick([String(number(99)), "controller", "slowpath", "all", value(bits: 32)])]
    for word in ["kbps", "pktps", "burst", "stats"] where oneIn(2) { parts.append(word) }
    if !oneIn(10) { parts.append("bands=") }
    var text = parts.joined(separator: ",")
    for _ in 0..<number(3) {
      if !text.hasSuffix("=") { text += pick([",", " "]) }
      text += "type=" + pick(["drop", "dscp_remark", "foo"]) + pick([",", " "]) + "rate=" + value(bits: 32)
      if oneIn(3) { text += ",burst_size=" + value(bits: 32) }
      if oneIn(3) { text += ",prec_level=\(number(9))" }
    }
    return text
  }

  /// `text` with a few bytes changed, or one of its terms gone, doubled or moved.
  mutating func mutated(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for _ in 0...number(2) {
      guard !bytes.isEmpty else { break }
      let place = number(bytes.count)
      switch number(7) {
      case 0: bytes.remove(at: place)
      case 1: bytes[place] = pick(Array("0123456789abcdefxyz,=:/()[].->+|_ ".utf8))
      case 2: bytes.insert(pick(Array("09afx,=:/()[]->. ".utf8)), at: place)
      case 3: bytes.removeLast(bytes.count - place)
      case 4:
        let upper = bytes[place]
        if (97...122).contains(upper) { bytes[place] = upper - 32 }
      default:
        var terms = String(decoding: bytes, as: UTF8.self).split(
          separator: ",", omittingEmptySubsequences: false)
        let index = number(terms.count)
        if oneIn(2) {
          terms.remove(at: index)
        } else {
          terms.insert(terms[index], at: number(terms.count + 1))
        }
        bytes = Array(terms.joined(separator: ",").utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
