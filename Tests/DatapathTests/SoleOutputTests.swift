import Datapath
import Flow
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Frames whose first rule only sends them to a port take a short way. They fare as by a rule that does more than that, but
/// nothing that shows.
@Suite struct SoleOutputTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var target: UInt16 = 2
    var prepare: @Sendable (OneBridge) throws -> Void = { _ in }

    init(
      _ name: String, to target: UInt16 = 2,
      _ prepare: @escaping @Sendable (OneBridge) throws -> Void = { _ in }
    ) {
      testDescription = name
      self.target = target
      self.prepare = prepare
    }
  }

  private static func mirror(
    from sources: Set<String> = [], by destinations: Set<String> = [], to port: String
  )
    -> MirrorSettings
  {
    MirrorSettings(name: "m0", sources: sources, destinations: destinations, output: .port(port))
  }

  static let rows = [
    Row("a port"),
    Row("a port that there is not", to: 9),
    Row("the port that it came by", to: 1),
    Row("the bridge's own port", to: 0xfffe),
    Row("a port that forwards nothing") { $0.ports[1].port.settings.flags = .noForward },
    Row("a port that is down") { $0.ports[1].port.settings.flags = .down },
    Row("a device that refuses") { $0.ports[1].device.setUp(false) },
    Row("a port without a link") { $0.ports[1].port.isLinkUp = false },
    Row("between isolated ports") { one in for port in one.ports { port.port.settings.isProtected = true } },
    Row("a port without a device", to: 5) { _ = try $0.subject.addBarePort(5, to: $0.bridge) },
    Row("a patch", to: 5) { one in
      let other = try one.subject.addBridge("br1", failMode: .secure)
      _ = try one.subject.addPatch(5, of: one.bridge, 1, of: other)
      try one.subject.addPort(7, to: other)
      try other.setRules(["actions=output:7"])
    },
    Row("a mirror of what comes in") {
      $0.bridge.settings.mirrors = [mirror(from: ["br0-1"], to: "br0-3")]
    },
    Row("a mirror of what leaves") { $0.bridge.settings.mirrors = [mirror(by: ["br0-2"], to: "br0-3")] },
    Row("from the port that a mirror has for itself") {
      $0.bridge.settings.mirrors = [mirror(by: ["br0-3"], to: "br0-1")]
    },
  ]

  /// What becomes of some frames: where they leave, why they do not, and what is counted.
  private static func outcome(_ row: Row, actions: String) throws -> [String] {
    let one = try OneBridge(rules: [actions], flowCapacity: 0)
    try row.prepare(one)
    one.subject.feed([TestFrame.udp().bytes, TestFrame.udp(tags: [.init(vlan: 5)]).bytes], to: one.ports[0])
    return one.subject.takeAll().sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.map(\.bytes))" }
      + one.ports.flatMap { $0.drops.map { "\($0.key): \($0.value)" } }
      + one.ports.map { "\($0.port.statistics)" } + one.bridge.flows().map { "\($0.packets), \($0.bytes)" }
      + ["\(one.bridge.tables)"]
      + one.bridge.ports.flatMap { $0.lastDrops.map { "\($0.reason) \($0.path.count) \($0.table)" } }
  }

  @Test(arguments: rows)
  func faresAsByALongerRule(row: Row) throws {
    let short = try Self.outcome(row, actions: "actions=output:\(row.target)")
    let long = try Self.outcome(row, actions: "actions=load:0->NXM_NX_REG0[],output:\(row.target)")
    #expect(short == long)
  }
}
