import Pipeline

/// Mirrors on both bridges beside what other levels do: NORMAL with VLANs, several tables, groups, patch ports.
///
/// Which copy a mirror gets follows from what leaves first. Nobody says which port a flood reaches first, and a mirror that
/// copies into a VLAN floods as well, so where frames are flooded a mirror selects one port at most that they leave by.
/// What Open vSwitch cuts for one mirror it forgets to cut for the rest of that mirror's ports when one of those is
/// selected by another mirror, and it does not cut for patch ports.
enum Mirrors: Level {
  static let name = "mirrors"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case {
    let base = dice.below(4)
    var result =
      switch base {
      case 0: Switching.makeCase(dice: &dice)
      case 1: Patches.makeCase(dice: &dice)
      case 2: Groups.makeCase(dice: &dice)
      default: Tables.makeCase(mayLoop: false, dice: &dice)
      }
    result.layout.mirrors = dice.pick(base < 2 ? flooded : unflooded)
    // Nor do the two agree on priority tags, and so not on what is cut behind them.
    for (bridge, mirrors) in result.layout.mirrors where !result.layout.settings.isEmpty {
      result.layout.mirrors[bridge] = mirrors.map { mirror in
        var mirror = mirror
        mirror.snapLength = 0
        return mirror
      }
    }
    // An output that is cut and comes right behind a copy with other tags is none in Open vSwitch.
    for rule in result.rules.indices {
      result.rules[rule].actions.removeAll { $0.contains("max_len") }
    }
    return result
  }

  /// Always the same few: a new layout takes Open vSwitch a while.
  private static let flooded = layouts(seed: 815, floods: true)
  private static let unflooded = layouts(seed: 816, floods: false)

  private static func layouts(seed: UInt64, floods: Bool) -> [[Int: [MirrorSettings]]] {
    var dice = Dice(seed: seed)
    return (0..<40).map { _ in
      var result = [0: list(bridge: 0, floods: floods, dice: &dice)]
      if dice.oneIn(3) { result[1] = list(bridge: 1, floods: floods, dice: &dice) }
      return result
    }
  }

  private static func list(bridge: Int, floods: Bool, dice: inout Dice) -> [MirrorSettings] {
    var mirrors = (0..<dice.number(1...3)).map { mirror($0, bridge: bridge, dice: &dice) }
    if mirrors.count == 1 {
      if floods {
        mirrors[0].select(departuresBy: 1, on: bridge)
        if mirrors[0].copiesIntoVLAN { mirrors[0].snapLength = 0 }
      }
      return mirrors
    }
    let copiesIntoVLANs = mirrors.contains { $0.copiesIntoVLAN }
    for place in mirrors.indices {
      if floods || copiesIntoVLANs { mirrors[place].select(departuresBy: 0, on: bridge) }
      if mirrors[place].copiesIntoVLAN { mirrors[place].snapLength = 0 }
    }
    return mirrors
  }

  private static func mirror(_ number: Int, bridge: Int, dice: inout Dice) -> MirrorSettings {
    let ports = Layout.ports.filter { $0.bridge == bridge }.map(\.description)
    var mirror = MirrorSettings(name: "m\(number)", selectsAll: dice.oneIn(3))
    for port in ports where !mirror.selectsAll {
      if dice.oneIn(3) { mirror.sources.insert(port) }
      if dice.oneIn(3) { mirror.destinations.insert(port) }
    }
    if dice.oneIn(4) { mirror.vlans = [UInt16(dice.below(4)), UInt16(dice.below(4))] }
    // What a mirror sends through a patch and what comes back is mirrored again, for ever; so it is done on one side.
    let usesPatch = bridge == 1 && dice.oneIn(6)
    mirror.output =
      dice.oneIn(3) ? .vlan(UInt16(dice.number(1...4))) : .port(usesPatch ? "b10" : dice.pick(ports))
    if !usesPatch, dice.oneIn(3) { mirror.snapLength = UInt32(dice.number(14...80)) }
    return mirror
  }
}

extension MirrorSettings {
  fileprivate var copiesIntoVLAN: Bool { if case .vlan = output { true } else { false } }

  /// Selects at most `count` ports that frames leave by, and those that they come in by as before.
  fileprivate mutating func select(departuresBy count: Int, on bridge: Int) {
    if selectsAll {
      selectsAll = false
      sources = Set(Layout.ports.filter { $0.bridge == bridge }.map(\.description))
    }
    destinations = Set(destinations.sorted().prefix(count))
  }
}
