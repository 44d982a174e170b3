import ControlProtocol
import Datapath
import Match
import Pipeline
import TestKit
import Testing

@testable import Control

/// Mirrors as records.
@Suite struct MirrorCommandTests {
  @discardableResult
  private func run(_ line: String, on plane: ControlPlane) throws(CommandError) -> RunResult {
    try plane.run(RunRequest(words: ControlPlaneTests.words(line)))
  }

  private func samplePlane() throws -> ControlPlane {
    let plane = ControlPlane(running: nil)
    try run(
      """
      add-br br0 -- add-port br0 p1 -- add-port br0 p2 -- add-port br0 p3 -- add-br br1 -- add-port br1 q1 \
      -- add-mirror br0 m0 select_all=true output_port=p3 -- add-mirror br1 m0 select-src-port=q1 output-vlan=7
      """, on: plane)
    return plane
  }

  typealias Case = CommandCase

  private static let created =
    "-- --id=@p get port p3 -- --id=@m create mirror name=m9 select-all=true output-port=@p"

  @Test(arguments: [
    Case("list-mirrors br0", "m0\n"),
    Case("get mirror br0/m0 output_port select_all output_vlan statistics", "p3\ntrue\n[]\n{}\n"),
    Case(
      "get mirror br1/m0 select_src_port select_dst_port output_vlan status", "[q1]\n[]\n7\n{state=active}\n"),
    Case("get bridge br0 mirrors", "[m0]\n"),
    Case(
      "\(created) -- set bridge br0 mirrors=@m -- get bridge br0 mirrors -- get mirror m9 output_port",
      "m9\n[m9]\np3\n"),
    Case("\(created) -- add bridge br0 mirrors @m -- list-mirrors br0", "m9\nm0\nm9\n"),
    // The ID is used before what it stands for is said, as manuals show it.
    Case(
      """
      set bridge br0 mirrors=@m -- --id=@a get port p1 -- --id=@b get port p2 \
      -- --id=@m create mirror name=m9 select-dst-port=@a,@b select-src-port=[@b] output-port=@c \
      -- --id=@c get port p3 -- get mirror m9 select_dst_port select_src_port
      """, "m9\n[p1, p2]\n[p2]\n"),
    Case("clear bridge br0 mirrors -- list-mirrors br0", ""),
    Case("remove bridge br0 mirrors m0 -- list-mirrors br0 -- list-mirrors br1", "m0\n"),
    Case("-- --id=@r get mirror br0/m0 -- remove bridge br0 mirrors @r -- list-mirrors br0", ""),
    Case("del-mirror br1 m0 -- get mirror m0 name", "m0\n"),
    Case("--if-exists del-mirror nothing", ""),
    Case("--may-exist add-mirror br0 m0 select_vlan=5 -- get mirror br0/m0 select_vlan", "[]\n"),
    Case(
      "set mirror br0/m0 select-vlan=5-7,1 snaplen=64 -- get mirror br0/m0 select_vlan snaplen",
      "[1, 5, 6, 7]\n64\n"),
    Case(
      "clear mirror br0/m0 output_port -- set mirror br0/m0 output-vlan=3 -- get mirror br0/m0 status:state",
      "active\n"),
    Case("--columns=name find mirror output_port=p3", "name                : m0\n"),
    Case(
      "del-port p3 -- get mirror br0/m0 output_port status:state",
      "[]\n\"disabled: it has neither output_port nor output_vlan\"\n"),
    Case(
      "set mirror br1/m0 select_src_port=[] -- get mirror br1/m0 status:state",
      "\"disabled: it selects no port: set select_all, select_src_port or select_dst_port\"\n"),
  ])
  func answers(_ row: Case) throws {
    let line = row.line.hasPrefix("-- ") ? String(row.line.dropFirst(3)) : row.line
    #expect(try run(line, on: samplePlane()).output == row.output)
  }

