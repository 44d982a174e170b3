import Flow
import Match

/// Rules that demand what no frame can have: bits of a VLAN tag that is absent, or fields of a protocol that the
/// frame is demanded not to be of.
enum ContradictoryMatches {
  static func check(_ subject: LintSubject, _ report: inout LintReport) {
    for (place, rule) in subject.rules.enumerated() {
      guard let reason = reason(rule.match) else { continue }
      report.deadRules.insert(place)
      report.add(
        LintFinding(
          severity: .error, code: .contradictoryMatch, table: rule.table, subject: subject.text(of: rule),
          problem: "No frame can have this: \(reason)", advice: "Correct the match, or delete the rule"),
        place: place)
    }
  }

  private static func reason(_ match: FlowMatch) -> String? {
    if ImpossibleFrames.matches.contains(where: { match.isWithin($0) }) {
      return match.value(at: fragment) == FlowKey.Fragment.later
        ? "a later fragment is a fragment" : "a frame without a VLAN tag has no bits in it"
    }
    guard let type = match.etherType else { return nil }
    for (words, kind, types) in layers where !types.contains(type) {
      for word in words where match[word: word].value != 0 {
        return "frames of type 0x\(String(type, radix: 16)) have no \(kind) fields"
      }
    }
    if isIP(type), match.value(at: fragment) & FlowKey.Fragment.later != 0, match[word: transport].value != 0
    {
      return "a later fragment has no transport header"
    }
    if isARP(type), match.value(at: operation) > 0xff { return "operations of ARP above 255 are read as 0" }
    return nil
  }

  private static let fragment = Slot(FlowKey.Word.ip, 0, 8)
  private static let operation = Slot(FlowKey.Word.ip, 24, 16)
  private static let transport = FlowKey.Word.transport

  private static func isIP(_ type: UInt16) -> Bool { type == 0x0800 || type == 0x86dd }
  private static func isARP(_ type: UInt16) -> Bool { type == 0x0806 || type == 0x8035 }

  /// Words of a key that are 0 in all frames but those of some types.
  private static let layers: [(words: [Int], kind: String, types: [UInt16])] = [
    ([FlowKey.Word.ip], "IP or ARP", [0x0800, 0x86dd, 0x0806, 0x8035]),
    ([FlowKey.Word.ipv4], "IPv4 or ARP", [0x0800, 0x0806, 0x8035]),
    (
      [
        FlowKey.Word.ipv6Source, FlowKey.Word.ipv6Source + 1, FlowKey.Word.ipv6Destination,
        FlowKey.Word.ipv6Destination + 1, FlowKey.Word.ndTarget, FlowKey.Word.ndTarget + 1,
      ], "IPv6", [0x86dd]
    ),
    (
      [FlowKey.Word.arpSourceHardware, FlowKey.Word.arpTargetHardware], "ARP or neighbour discovery",
      [0x0806, 0x8035, 0x86dd]
    ),
    ([transport], "transport", [0x0800, 0x86dd]),
    ([FlowKey.Word.mpls, FlowKey.Word.mpls + 1], "MPLS", [0x8847, 0x8848]),
    ([FlowKey.Word.nsh, FlowKey.Word.nshContext, FlowKey.Word.nshContext + 1], "NSH", [0x894f]),
  ]
}
