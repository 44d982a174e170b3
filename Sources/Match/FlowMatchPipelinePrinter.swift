/// What is known of a frame besides its headers: marks, connection, tunnel. Most matches demand nothing of it.
extension FlowMatchPrinter {
  mutating func appendPipeline(_ names: PortNaming) {
    append("pkt_mark", Known.packetMark)
    append("recirc_id", Known.recirculation, isHexadecimal: true)
    append("dp_hash", Known.hash)
    append("conj_id", Known.conjunction)
    append("skb_priority", Known.priority)
    if match.mask(at: Known.output.slots[0]) != 0 {
      begin("actset_output")
      let port = PortNumber(wide: UInt32(match.value(at: Known.output.slots[0])))
      text += (port ?? .none).described(by: names)
    }
    append("ct_state", Known.connectionState)
    if match.mask(at: Known.connectionZone.slots[0]) != 0 {
      begin("ct_zone")
      text += String(match.value(at: Known.connectionZone.slots[0]))
    }
    for field in Known.connection { append(field.name, field) }
    let packetType = match.value(at: Known.packetType.slots[0])
    if packetType != 0 {
      append("packet_type", Known.packetType)
    } else if match.mask(at: Known.recirculation.slots[0]) != 0, match.demandsHeaders {
      appendWord("eth")
    }
  }

  mutating func appendTunnel() {
    for field in Known.tunnel { append(field.name, field) }
    append("gtpu_flags", Known.gtpuFlags)
    append("gtpu_msgtype", Known.gtpuMessageType)
    append("tun_flags", Known.tunnelFlags, isMasked: true)
    for option in match.tunnelMetadata {
      appendWord(option.description)
    }
  }
}

extension FlowMatch {
  /// Whether anything is demanded of cold words or tunnel options.
  var hasColdWords: Bool {
    wordSet >> UInt64(FlowKey.Word.firstCold) != 0 || !tunnelMetadata.isEmpty
  }

  /// Whether anything is demanded that only frames with an Ethernet header have.
  fileprivate var demandsHeaders: Bool {
    typealias W = FlowKey.Word
    return wordSet >> UInt64(W.firstColdOfFrame) != 0
      || (wordSet >> UInt64(W.firstOfFrame)) & ((1 << UInt64(W.firstCold - W.firstOfFrame)) - 1) != 0
  }
}

/// The fields that are printed, looked up once.
private enum Known {
  static let packetMark = field("pkt_mark")
  static let recirculation = field("recirc_id")
  static let hash = field("dp_hash")
  static let conjunction = field("conj_id")
  static let priority = field("skb_priority")
  static let output = field("actset_output")
  static let packetType = field("packet_type")
  static let connectionState = field("ct_state")
  static let connectionZone = field("ct_zone")
  static let connection = [
    "ct_mark", "ct_label", "ct_nw_src", "ct_ipv6_src", "ct_nw_dst", "ct_ipv6_dst",
    "ct_nw_proto", "ct_tp_src", "ct_tp_dst",
  ].map(field)
  static let tunnel = [
    "tun_id", "tun_src", "tun_dst", "tun_ipv6_src", "tun_ipv6_dst", "tun_gbp_id", "tun_gbp_flags", "tun_tos",
    "tun_ttl", "tun_erspan_ver", "tun_erspan_idx", "tun_erspan_dir", "tun_erspan_hwid",
  ].map(field)
  static let gtpuFlags = field("tun_gtpu_flags")
  static let gtpuMessageType = field("tun_gtpu_msgtype")
  static let tunnelFlags = field("tun_flags")

  private static func field(_ name: String) -> Field { Field.known(name) }
}
