import Datapath
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Which rules fragments match and what actions read of them: as Open vSwitch 3.1 was seen to do it, but for
/// reassembly, which it does not have.
@Suite struct FragmentHandlingTests {
  private static let payload = [UInt8](repeating: 9, count: 40)

  private static func frame(_ fragment: UInt16) -> MemoryFrame {
    var header = TestFrame.IPv4(.udp(.init(source: 1000, destination: 53, payload: payload)))
    header.fragment = fragment
    return MemoryFrame(TestFrame(.ipv4(header)).bytes)
  }

  private static let whole = frame(0)
  private static let first = frame(0x2000)
  private static let later = frame(3)

  /// Each rule leaves by a port of its own; what actions read as the port decides in the second table.
  private static let rules = [
    "priority=10,udp,tp_dst=53,actions=load:3->reg1[],move:udp_dst[]->reg0[0..15],resubmit(,1)",
    "priority=9,udp,tp_dst=0,actions=load:4->reg1[],move:udp_dst[]->reg0[0..15],resubmit(,1)",
    "table=1,reg0=53,actions=output:2,output:reg1[0..15]", "table=1,reg0=0,actions=output:reg1[0..15]",
  ]

  struct Row: Sendable {
    var handling: FragmentHandling
    /// Ports by which a whole packet, a first fragment and a later one leave.
    var ports: [[UInt16]]
  }

  @Test(arguments: [
    Row(handling: .normal, ports: [[2, 3], [2, 4], [4]]), Row(handling: .drop, ports: [[2, 3], [], []]),
    Row(handling: .nxMatch, ports: [[2, 3], [2, 3], [4]]),
  ])
  func showsRulesWhatItShould(row: Row) throws {
    let test = try OneBridge(ports: 4, rules: Self.rules)
    test.bridge.settings.fragments = row.handling
    let frames = [Self.whole, Self.first, Self.later]
    for (frame, ports) in zip(frames, row.ports) {
      let copies = test.outcome(of: frame)
      #expect(copies.keys.sorted() == ports)
      for copy in copies.values.joined() { #expect(copy.bytes == frame.bytes) }
    }
    #expect(test.ports[0].drops == (row.handling == .drop ? [.fragmentRefused: 2] : [:]))
  }

  /// Also where a table is looked up in the middle of a list, and behind a table without a rule.
  @Test func dropsBeforeAnyRule() throws {
    let test = try OneBridge(rules: ["actions=output:2"])
    test.bridge.settings.tableMisses = [0: .controller]
    test.subject.core.packetIns.setListening(true, at: test.bridge.index)
    test.bridge.settings.fragments = .drop
    #expect(test.outcome(of: Self.first).isEmpty)
    try test.bridge.setRules([])
    #expect(test.outcome(of: Self.later).isEmpty)
    #expect(test.subject.core.packetIns.takeAll().isEmpty)
    #expect(test.bridge.tables[0].lookups == 0)
  }
}
