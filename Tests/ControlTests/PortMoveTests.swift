import ControlProtocol
import Datapath
import Pipeline
import TestKit
import Testing

@testable import Control

/// `port-export` and `port-import`, and ports that delete themselves.
@Suite(.enabled(if: NetworkLab.isAvailable), .serialized) struct PortMoveTests {
  /// A switch with bridge `tb0`.
  private final class Bench {
    let running: RunningSwitch
    let plane: ControlPlane
    private let namespace: String

    init(in namespace: String) throws {
      self.namespace = namespace
      running = RunningSwitch(try Switch())
      plane = ControlPlane(running: running)
      _ = try run("add-br tb0 -- set interface tb0 NETNS")
    }

    deinit { running.stop() }

    @discardableResult
    func run(_ line: String, file: String? = nil) throws(CommandError) -> String {
      let words = ControlPlaneTests.words(line.replacing("NETNS", with: "options:netns=\(namespace)"))
      return try plane.run(RunRequest(words: words, files: file.map { ["-": $0] } ?? [:])).output
    }

    /// The port as it would be exported, however long ago addresses were used.
    func image(of port: String) throws -> PortImage {
      var image = try PortImage(parsing: try run("port-export \(port)"), named: "-")
      for i in image.addresses.indices where image.addresses[i].age != nil { image.addresses[i].age = 0 }
      return image
    }
  }

  static let image = """
    {"format": "apus-port/1", "name": "p1", "ofport": 7, "config": ["NO_FLOOD", "PORT_DOWN"],
     "port": {"tag": 3, "vlan_mode": "native-tagged", "trunks": [1, 3], "protected": true,
              "other_config": {"priority-tags": "always"}, "external_ids": {"a b": "c=\\"d\\""}},
     "interface": {"type": "null", "mac": "02:00:00:00:00:07", "external_ids": {"vm": "1"}},
     "fdb": [{"vlan": 3, "mac": "02:00:00:00:01:01", "age": 0}, {"vlan": 1, "mac": "02:00:00:00:01:02", "age": null}],
     "statistics": {"rx_packets": 11, "rx_bytes": 1100, "tx_packets": 5, "tx_bytes": 500, "rx_errors": 2},
     "rx_drops": {"rule_drops": 4}, "tx_drops": {"vlan_not_on_port": 3}}
    """

  @Test func movesAllThatAPortIsAndHas() throws {
    let lab = try NetworkLab()
    let first = try Bench(in: lab.name)
    try first.run("port-import tb0", file: Self.image)
    let wanted = try PortImage(parsing: Self.image, named: "-")
    let image = try first.image(of: "p1")
    #expect(image.number == wanted.number && image.flags == wanted.flags && image.flags.rawValue != 0)
    #expect(image.columns == wanted.columns)
    #expect(Set(image.addresses.map(\.mac)) == Set(wanted.addresses.map(\.mac)))
    #expect(image.counts.drops == wanted.counts.drops && image.counts.copyDrops == wanted.counts.copyDrops)
    #expect(
      try first.run("get interface p1 statistics:rx_packets statistics:rx_dropped ofport") == "11\n4\n7\n")
    #expect(try first.run("fdb/show tb0").contains("7     1  02:00:00:00:01:02  static"))
    // Deleted and made again in one step it is what it was.
    let text = try first.run("port-export p1")
    try first.run("del-port p1 -- port-import tb0 -", file: text)
    #expect(try first.image(of: "p1") == image)
    try first.run("del-port p1")
    try first.run("port-import tb0", file: text)
    #expect(try first.image(of: "p1") == image)
  }

  @Test func showsWhatAnImportWouldDo() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    let before = bench.plane.configuration
    let text = try bench.run("--dry-run port-import tb0", file: Self.image)
    for line in [
      "+ Port p1: ", "+ Interface p1: ", "+ fdb tb0: port=p1 vlan=3 mac=02:00:00:00:01:01 learned",
      "+ fdb tb0: port=p1 vlan=1 mac=02:00:00:00:01:02 static",
      "+ statistics of port p1: rx_packets=11 tx_packets=5",
    ] { #expect(text.contains(line), "\(text)") }
    #expect(bench.plane.configuration == before)
    #expect(try bench.run("fdb/show tb0").split(separator: "\n").count == 1)
  }

  /// What is done first, what is replaced in the image, and what the error says.
  static let refusals: [(setUp: String, old: String, new: String, says: String)] = [
    ("add-port tb0 p1 -- set interface p1 type=null", "", "", "a port of that name exists on bridge tb0"),
    (
      "add-port tb0 q -- set interface q type=null ofport_request=7", "", "",
      "number 7 of port p1 is that of port q on bridge tb0; --any-number takes a free one"
    ),
    (
      "add-port tb0 q -- set interface q type=null; fdb/add tb0 q 3 02:00:00:00:01:01", "", "",
      "02:00:00:00:01:01 in VLAN 3 is a static address of port q; 'fdb/del tb0 3 02:00:00:00:01:01'"
    ),
    (
      "set bridge tb0 other_config:mac-table-size=10", "\"format\"", "\"fromat\"", "format is not apus-port/1"
    ),
    ("list-br", "apus-port/1", "apus-port/2", "format is not apus-port/1"),
    ("list-br", "\"config\"", "\"confg\"", "unknown member 'confg'; did you mean 'config'?"),
    ("list-br", "NO_FLOOD", "NO_FLOD", "config has \"NO_FLOD\""),
    ("list-br", "\"tag\": 3", "\"tag\": 4096", "Port p1: tag: '4096' is not an integer"),
    ("list-br", "\"tag\": 3", "\"tga\": 3", "unknown column 'tga'; did you mean 'tag'?"),
    (
      "list-br", "\"vlan\": 3", "\"vlan\": 4096", "vlan of 02:00:00:00:01:01 is not an integer from 0 to 4095"
    ),
    ("list-br", "02:00:00:00:01:01", "03:00:00:00:01:01", "without a unicast address"),
    ("list-br", "rule_drops", "rule_drop", "unknown counter 'rule_drop'; did you mean 'rule_drops'?"),
    ("list-br", "11,", "-11,", "rx_packets is not an integer from 0"),
    (
      "list-br", "\"type\": \"null\"", "\"type\": \"tap\", \"options\": {\"fd\": \"7\"}",
      "no descriptor 7 came"
    ),
    ("list-br", "\"protected\"", "\"ephemeral\": \"4194305\", \"protected\"", "there is no process 4194305"),
    ("list-br", "}}", "", "not JSON"),
  ]

  @Test(arguments: refusals.indices) func changesNothingWhenSomethingClashes(index: Int) throws {
    let row = Self.refusals[index]
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    for line in row.setUp.split(separator: ";") { try bench.run(String(line)) }
    let before = (bench.plane.configuration, try bench.run("fdb/show tb0"))
    let file = row.old.isEmpty ? Self.image : Self.image.replacing(row.old, with: row.new)
    let error = #expect(throws: CommandError.self) { try bench.run("port-import tb0", file: file) }
    #expect(error?.message.contains(row.says) == true, "\(error?.message ?? "")")
    #expect(bench.plane.configuration == before.0)
    #expect(try bench.run("fdb/show tb0") == before.1)
  }

  @Test func takesAFreeNumberIfItMay() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try bench.run("add-port tb0 q -- set interface q type=null ofport_request=7")
    try bench.run("--any-number port-import tb0", file: Self.image)
    #expect(try bench.run("get interface p1 ofport -- get interface q ofport") == "1\n7\n")
    #expect(throws: CommandError.self) { try bench.run("port-export tb0") }
  }

  // MARK: Ephemeral ports

  @Test func aPortGoesWithItsDevice() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    var farewells = 0
    bench.running.hooks.onFarewell = { farewells += 1 }
    try bench.run("--ephemeral add-port tb0 veth0 -- set interface veth0 NETNS")
    try bench.run("add-port tb0 veth1 -- set interface veth1 NETNS")
    #expect(try bench.run("get port veth0 ephemeral -- get port veth1 ephemeral") == "peer\n[]\n")
    bench.running.tick()
    #expect(farewells == 0 && bench.plane.removeFarewells().isEmpty, "it waits for its device")
    try lab.makeVeth()
    bench.running.refresh()
    try lab.ip("link set veth0 down")
    bench.running.refresh()
    #expect(farewells == 0, "the device is there")
    try lab.ip("link del veth0")
    bench.running.refresh()
    #expect(farewells > 0)
    let removed = bench.plane.removeFarewells()
    #expect(removed.map(\.name) == ["veth0"] && removed.first?.reason == "no such device")
    #expect(try bench.run("list-ports tb0") == "veth1\n")
    #expect(bench.running.bridge(named: "tb0")?.port(named: "veth0") == nil)
  }

  @Test func aPortThatIsToStayStays() throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    try lab.makeVeth()
    try bench.run("--ephemeral add-port tb0 veth0 -- set interface veth0 NETNS")
    try bench.run("clear port veth0 ephemeral")
    try lab.ip("link del veth0")
    bench.running.refresh()
    #expect(bench.plane.removeFarewells().isEmpty)
    try bench.run("set port veth0 ephemeral=peer")
    bench.running.tick()
    #expect(bench.plane.removeFarewells().isEmpty, "it was gone before")
    try lab.makeVeth()
    bench.running.refresh()
    try lab.ip("link del veth0")
    bench.running.refresh()
    #expect(bench.plane.removeFarewells().count == 1)
  }

  @Test(arguments: [
    ("--ephemeral=0 add-port tb0 p", "Port p: ephemeral: '0' is not 'peer' or the number of a process"),
    ("--ephemeral=4194305 add-port tb0 p", "Port p: ephemeral: there is no process 4194305"),
    ("set port tb0 ephemeral=peer", "the local port of a bridge goes only with the bridge"),
  ])
  func refusesOwnersThatThereAreNot(line: String, message: String) throws {
    let lab = try NetworkLab()
    let bench = try Bench(in: lab.name)
    let error = #expect(throws: CommandError.self) { try bench.run(line) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
