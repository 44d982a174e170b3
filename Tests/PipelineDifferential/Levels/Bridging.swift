import Match
import Pipeline

/// NORMAL on two bridges with a patch between them: each learns what comes through it and sends on what belongs there.
enum Bridging: Level {
  static let name = "bridging"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    var result = Case()
    // A new layout takes Open vSwitch a while, so many cases have the same.
    result.layout = layouts[dice.below(layouts.count)]
    let traffic = Traffic(count: dice.number(50...150), mangled: 12, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports, runs: 1...6, dice: &dice)
    for bridge in 0..<Layout.bridgeCount {
      result.add(FlowMatch(), ["NORMAL"], bridge: bridge, dice: &dice)
      for _ in 0..<dice.below(6) {
        let match = MatchMaker.match(dice.pick(traffic.keys), atMost: 2, dice: &dice)
        // A frame goes over the patch once at most: what NORMAL has learned from it the first time Open vSwitch knows at once.
        var actions: [String] = []
        for _ in 0..<dice.number(1...3) {
          let text =
            dice.oneIn(3)
            ? Rewriting.change(for: match, dice: &dice) ?? "LOCAL"
            : dice.oneIn(4)
              ? "set_field:\(0x1000 + dice.number(1...3))->vlan_vid" : "output:\(dice.number(1...6))"
          Tables.append(text, to: &actions, match, 0)
        }
        Tables.append(dice.oneIn(3) ? "output:10" : "NORMAL", to: &actions, match, 0)
        result.add(match, actions, bridge: bridge, dice: &dice)
      }
    }
    return result
  }

  /// Always the same few.
  private static let layouts: [Layout] = {
    var dice = Dice(seed: 815)
    return (0..<8).map { number in
      var layout = Layout()
      let patches = (0..<Layout.bridgeCount).flatMap { bridge in
        Layout.patches.map { PortName(bridge: bridge, number: $0) }
      }
      for port in Layout.ports + patches where number > 0 && !dice.oneIn(3) {
        var settings = PortSettings()
        settings.vlan.mode = dice.pick([.access, .trunk, .nativeTagged, .nativeUntagged])
        if settings.vlan.mode != .trunk { settings.vlan.tag = UInt16(dice.number(1...3)) }
        if settings.vlan.mode != .access, dice.oneIn(3) {
          settings.vlan.trunks = [UInt16(dice.below(4)), UInt16(dice.below(4))]
        }
        layout.settings[port] = settings
      }
      return layout
    }
  }()
}
