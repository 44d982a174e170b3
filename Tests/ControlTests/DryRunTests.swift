import ControlProtocol
import Datapath
import TestKit
import Testing

@testable import Control

/// `--dry-run` of every command of the daemon that changes something.
@Suite(.enabled(if: NetworkLab.isAvailable), .serialized) struct DryRunTests {
  /// A bridge with two ports, some rules, an address and TLS files.
  private final class Bench {
    let running: RunningSwitch
    let plane: ControlPlane
    private let lab: NetworkLab

    init() throws {
      lab = try NetworkLab()
      running = RunningSwitch(try Switch())
      plane = ControlPlane(running: running)
      for line in [
        "add-br tb0 -- set interface tb0 NETNS -- set bridge tb0 other_config:hwaddr=02:00:00:00:00:01",
        "add-port tb0 p1 tag=3 -- set interface p1 type=null",
        "add-port tb0 p2 trunks=1,2 -- set interface p2 type=null",
        "add-flow tb0 priority=5,ip,actions=output:1", "add-flow tb0 table=3,cookie=7,arp,actions=drop",
        "fdb/add tb0 p1 3 02:00:00:00:01:01", "set-ssl /k /c /a",
      ] { _ = try run(line) }
    }

    deinit { running.stop() }

    func run(_ line: String, files: [String: String] = [:], json: Bool = false) throws -> RunResult {
      let words = ControlPlaneTests.words(line.replacing("NETNS", with: "options:netns=\(lab.name)"))
      return try plane.run(RunRequest(words: words, json: json, files: files))
    }
  }

  static let file = "priority=1,tcp,actions=drop\npriority=5,ip,actions=normal\n"

  @Test(arguments: [
    "add-br tb1 -- set interface tb1 NETNS -- add-flow tb1 priority=8,arp,actions=drop", "del-br tb0",
    "add-port tb0 p3 tag=5 -- set interface p3 type=null", "del-port p1",
    "set port p1 tag=7 external_ids:a=b", "set interface p1 ofport_request=9",
    "set interface p1 mtu_request=900",
    "add port p2 trunks 3", "remove port p2 trunks 1", "clear port p2 trunks",
    "set-controller tb0 unix:/nowhere", "set-fail-mode tb0 secure", "set-ssl /x /y /z", "del-ssl",
    "add-flow tb0 priority=9,udp,actions=drop", "add-flow tb0 priority=5,ip,actions=drop",
    "add-flows tb0 FILE",
    "mod-flows tb0 ip,actions=normal", "mod-flows --strict tb0 priority=5,ip,cookie=3,actions=normal",
    "del-flows tb0", "del-flows tb0 table=3", "del-flows --strict tb0 priority=5,ip",
    "mod-port tb0 p1 no-flood", "fdb/add tb0 p2 0 02:00:00:00:01:02", "fdb/add tb0 p2 3 02:00:00:00:01:01",
    "fdb/del tb0 3 02:00:00:00:01:01", "fdb/flush",
    "del-flows tb0 -- add-flow tb0 priority=5,ip,actions=output:1 -- set-fail-mode tb0 secure",
    "del-port p2 -- add-port tb0 p4 -- set interface p4 type=null ofport_request=2",
  ])
  func showsWhatChangesAndChangesNothing(_ line: String) throws {
    let bench = try Bench()
    let before = try Snapshot(of: bench.plane)
    let configuration = bench.plane.configuration
    let shown = try bench.run("\(line) --dry-run", files: ["FILE": Self.file])
    #expect(bench.plane.configuration == configuration)
    #expect(try Snapshot(of: bench.plane) == before)
    _ = try bench.run(line, files: ["FILE": Self.file])
    let expected = before.differences(to: try Snapshot(of: bench.plane))
    let lines = Set(shown.output.split(separator: "\n").map(String.init)).subtracting(["nothing would change"]
    )
    // A flag that is not set is no line in a dump.
    #expect(lines.filter { !$0.hasPrefix("- config of port") } == expected)
  }

  @Test(arguments: [
    "del-controller tb0", "del-fail-mode tb0", "--may-exist add-br tb0", "--if-exists del-port nope",
    "add-flow tb0 priority=5,ip,actions=output:1", "fdb/stats-clear tb1",
  ])
  func saysThatNothingWouldChange(_ line: String) throws {
    let bench = try Bench()
    _ = try bench.run("add-br tb1 -- set interface tb1 NETNS")
    #expect(try bench.run("\(line) --dry-run").output == "nothing would change\n")
  }

  @Test(arguments: [
    CommandCase(
      "mod-table tb0 0 controller",
      "- misses of table 0 of tb0: drop\n+ misses of table 0 of tb0: controller\n"),
    CommandCase("exit", "- daemon: runs\n"),
    CommandCase(
      "packet-out tb0 LOCAL output:1 ffffffffffff0200000000010806",
      "+ packet-out tb0: a frame of 14 bytes from port LOCAL through actions=output:1\n"),
  ])
  func showsWhatDumpsDoNot(_ row: CommandCase) throws {
    let bench = try Bench()
    #expect(try bench.run("--dry-run \(row.line)").output == row.output)
    #expect(!bench.plane.isEnding)
    #expect(try bench.plane.configuration.bridge(named: "tb0").tableMisses.isEmpty)
  }

  /// The same errors as without.
  @Test(arguments: [
    "add-br tb0", "add-port tb0 p1", "del-port nope", "set port p1 tag=9999", "set interface tb0 type=tap",
    "add-flow tb0 ip,action=output:nope", "add-flow tb0 ip,actions=group:9",
    "add-flow tb0 priority=5,tcp,check_overlap,actions=drop", "mod-table tb0 300 drop", "mod-port tb0 p9 up",
    "packet-out tb0 LOCAL group:9 ffffffffffff0200000000010806",
    "packet-out tb0 LOCAL meter:9,1 ffffffffffff0200000000010806",
    "fdb/del tb0 9 02:00:00:00:01:01", "set-controller tb0 nonsense",
  ])
  func refusesTheSame(_ line: String) throws {
    let bench = try Bench()
    let before = try Snapshot(of: bench.plane)
    func error(_ line: String) -> String? {
      do {
        _ = try bench.run(line)
        return nil
      } catch { return "\(error)" }
    }
    let dry = error("\(line) --dry-run")
    #expect(dry != nil && dry == error(line))
    #expect(try Snapshot(of: bench.plane) == before)
  }

  /// One of several commands makes all of them a dry run; those that read print what they would.
  @Test func holdsForAWholeTransaction() throws {
    let bench = try Bench()
    let shown = try bench.run("set port p1 tag=8 -- get port p1 tag -- --dry-run del-ssl")
    #expect(
      shown.output == """
        8
        - Port p1: tag=3
        + Port p1: tag=8
        - SSL .: ca_cert="/a" certificate="/c" private_key="/k"

        """)
    #expect(try bench.run("get port p1 tag").output == "3\n")
  }

  @Test func isJSON() throws {
    let bench = try Bench()
    let shown = try bench.run("--dry-run set port p1 tag=8", json: true)
    let change: JSONValue = [
      "subject": "Port p1", "change": "modified", "before": "tag=3", "after": "tag=8",
    ]
    let expected: JSONValue = ["dry_run": .boolean(true), "changes": [change]]
    #expect(shown.output == expected.text(isIndented: true) + "\n")
  }

  @Test func isRefusedByCommandsThatChangeNothing() throws {
    let bench = try Bench()
    #expect(throws: CommandError.self) { try bench.run("show --dry-run") }
  }

  /// `--warn-overlap` tells of rules of one priority; they are added all the same.
  @Test func warnsOfOverlaps() throws {
    let bench = try Bench()
    let line = "add-flow tb0 --warn-overlap priority=5,in_port=1,actions=drop"
    let warning =
      "bridge tb0: rule 'priority=5,in_port=1 actions=drop' overlaps with 'priority=5,ip actions=output:1', which "
      + "has the same priority: which of the two takes a frame of both, OpenFlow leaves open"
    #expect(try bench.run("\(line) --dry-run").warnings == [warning])
    #expect(try bench.run(line).warnings == [warning])
    #expect(try bench.run("dump-flows tb0 in_port=1 --no-stats").output.contains("in_port=1"))
    #expect(try bench.run("add-flow tb0 priority=5,in_port=1,actions=drop").warnings.isEmpty)
    #expect(try bench.run("add-flow tb0 --warn-overlap priority=6,in_port=1,actions=drop").warnings.isEmpty)
  }
}
