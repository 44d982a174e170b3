import Datapath
import Flow
import Match
import SwitchKit
import Testing

/// Rules that frames make, beside what Open vSwitch makes of the same.
@Suite struct LearnTests {
  /// TCP without payload from one of a few hosts to another, 60 bytes.
  private static func frame(from source: UInt8, to destination: UInt8, flags: UInt8) -> [UInt8] {
    let ethernet: [UInt8] = [2, 0, 0, 0, 0, destination, 2, 0, 0, 0, 0, source, 8, 0]
    let ip: [UInt8] = [0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, source, 10, 0, 0, destination]
    let tcp: [UInt8] = [0, 80, 0, 90, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0]
    return ethernet + ip + tcp + [UInt8](repeating: 0, count: 6)
  }

  private static func run(_ step: String, on one: OneBridge) throws {
    let text = step.drop { $0 != " " }.dropFirst()
    switch step.prefix(while: { $0 != " " }) {
    case "add", "add13": try one.bridge.apply([FlowMod(parsing: text, command: .add)])
    case "modify": try one.bridge.apply([FlowMod(parsing: text, command: .modifyStrict)])
    case "delete": try one.bridge.apply([FlowMod(parsing: text, command: .deleteStrict)])
    case "group": try one.bridge.commit([.group(GroupMod(parsing: text, command: .add))])
    default:
      let words = text.split(separator: " ")
      let numbers = words.compactMap { UInt8($0) }
      let flags: UInt8 = words.contains("fin") ? 0x11 : words.contains("rst") ? 4 : 2
      one.subject.feed(
        [frame(from: numbers[1], to: numbers[2], flags: flags)], to: one.ports[Int(numbers[0]) - 1])
      one.subject.core.shortenTimeouts()
    }
  }

  /// The rules without ages, as a dump shows them.
  private static func rules(of bridge: Bridge) -> [String] {
    bridge.flows().map { rule in
      rule.line(FlowDumpStyle(showsAges: false)).dropFirst().split(separator: " ")
        .filter { !$0.hasPrefix("duration=") }.joined(separator: " ")
    }
  }

  @Test(arguments: CapturedLearning.all)
  func doesAsOpenVSwitch(name: String, steps: [String], rules: [String]) throws {
    let one = try OneBridge()
    for step in steps { try Self.run(step, on: one) }
    #expect(Self.rules(of: one.bridge).sorted() == rules, "\(name)")
  }
}