  @Test(arguments: [
    Case("add-mirror br9 m1", "no bridge named 'br9'; did you mean 'br0'?"),
    Case("add-mirror br0 m0", "bridge br0: a mirror named 'm0' exists"),
    Case("add-mirror br0 a/b", "'a/b' is no name for a mirror"),
    Case(
      "add-mirror br0 m1 output_port=p4",
      "Mirror m1: output_port: bridge br0 has no port named 'p4'; did you mean 'p"),
    Case("add-mirror br0 m1 output_port=q1", "Mirror m1: output_port: bridge br0 has no port named 'q1'"),
    Case(
      "add-mirror br0 m1 select_src_port=p1,x", "Mirror m1: select_src_port: bridge br0 has no port named 'x'"
    ),
    Case(
      "add-mirror br0 m1 output_port=p1 output_vlan=3", "Mirror m1: output_port and output_vlan are both set"),
    Case("add-mirror br0 m1 output_vlan=0", "Mirror m1: output_vlan: '0' is not an integer from 1 to 4095"),
    Case("add-mirror br0 m1 snaplen=13", "Mirror m1: snaplen: '13' is not an integer from 14 to 65535"),
    Case("add-mirror br0 m1 select_all=tru", "Mirror m1: select_all: 'tru' is not true or false"),
    Case(
      "add-mirror br0 m1 selectall=true",
      "table Mirror: unknown column 'selectall'; did you mean 'select_all'?"),
    Case("add-mirror br0 m1 name=m2", "table Mirror: column name cannot be set"),
    Case("del-mirror m5", "no mirror named 'm5'; did you mean 'm0'?"),
    Case("get mirror m0", "Mirror 'm0' may be each of br0/m0, br1/m0"),
    Case(
      "set bridge br0 mirrors=m5",
      "Bridge br0: mirrors: no mirror named 'm5'; did you mean 'm0'?; 'add-mirror br0 m5' makes one"),
    Case("set bridge br0 mirrors=@m", "Bridge br0: mirrors: '@m' is no record: '--id=@m get Mirror NAME'"),
    Case(
      "--id=@m create mirror name=m9",
      "create: mirror 'm9' belongs to no bridge: 'set bridge BRIDGE mirrors=@m'"),
    Case("create mirror name=m9", "create mirror: --id=@NAME is needed"),
    Case("--id=@m create mirror select_all=true", "create mirror: a mirror needs a name: name=NAME"),
    Case("--id=@m create port name=x", "create: records of Port are made by add-br, add-port"),
    Case("--id=m get port p1", "--id: 'm' does not begin with '@'"),
    Case("--id=@p get port p1 -- --id=@p get port p2", "--id: '@p' is given to two records"),
    Case(
      "--id=@p get interface p1 -- set mirror br0/m0 output_port=@p",
      "Mirror br0/m0: output_port: '@p' is a record of Interface, one of Port is needed"),
    Case(
      "--id=@m create mirror name=m9 -- add bridge br0 mirrors @m -- add bridge br1 mirrors @m",
      "Bridge br1: mirrors: '@m' belongs to bridge br0 already"),
  ])
  func refuses(_ row: Case) throws {
    let plane = try samplePlane()
    let before = plane.configuration
    let error = #expect(throws: CommandError.self) { try run(row.line, on: plane) }
    #expect(error?.message.hasPrefix(row.output) == true, "\(error?.message ?? "")")
    #expect(plane.configuration == before)
  }

  @Test func thereCanBe32() throws {
    let plane = try samplePlane()
    for number in 1..<32 { try run("add-mirror br0 x\(number) select_all=true output_vlan=9", on: plane) }
    let error = #expect(throws: CommandError.self) { try run("add-mirror br0 more output_vlan=9", on: plane) }
    #expect(error?.message.hasPrefix("bridge br0: 33 mirrors; there can be 32") == true)
  }

  @Test func warnsOfMirrorsThatCopyNothing() throws {
    let plane = try samplePlane()
    #expect(
      try run("del-port p3", on: plane).warnings == [
        "mirror 'm0' of bridge br0: disabled: it has neither output_port nor output_vlan"
      ])
    #expect(try run("add-mirror br0 m1 output_port=p1", on: plane).warnings.count == 1)
    #expect(try run("set mirror m1 select_all=true", on: plane).warnings == [])
  }

  @Test func showAndDryRun() throws {
    let plane = try samplePlane()
    let shown = try run("show", on: plane).output
    #expect(
      shown.contains(
        "    Mirror m0\n        output_port: p3\n        select_all: true\n        state: active\n"))
    let change = try run("--dry-run del-mirror br1 m0", on: plane).output
    #expect(change.contains("Mirror br1/m0"), "\(change)")
    #expect(change.contains("Bridge br1"), "\(change)")
    #expect(plane.configuration.bridges[1].mirrors.count == 1)
  }

  /// The datapath follows, and its counters are in the records.
  @Test(.enabled(if: NetworkLab.isAvailable)) func runs() throws {
    let lab = try NetworkLab()
    let running = RunningSwitch(try Switch())
    defer { running.stop() }
    let plane = ControlPlane(running: running)
    try run(
      """
      add-br tb0 -- set interface tb0 options:netns=\(lab.name) -- add-port tb0 n1 -- set interface n1 type=null \
      -- add-port tb0 n2 -- set interface n2 type=null -- add-mirror tb0 m0 select_src_port=n1 output_port=n2
      """, on: plane)
    let bridge = try #require(running.bridge(named: "tb0"))
    #expect(
      bridge.settings.mirrors == [MirrorSettings(name: "m0", sources: ["n1"], output: .port("n2"))])
    bridge.send(TestFrame.udp().bytes, inPort: bridge.port(named: "n1")?.number ?? .none, actions: [])
    #expect(try run("get mirror m0 statistics", on: plane).output == "{tx_bytes=46, tx_packets=1}\n")
    #expect(try run("get interface n2 statistics:tx_packets", on: plane).output == "1\n")
    let trace = try run("ofproto/trace tb0 in_port=n1,dl_dst=02:00:00:00:00:02", on: plane).output
    #expect(trace.contains(" -> mirror m0: a copy\n"), "\(trace)")
    #expect(trace.contains("Datapath actions: n2"), "\(trace)")
    try run("clear bridge tb0 mirrors", on: plane)
    #expect(bridge.settings.mirrors == [])
    #expect(bridge.mirrorTraffic(of: "m0") == nil)
  }
}
