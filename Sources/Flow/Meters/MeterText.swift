/// Meters as Open vSwitch prints them: a line for the meter, and one for each band.
extension MeterConfig: CustomStringConvertible {
  public var description: String {
    var text = "meter=\(MeterID.text(meter)) "
    for (flag, name) in Self.flagNames where flags.contains(flag) { text += name + " " }
    let unknown = flags.subtracting([.kilobits, .packets, .burst, .statistics])
    if !unknown.isEmpty { text += "flags:0x\(String(unknown.rawValue, radix: 16)) " }
    text += "bands="
    for band in bands {
      text += "\n"
      band.append(to: &text, hasBurst: flags.contains(.burst))
    }
    return text
  }

  static let flagNames: [(MeterFlags, String)] = [
    (.kilobits, "kbps"), (.packets, "pktps"), (.burst, "burst"), (.statistics, "stats"),
  ]
}

extension MeterBand {
  fileprivate func append(to text: inout String, hasBurst: Bool) {
    switch action {
    case .drop: text += "type=drop"
    case .remarkDSCP: text += "type=dscp_remark"
    }
    text += " rate=\(rate)"
    if hasBurst { text += " burst_size=\(burstSize)" }
    if case .remarkDSCP(let level) = action { text += " prec_level=\(level)" }
  }
}

extension MeterMod: CustomStringConvertible {
  public var description: String {
    let name =
      switch command {
      case .add: "ADD"
      case .modify: "MOD"
      case .delete: "DEL"
      }
    return "\(name) \(config)"
  }
}
