import Actions
import Match
import Pipeline

/// NORMAL with ports of all VLAN modes beside rules that send frames themselves; FLOOD, ALL, truncation, and ports that are
/// told not to flood, forward or receive.
enum Switching: Level {
  static let name = "switching"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    // A new layout takes Open vSwitch a while, so many cases have the same: it follows from a few dice only.
    result.layout = layouts[dice.below(layouts.count)]
    let mayTruncate = !result.layout.settings.values.contains {
      $0.isProtected || $0.flags.contains(.noForward)
    }
    let traffic = Traffic(count: dice.number(50...150), mangled: 12, dice: &dice)
    let ports = Layout.ports.filter { $0.bridge == 0 }
    result.steps = traffic.steps(of: ports, runs: 1...6, dice: &dice)
    result.add(
      FlowMatch(), dice.oneIn(4) ? [output(mayTruncate: mayTruncate, dice: &dice)] : ["NORMAL"], dice: &dice)
    for _ in 0..<dice.number(0...12) {
      var match = MatchMaker.match(dice.pick(traffic.keys), atMost: 2, dice: &dice)
      if dice.oneIn(3), let field = Field.named("in_port") {
        match.set(field, to: UInt128(dice.pick(ports).number))
      }
      var actions: [String] = []
      for _ in 0..<dice.number(1...4) {
        let texts =
          switch dice.below(6) {
          case 0: Tagging.change(for: match, after: actions, dice: &dice)
          case 1: [Rewriting.change(for: match, dice: &dice) ?? "LOCAL"]
          default: [output(mayTruncate: mayTruncate, dice: &dice)]
          }
        // What max_len counts behind such a change is a matter of taste.
        if texts.joined().contains("max_len"), actions.contains(where: { $0.contains("vlan") }) { continue }
        // What NORMAL learns from a frame it knows from the next one on, in Open vSwitch at once.
        for text in texts where isPlain(text) && !(text == "NORMAL" && actions.contains(text)) {
          Tables.append(text, to: &actions, match, 0)
        }
      }
      result.add(match, actions, dice: &dice)
    }
    return result
  }

  /// Whether an action makes no tag of VLAN 0: NORMAL and Open vSwitch's manual do not agree on those.
  static func isPlain(_ text: String) -> Bool {
    guard text.contains("vlan") || text.contains("VLAN") else { return true }
    return text == "strip_vlan" || text.hasPrefix("mod_vlan_vid:") && text != "mod_vlan_vid:0"
  }

  /// Where a port takes tags off, Open vSwitch cuts the frame before that: 22 bytes are still a frame without them.
  ///
  /// - Parameter mayTruncate: whether frames may be cut. When Open vSwitch decides that a port does not get its cut
  ///   frame after all, the next port gets it.
  static func output(mayTruncate: Bool, dice: inout Dice) -> String {
    switch dice.below(9) {
    case 0: "FLOOD"
    case 1: "ALL"
    case 2: "IN_PORT"
    case 3 where mayTruncate: "output(port=\(dice.number(1...6)),max_len=\(dice.number(22...100)))"
    case 4 where mayTruncate: "output(port=LOCAL,max_len=\(dice.number(22...60)))"
    case 5, 6: "output:\(dice.number(1...6))"
    default: "NORMAL"
    }
  }

  /// Always the same few.
  private static let layouts: [Layout] = {
    var dice = Dice(seed: 4711)
    return (0..<12).map { _ in
      var layout = Layout()
      for port in Layout.ports where port.bridge == 0 && !dice.oneIn(3) {
        layout.settings[port] = settings(dice: &dice)
      }
      return layout
    }
  }()

  private static func settings(dice: inout Dice) -> PortSettings {
    var settings = PortSettings()
    settings.vlan.mode = dice.pick(VLANSettings.Mode.allCases)
    // A native VLAN 0 would be none.
    if settings.vlan.mode != .trunk {
      settings.vlan.tag = UInt16(dice.number((settings.vlan.mode == .access ? 0 : 1)...3))
    }
    if settings.vlan.mode != .access, dice.oneIn(3) {
      settings.vlan.trunks = [UInt16(dice.below(4)), UInt16(dice.below(4))]
    }
    if settings.vlan.mode == .dot1qTunnel {
      settings.vlan.trunks = []
      if dice.oneIn(3) { settings.vlan.customerVLANs = [UInt16(dice.below(4))] }
      settings.vlan.tunnelTPID = dice.oneIn(2) ? 0x8100 : 0x88a8
    }
    settings.vlan.priorityTags = dice.pick(VLANSettings.PriorityTags.allCases)
    settings.isProtected = dice.oneIn(6)
    for flag in [PortFlags.noReceive, .noFlood, .noForward] where dice.oneIn(12) {
      settings.flags.insert(flag)
    }
    return settings
  }
}
