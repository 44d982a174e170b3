import Bytes
import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Which frames mirrors copy, what the copies hold and where they go. Ports 1 to 4; 3 is an access port of VLAN 5.
@Suite struct MirrorTests {
  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var mirrors: [MirrorSettings]
    var rules: [String]
    var vlan: UInt16?
    var port = 1
    /// For each port that something leaves by, the VLAN of each frame in order, 0 for untagged ones.
    var leaving: [UInt16: [Int]]
    /// Why the frame was dropped, if it was.
    var drop: DropReason?

    init(
      _ name: String, _ mirrors: [MirrorSettings], _ rules: [String], vlan: UInt16? = nil, port: Int = 1,
      _ leaving: [UInt16: [Int]], drop: DropReason? = nil
    ) {
      testDescription = name
      (self.mirrors, self.rules, self.vlan, self.port) = (mirrors, rules, vlan, port)
      (self.leaving, self.drop) = (leaving, drop)
    }
  }

  private static func to4(
    all: Bool = false, from sources: Set<String> = [], by destinations: Set<String> = [],
    vlans: Set<UInt16> = [], name: String = "m0"
  ) -> MirrorSettings {
    MirrorSettings(
      name: name, selectsAll: all, sources: sources, destinations: destinations, vlans: vlans,
      output: .port("br0-4"))
  }

  private static func toVLAN(_ vlan: UInt16, from sources: Set<String>) -> MirrorSettings {
    MirrorSettings(name: "m0", sources: sources, output: .vlan(vlan))
  }

  static let rows = [
    Row(
      "what comes in is copied as it came", [to4(all: true)], ["actions=mod_vlan_vid:7,output:2"],
      [2: [7], 4: [0]]),
    Row(
      "what leaves is copied as it leaves", [to4(by: ["br0-2"])], ["actions=mod_vlan_vid:7,output:2"],
      [2: [7], 4: [7]]),
    Row(
      "one copy of what comes in and leaves twice", [to4(all: true)], ["actions=output:2,output:2"],
      [2: [0, 0], 4: [0]]),
    Row(
      "one copy of what leaves twice", [to4(by: ["br0-2"])], ["actions=output:2,mod_vlan_vid:7,output:2"],
      [2: [0, 7], 4: [0]]),
    Row("no copy of what leaves elsewhere", [to4(by: ["br0-3"])], ["actions=output:2"], [2: [0]]),
    Row("no copy of what comes in elsewhere", [to4(from: ["br0-2"])], ["actions=output:2"], [2: [0]]),
    Row(
      "a dropped frame is copied and dropped", [to4(all: true)], ["actions=drop"], [4: [0]], drop: .ruleDrops),
    Row(
      "no rule matches", [to4(from: ["br0-1"])], ["in_port=2,actions=output:3"], [4: [0]],
      drop: .noRuleMatched),
    Row(
      "nothing comes in by the port of the copies", [to4(all: true)], ["actions=output:2"], port: 4, [:],
      drop: .reservedForMirror),
    Row("rules send to the port of the copies", [to4(by: ["br0-2"])], ["actions=output:4"], [4: [0]]),
    Row("NORMAL does not", [to4(by: [])], ["actions=normal"], [2: [0]]),
    Row("ALL does", [to4(by: [])], ["actions=all"], [2: [0], 3: [0], 4: [0]]),
    Row("in_port is a way out", [to4(by: ["br0-1"])], ["actions=in_port"], [1: [0], 4: [0]]),
    Row(
      "a group and a resubmit", [to4(by: ["br0-2"])], ["actions=resubmit(,1)", "table=1,actions=group:1"],
      [2: [0], 3: [9], 4: [0]]),
    Row(
      "behind a clone the mirror has had its copy", [to4(by: ["br0-2"])],
      ["actions=clone(mod_vlan_vid:8,output:2),output:2"], [2: [8, 0], 4: [8]]),
    Row(
      "an access port's frames have their VLAN's tag in the copy", [to4(by: ["br0-3"])], ["actions=output:3"],
      [3: [0], 4: [5]]),
    Row("as they come in too", [to4(from: ["br0-3"])], ["actions=output:2"], port: 3, [2: [0], 4: [5]]),
    Row(
      "what an access port does not take is not copied", [to4(from: ["br0-3"])], ["actions=output:2"],
      vlan: 6, port: 3, [2: [6]]),
    Row("a VLAN is selected", [to4(all: true, vlans: [6])], ["actions=output:2"], vlan: 6, [2: [6], 4: [6]]),
    Row("others are not", [to4(all: true, vlans: [6])], ["actions=output:2"], vlan: 7, [2: [7]]),
    Row(
      "the VLAN of the frame that leaves counts", [to4(all: true, vlans: [6])],
      ["actions=mod_vlan_vid:6,output:2"], [2: [6], 4: [6]]),
    Row(
      "into a VLAN: to all ports that carry it, the ingress too", [toVLAN(5, from: ["br0-1"])],
      ["actions=drop"], [1: [5], 2: [5], 3: [0], 4: [5]], drop: .ruleDrops),
    Row(
      "what is in the VLAN is not copied into it", [toVLAN(5, from: ["br0-1"])], ["actions=output:2"],
      vlan: 5, [2: [5]]),
    Row(
      "not to a port that takes copies of another mirror",
      [toVLAN(5, from: ["br0-1"]), to4(by: [], name: "m1")], ["actions=drop"], [1: [5], 2: [5], 3: [0]],
      drop: .ruleDrops),
    Row(
      "mirrors with the same port share a copy", [to4(from: ["br0-1"]), to4(by: ["br0-2"], name: "m1")],
      ["actions=output:2"], [2: [0], 4: [0]]),
    Row(
      "a copy is selected by another mirror",
      [to4(from: ["br0-1"]), MirrorSettings(name: "m1", destinations: ["br0-4"], output: .port("br0-3"))],
      ["actions=output:2"], [2: [0], 3: [0], 4: [0]]),
    Row("nowhere to copy to", [MirrorSettings(name: "m0", selectsAll: true)], ["actions=output:2"], [2: [0]]),
    Row(
      "a port that there is not", [MirrorSettings(name: "m0", selectsAll: true, output: .port("x"))],
      ["actions=output:2"], [2: [0]]),
    Row(
      "a frame that is given up takes its copies along", [to4(all: true)], ["actions=output:2,resubmit(,0)"],
      [:], drop: .resubmitDepth),
  ]

  private static func bench(_ mirrors: [MirrorSettings], _ rules: [String]) throws -> OneBridge {
    let bench = try OneBridge(ports: 4)
    bench.ports[2].port.settings.vlan = VLANSettings(mode: .access, tag: 5)
    try bench.bridge.addGroup("group_id=1,type=all,bucket=output:2,bucket=mod_vlan_vid:9,output:3")
    try bench.bridge.setRules(rules)
    bench.bridge.settings.mirrors = mirrors
    return bench
  }

  private static func vlan(of frame: [UInt8]) -> Int {
    frame[12] == 0x81 ? Int(frame[14] & 15) << 8 | Int(frame[15]) : 0
  }

  @Test(arguments: rows)
  func copies(_ row: Row) throws {
    let bench = try Self.bench(row.mirrors, row.rules)
    let frame = TestFrame.udp(tags: row.vlan.map { [.init(vlan: $0)] } ?? [])
    bench.subject.feed(frame, to: bench.ports[row.port - 1])
    let leaving = bench.subject.takeAll().mapValues { $0.map { Self.vlan(of: $0.bytes) } }
    #expect(leaving == row.leaving)
    #expect(bench.ports[row.port - 1].drops == (row.drop.map { [$0: 1] } ?? [:]))
  }

  @Test func copiesAreCut() throws {
    var mirror = Self.to4(all: true)
    mirror.snapLength = 20
    let bench = try Self.bench([mirror], ["actions=output:2"])
    let frame = TestFrame.udp().bytes
    bench.subject.feed([frame], to: bench.ports[0])
    let leaving = bench.subject.takeAll()
    #expect(leaving[2]?.map(\.bytes) == [frame])
    #expect(leaving[4]?.map(\.bytes) == [Array(frame[..<20])])
    let traffic = try #require(bench.bridge.mirrorTraffic(of: "m0"))
    #expect(traffic.packets == 1)
    #expect(traffic.bytes == UInt64(frame.count))
  }

  /// Frames that did not get through to the port of the copies are lost there, for a reason; the frame has left.
  @Test func lostCopiesAreCountedAtTheirPort() throws {
    let bench = try Self.bench([Self.to4(all: true)], ["actions=output:2"])
    bench.ports[3].port.settings.flags = .noForward
    bench.subject.feed(.udp(), to: bench.ports[0])
    #expect(bench.ports[3].port.copyDrops.map(\.reason) == [.portNoForward])
    bench.ports[3].port.settings.flags = []
    bench.ports[3].device.setUp(false)
    bench.subject.feed(.udp(), to: bench.ports[0])
    #expect(bench.ports[3].port.copyDrops.map(\.count) == [1, 1])
    #expect(bench.subject.takeAll().mapValues(\.count) == [2: 2])
    #expect(bench.ports[0].port.statistics.receiveDrops == 0)
    #expect(bench.bridge.mirrorTraffic(of: "m0")?.packets == 2)
  }

  /// Selection follows the ports; counters stay as long as the mirror has its name.
  @Test func followsPortsAndSettings() throws {
    let bench = try Self.bench([Self.to4(all: true)], ["actions=drop"])
    let fifth = try bench.subject.addPort(5, to: bench.bridge)
    bench.subject.feed(.udp(), to: fifth)
    #expect(bench.subject.takeAll().mapValues(\.count) == [4: 1])
    bench.bridge.settings.mirrors[0].output = .port("br0-5")
    bench.subject.feed(.udp(), to: bench.ports[0])
    bench.subject.feed(.udp(), to: bench.ports[3])
    #expect(bench.subject.takeAll().mapValues(\.count) == [5: 2])
    #expect(bench.bridge.mirrorTraffic(of: "m0")?.packets == 3)
    bench.bridge.remove(bench.ports[3].port)
    bench.bridge.settings.mirrors = []
    bench.subject.feed(.udp(), to: bench.ports[0])
    #expect(bench.subject.takeAll().isEmpty)
    #expect(bench.bridge.mirrorTraffic(of: "m0") == nil)
  }

  /// Each bridge has its own mirrors. The patch between them is no port that frames come in or leave by.
  @Test func bothBridgesOfAPatchMirror() throws {
    let subject = try TestSwitch()
    let bridges = try ["br0", "br1"].map { try subject.addBridge($0, failMode: .secure) }
    let ports = try bridges.flatMap { bridge in try (1...3).map { try subject.addPort($0, to: bridge) } }
    _ = try subject.addPatch(9, of: bridges[0], 9, of: bridges[1])
    try bridges[0].setRules(["actions=mod_vlan_vid:7,output:9,output:2"])
    try bridges[1].setRules(["actions=output:2"])
    for bridge in bridges {
      bridge.settings.mirrors = [
        MirrorSettings(name: "m", selectsAll: true, output: .port("\(bridge.name)-3"))
      ]
    }
    subject.feed(.udp(), to: ports[0])
    #expect(ports.map { $0.take().map { Self.vlan(of: $0.bytes) } } == [[], [7], [0], [], [7], [7]])
    for bridge in bridges {
      bridge.settings.mirrors[0].selectsAll = false
      bridge.settings.mirrors[0].sources = ["\(bridge.name)-9"]
      bridge.settings.mirrors[0].destinations = ["\(bridge.name)-9"]
    }
    subject.feed(.udp(), to: ports[0])
    #expect(ports.map { $0.take().count } == [0, 1, 0, 0, 1, 0])
  }

  /// What becomes of frames is what becomes of them without mirrors, and each copy is sent or lost for a reason.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func framesFareAsWithoutMirrors(seed: UInt64) throws {
    let idle = [MirrorSettings(name: "m0", output: .port("br0-6"))]
    var random = SeededGenerator(seed: seed)
    var mirrors = idle + [MirrorSettings(name: "m1", output: .port("br0-6"))]
    for place in mirrors.indices {
      mirrors[place].selectsAll = Bool.random(using: &random)
      mirrors[place].sources = ["br0-\(Int.random(in: 1...6, using: &random))"]
      mirrors[place].destinations = ["br0-\(Int.random(in: 1...5, using: &random))"]
      mirrors[place].snapLength = Bool.random(using: &random) ? 60 : 0
    }
    let (plain, mirrored) = (try RandomBridge(seed: seed, idle), try RandomBridge(seed: seed, mirrors))
    var frames = RandomFrames(seed: seed)
    for _ in 0..<60 {
      let port = Int.random(in: 0..<5, using: &random)
      let batch = (0..<Int.random(in: 1...40, using: &random)).map { _ in frames.valid() }
      for bench in [plain, mirrored] { bench.subject.feed(batch, to: bench.ports[port]) }
      for place in 0..<5 { #expect(mirrored.ports[place].take() == plain.ports[place].take()) }
    }
    for place in 0..<5 { #expect(mirrored.ports[place].drops == plain.ports[place].drops) }
    let offered = ["m0", "m1"].compactMap { mirrored.bridge.mirrorTraffic(of: $0)?.packets }.reduce(0, +)
    #expect(mirrored.offered(to: 5) - plain.offered(to: 5) == offered)
    #expect(offered > 0)
  }

  /// Six ports whose far ends take everything but what is too long, and random rules.
  private struct RandomBridge {
    let subject: TestSwitch
    let bridge: Bridge
    let ports: [TestSwitch.Attachment]

    init(seed: UInt64, _ mirrors: [MirrorSettings]) throws {
      subject = try TestSwitch()
      let bridge = try subject.addBridge(failMode: .secure)
      let subject = subject
      ports = try (1...6).map { try subject.addPort($0, to: bridge, mtu: $0 == 6 ? 1000 : 65_535) }
      var frames = RandomFrames(seed: seed)
      let keys = (0..<64).compactMap { _ in
        var layout = FrameLayout()
        return FlowKey.extract(from: frames.valid().bytes.rawSpan, layout: &layout)
      }
      var rules = RandomRules(seed: seed, keys: keys, hasLoops: seed % 4 == 3, hasNonsense: false)
      for group in (1...6 as ClosedRange<UInt32>).reversed() {
        try? bridge.commit([.group(rules.group(group))])
      }
      for _ in 0..<24 { _ = bridge.applyEach([rules.rule()]) }
      bridge.settings.mirrors = mirrors
      self.bridge = bridge
    }

    /// Copies that should have left by a port.
    func offered(to place: Int) -> UInt64 {
      let statistics = ports[place].port.statistics
      return statistics.sentPackets + statistics.sendDrops
    }
  }
}
