import Flow
import Match
import Pipeline

/// One comparison: what both switches are told, and the frames that they get.
struct Case: Equatable, Sendable {
  var layout = Layout()
  /// In whose messages the rules come.
  var version = OpenFlowChannel.version
  /// Groups as `ovs-ofctl add-group` takes them, each for bridge 0.
  var groups: [String] = []
  /// Meters as `ovs-ofctl add-meter` takes them, each for bridge 0.
  var meters: [String] = []
  var rules: [Line] = []
  var steps: [Step] = []

  /// A rule as `ovs-ofctl add-flow` takes it, without a cookie: that is its place among the rules, from 1.
  struct Line: Equatable, Sendable {
    var bridge = 0
    /// What stands before `actions=`.
    var match: String
    var actions: [String]

    var text: String {
      (match.isEmpty ? "" : match + ",") + "actions="
        + (actions.isEmpty ? "drop" : actions.joined(separator: ","))
    }
  }

  /// What happens then, in order.
  enum Step: Equatable, Sendable {
    /// Frames come in by a port, and the switch deals with them in this order.
    case frames(PortName, [[UInt8]])
    /// So many milliseconds pass.
    case time(Int)
    /// A group of bridge 0 changes: what `ovs-ofctl` takes behind the command.
    case group(GroupMod.Command, String)

    var frameCount: Int { if case .frames(_, let frames) = self { frames.count } else { 0 } }
    /// What is said of a group; empty for other steps.
    var groupText: String { if case .group(_, let text) = self { text } else { "" } }
  }

  /// Adds a rule. Narrow ones come before wide ones, mostly, so that all have a chance.
  ///
  /// Which of two rules of the same priority takes a frame that both match is not defined, so no two share one.
  mutating func add(
    _ match: FlowMatch, _ actions: [String], table: Int = 0, bridge: Int = 0, dice: inout Dice
  ) {
    let bits = match.wordMasks.reduce(0) { $0 + $1.nonzeroBitCount }
    let height = dice.oneIn(8) ? dice.below(64) : min(bits / 2, 63)
    var terms = table == 0 ? [] : ["table=\(table)"]
    terms.append("priority=\(height * 1000 + rules.count + 1)")
    if !match.isEmpty { terms.append("\(match)") }
    rules.append(Line(bridge: bridge, match: terms.joined(separator: ","), actions: actions))
  }

  /// Whether frames leave each port in an order that is defined. Nobody says which port a flood reaches first: one that
  /// goes through another bridge and comes back may overtake another. Mirrors that copy into a VLAN flood as well, and
  /// where a flood has reached the first port that a mirror selects, it has its copy.
  var isOrdered: Bool {
    guard layout.mirrors.isEmpty else { return false }
    return !rules.contains { $0.bridge > 0 }
      || !rules.contains { rule in ["NORMAL", "FLOOD", "ALL"].contains { rule.text.contains($0) } }
  }

  var frameCount: Int { steps.reduce(0) { $0 + $1.frameCount } }
}

/// A port: that of bridge 0 with number 3 is `a3`.
struct PortName: Hashable, Comparable, Sendable, CustomStringConvertible {
  var bridge: Int
  /// As in rules of 1.0; 0xfffe is the local port.
  var number: UInt16

  static let local: UInt16 = 0xfffe

  var description: String {
    number == Self.local ? "br\(bridge)" : "\(bridge == 0 ? "a" : "b")\(number)"
  }

  static func < (a: PortName, b: PortName) -> Bool { (a.bridge, a.number) < (b.bridge, b.number) }
}

/// The ports of both switches. Which there are is always the same; what they are set to is not.
struct Layout: Equatable, Sendable {
  /// Bridge 0 has ports 1 to 6, bridge 1 ports 1 to 3, both the local port. Port 10 of one is joined to that of the
  /// other; with a second pair frames would go round for ever, which is the end of Open vSwitch.
  static let ports: [PortName] =
    (1...6).map { PortName(bridge: 0, number: $0) } + [PortName(bridge: 0, number: PortName.local)]
    + (1...3).map { PortName(bridge: 1, number: $0) } + [PortName(bridge: 1, number: PortName.local)]
  static let patches: [UInt16] = [10]
  static let bridgeCount = 2

  /// Ports with settings of their own, patches among them.
  var settings: [PortName: PortSettings] = [:]
  /// Ports whose link is down.
  var down: Set<PortName> = []
  /// By bridge, with ports named as `PortName` describes them.
  var mirrors: [Int: [MirrorSettings]] = [:]
}
