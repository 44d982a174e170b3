import ControlProtocol
import Datapath
import TestKit
import Testing

@testable import Control

/// Command lines on a running switch whose devices are in a network namespace of the test.
@Suite(.enabled(if: NetworkLab.isAvailable), .serialized) struct RunningSwitchTests {
  /// A switch with bridge `tb0`.
  private final class Bench {
    let running: RunningSwitch
    let plane: ControlPlane
    private let namespace: String
    var states: [String: [String]] = [:]

    init(in namespace: String) throws {
      self.namespace = namespace
      running = RunningSwitch(try Switch())
      plane = ControlPlane(running: running)
      running.hooks.onStateChange = { [unowned self] in states[$0, default: []].append($1.description) }
      _ = try run("add-br tb0 -- set interface tb0 options:netns=\(namespace)")
    }

    deinit { running.stop() }

    @discardableResult
    func run(_ line: String) throws(CommandError) -> String {
      let line = line.replacing("NETNS", with: "options:netns=\(namespace)")
      return try plane.run(RunRequest(words: ControlPlaneTests.words(line))).output
    }
  }

  /// The words of Open vSwitch reach the workers, and what they do not say is as the daemon was started.
  @Test func followsWhatIsSaidOfMovingQueues() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    var wanted = BalancingSettings(isOn: true)
    #expect(bench.running.datapath.balancing == wanted)
    try bench.run(
      """
      set Open_vSwitch . other_config:pmd-auto-lb=false other_config:pmd-auto-lb-rebal-interval=2 \
      other_config:pmd-auto-lb-load-threshold=70 other_config:pmd-auto-lb-improvement-threshold=10
      """)
    wanted.isOn = false
    wanted.pause = 120
    wanted.busyEnough = 70
    wanted.improvement = 10
    #expect(bench.running.datapath.balancing == wanted)
    try bench.run(
      "remove Open_vSwitch . other_config pmd-auto-lb -- set Open_vSwitch . other_config:pmd-auto-lb-rebal-interval=0"
    )
    wanted.isOn = true
    wanted.pause = 10
    #expect(bench.running.datapath.balancing == wanted)
    try bench.run("clear Open_vSwitch . other_config")
    #expect(bench.running.datapath.balancing == BalancingSettings(isOn: true))
  }

  /// What rules lie in is shown, and follows them.
  @Test func showsHowRulesAreFound() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    #expect(try bench.run("dump-tables tb0").hasSuffix("    structure: 1 rule one after the other\n"))
    for length in 9...32 { try bench.run("add-flow tb0 'ip,nw_dst=10.0.0.0/\(length),actions=drop'") }
    #expect(
      try bench.run("dump-tables tb0")
        .hasSuffix("    structure: 24 rules by prefix of nw_dst (24 lengths), 1 by hash (1 mask)\n"))
  }

  @Test func followsADeviceThatComesAndGoes() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run("add-port tb0 veth0 -- set interface veth0 NETNS")
    #expect(try bench.run("get interface veth0 error link_state") == "\"no such device\"\ndown\n")
    try lab.makeVeth()
    bench.running.refresh(["veth0"])
    #expect(try bench.run("get interface veth0 error link_state ofport") == "[]\nup\n1\n")
    try lab.ip("link del veth0")
    bench.running.refresh(["veth0"])
    try lab.makeVeth()
    bench.running.refresh()
    #expect(bench.states["veth0"] == ["waiting: no such device", "up", "waiting: no such device", "up"])
    #expect(try bench.run("get interface veth0 ofport") == "1\n")
  }

  /// Ports are described with the address of their device, from when it is there and whatever it becomes.
  @Test func describesPortsWithTheirDevicesAddress() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    var descriptions = 0
    try bench.run("add-port tb0 veth0 -- set interface veth0 NETNS")
    let port = try #require(bench.running.datapath.bridge(named: "tb0")?.port(named: "veth0"))
    bench.running.hooks.onDescriptionChange = { descriptions += 1 }
    try lab.makeVeth()
    try lab.ip("link set veth0 address 02:00:00:00:00:17")
    bench.running.refresh(["veth0"])
    #expect(port.mac == 0x0200_0000_0017)
    #expect(descriptions == 1)
    try lab.ip("link set veth0 address 02:00:00:00:00:18")
    bench.running.refresh(["veth0"])
    #expect(port.mac == 0x0200_0000_0018)
    bench.running.refresh(["veth0"])
    #expect(descriptions == 2)
    let local = try #require(bench.running.datapath.bridge(named: "tb0")?.port(named: "tb0"))
    try bench.run("set bridge tb0 other_config:hwaddr=02:00:00:00:00:06")
    #expect(local.mac == 0x0200_0000_0006)
  }

  @Test func makesAndRemovesDevices() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run("add-port tb0 t0 -- set interface t0 type=tap NETNS mac=02:00:00:00:00:05 mtu_request=1400")
    #expect(
      try bench.run("get interface t0 mac_in_use mtu admin_state") == "\"02:00:00:00:00:05\"\n1400\nup\n")
    try lab.ip("link show t0 up")
    try bench.run("set bridge tb0 other_config:hwaddr=02:00:00:00:00:06")
    #expect(try bench.run("get interface tb0 mac_in_use") == "\"02:00:00:00:00:06\"\n")
    try bench.run("del-port t0")
    #expect(throws: (any Error).self) { try lab.ip("link show t0 2>/dev/null") }
    try bench.run("del-br tb0")
    #expect(throws: (any Error).self) { try lab.ip("link show tb0 2>/dev/null") }
  }

  @Test func connectsPatchPortsThatNameEachOther() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run("add-port tb0 p0 -- set interface p0 type=patch options:peer=p1")
    #expect(try bench.run("get interface p0 error") == "\"no patch port 'p1' whose peer is 'p0'\"\n")
    try bench.run("add-port tb0 p1 -- set interface p1 type=patch options:peer=p0")
    #expect(try bench.run("get interface p0 link_state -- get interface p1 link_state") == "up\nup\n")
    try bench.run("set interface p1 options:peer=p2")
    #expect(try bench.run("get interface p0 link_state -- get interface p1 link_state") == "down\ndown\n")
    try bench.run("set interface p1 options:peer=p0 -- del-port p1")
    #expect(try bench.run("get interface p0 link_state") == "down\n")
  }

  @Test func takesEverythingBackWhenARuleIsRefused() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run("add-port tb0 n0 -- set interface n0 type=null -- add-flow tb0 priority=7,ip,actions=drop")
    let before = (
      bench.plane.configuration, try bench.run("dump-flows tb0 --no-stats"), try bench.run("list-br")
    )
    let error = #expect(throws: CommandError.self) {
      try bench.run(
        """
        add-br tb1 -- set interface tb1 NETNS -- set port n0 tag=5 -- add-flow tb1 actions=drop \
        -- add-flow tb0 priority=8,actions=drop -- add-flow tb0 check_overlap,priority=7,tcp,actions=drop
        """)
    }
    #expect(error?.message == "bridge tb0: check_overlap: a rule of priority 7 overlaps with 'ip'")
    #expect(bench.plane.configuration == before.0)
    #expect(try bench.run("dump-flows tb0 --no-stats") == before.1)
    #expect(bench.running.datapath.bridges.map(\.name) == ["tb0"])
  }

  @Test func warnsOfPortsThatDoNotWorkYet() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    func warnings(_ line: String) throws -> [String] {
      try bench.plane.run(RunRequest(words: ControlPlaneTests.words(line))).warnings
    }
    #expect(try warnings("add-port tb0 gone0") == ["port 'gone0': waiting: no such device"])
    #expect(try warnings("add-port tb0 n0 -- set interface n0 type=null") == [])
    #expect(try warnings("set port gone0 tag=5") == ["port 'gone0': waiting: no such device"])
    #expect(try warnings("list-ports tb0") == [])
  }

  @Test func rulesMayNamePortsOfTheSameTransaction() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run(
      """
      add-flow tb0 in_port=n0,actions=drop -- add-port tb0 n0 -- set interface n0 type=null ofport_request=9
      """)
    #expect(try bench.run("dump-flows tb0 in_port=n0 --no-stats") == " in_port=9 actions=drop\n")
    #expect(try bench.run("dump-flows tb0 in_port=n0 --no-stats --names") == " in_port=n0 actions=drop\n")
  }

  @Test func changesTheRulesOfSeveralBridgesTogether() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run("add-br tb1 -- set interface tb1 NETNS")
    try bench.run("add-flow tb0 priority=1,ip,actions=drop -- add-flow tb1 priority=2,arp,actions=drop")
    let before = (try bench.run("dump-flows tb0 --no-stats"), try bench.run("dump-flows tb1 --no-stats"))
    #expect(before.0 == " priority=1,ip actions=drop\n priority=0 actions=NORMAL\n")
    #expect(before.1 == " priority=2,arp actions=drop\n priority=0 actions=NORMAL\n")
    let error = #expect(throws: CommandError.self) {
      try bench.run("del-flows tb0 -- add-flow tb1 check_overlap,priority=2,actions=drop")
    }
    #expect(error?.message == "bridge tb1: check_overlap: a rule of priority 2 overlaps with 'arp'")
    #expect(try bench.run("dump-flows tb0 --no-stats") == before.0)
    #expect(try bench.run("dump-flows tb1 --no-stats") == before.1)
  }

  @Test func aChangeOfTheFailModeLeavesOtherRulesAlone() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    #expect(try bench.run("dump-flows tb0 --no-stats") == " priority=0 actions=NORMAL\n")
    try bench.run("add-flow tb0 priority=5,ip,actions=drop")
    try bench.run("set bridge tb0 fail_mode=secure")
    #expect(try bench.run("dump-flows tb0 --no-stats") == " priority=5,ip actions=drop\n")
    try bench.run("clear bridge tb0 fail_mode")
    #expect(try bench.run("dump-flows tb0 --no-stats") == " priority=5,ip actions=drop\n")
    try bench.run("set bridge tb0 fail_mode=secure -- del-flows tb0")
    try bench.run("set bridge tb0 fail_mode=standalone")
    #expect(try bench.run("dump-flows tb0 --no-stats") == " priority=0 actions=NORMAL\n")
  }

  @Test func showsTheForwardingDatabase() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run("add-port tb0 n0 -- set interface n0 type=null")
    try bench.run("fdb/add tb0 n0 10 02:00:00:00:00:01")
    // As ovs-appctl 3.1.0 prints a static entry.
    let table = " port  VLAN  MAC                Age\n    1    10  02:00:00:00:00:01  static\n"
    #expect(try bench.run("fdb/show tb0") == table)
    #expect(try bench.run("fdb/flush tb0") == "table successfully flushed\n")
    #expect(try bench.run("fdb/show tb0") == table)
    try bench.run("fdb/del tb0 10 02:00:00:00:00:01")
    let error = #expect(throws: CommandError.self) { try bench.run("fdb/del tb0 10 02:00:00:00:00:01") }
    #expect(error?.message == "fdb/del: bridge tb0 has no entry for 02:00:00:00:00:01 in VLAN 10")
  }

  @Test func changesPortsAsOpenFlowDoes() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run("add-port tb0 n0 -- set interface n0 type=null mac=02:00:00:00:00:07")
    try bench.run("mod-port tb0 n0 no-flood -- mod-port tb0 1 no-packet-in")
    #expect(
      try bench.run("dump-ports-desc tb0 n0") == """
         1(n0): addr:02:00:00:00:00:07
             config:     NO_FLOOD NO_PACKET_IN
             state:      0

        """)
    try bench.run("mod-port tb0 n0 flood")
    #expect(try bench.run("dump-ports-desc tb0 1").contains("config:     NO_PACKET_IN\n"))
  }
}
