import ControlProtocol
import Testing

@testable import Control

/// Command lines on records alone: no switch runs.
@Suite struct ControlPlaneTests {
  /// A line's words: single quotation marks hold spaces together.
  static func words(_ line: String) -> [String] {
    line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { i, part in
      i.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
    }
  }

  private func run(_ line: String, on plane: ControlPlane, json: Bool = false) throws(CommandError)
    -> RunResult
  {
    try plane.run(RunRequest(words: Self.words(line), json: json))
  }

  /// Two bridges, three ports with settings.
  private func samplePlane() throws -> ControlPlane {
    let plane = ControlPlane(running: nil)
    _ = try run(
      """
      add-br br0 -- add-port br0 p1 tag=10 -- set interface p1 type=tap \
      -- add-port br0 p2 trunks=1,2,30 -- set interface p2 ofport_request=7 -- add-br br1 -- add-port br1 p3
      """, on: plane)
    return plane
  }

  typealias Case = CommandCase

  @Test(arguments: [
    Case("list-br", "br0\nbr1\n"),
    Case("list-ports br0", "p1\np2\n"),
    Case("list-ifaces br1", "p3\n"),
    Case("port-to-br p3", "br1\n"),
    Case("iface-to-br br0", "br0\n"),
    Case("get port p1 tag trunks", "10\n[]\n"),
    Case("get interface p1 ofport type", "1\ntap\n"),
    Case("get interface p2 ofport ofport_request", "7\n7\n"),
    Case("get interface br0 ofport type", "65534\ninternal\n"),
    Case("get bridge br0 ports", "[br0, p1, p2]\n"),
    Case("--if-exists get port nope tag", ""),
    Case("--if-exists get port p1 other_config:priority-tags", "\n"),
    Case("--columns=name,tag find port tag=10", "name                : p1\ntag                 : 10\n"),
    Case("--columns=name find port trunks=1,2,30", "name                : p2\n"),
    Case(
      "--columns=name find interface ofport>6 -- list-br",
      "name                : br0\n\nname                : br1\n\nname                : p2\nbr0\nbr1\n"),
    Case("--columns=name find interface ofport<2", "name                : p1\n\nname                : p3\n"),
    Case("--columns=name find interface type=tap", "name                : p1\n"),
    Case("--columns=name find port external_ids:a!=b", ""),
    Case("--columns=tag list port p1", "tag                 : 10\n"),
    Case("add port p2 trunks 40,50 -- get port p2 trunks", "[1, 2, 30, 40, 50]\n"),
    Case("remove port p2 trunks 2 30 -- get port p2 trunks", "[1]\n"),
    Case("remove port p1 tag 10 -- get port p1 tag", "[]\n"),
    Case("clear port p1 tag -- get port p1 tag", "[]\n"),
    Case("clear interface p1 type -- get interface p1 type", "system\n"),
    Case("set interface p1 type= -- get interface p1 type", "system\n"),
    Case("set port p1 external-ids:a=b=c -- get port p1 external_ids:a", "\"b=c\"\n"),
    Case(
      "set port p1 external_ids:a=1 -- add port p1 external_ids a=2 b=3 -- get port p1 external_ids",
      "{a=1, b=3}\n"),
    Case(
      "set port p1 external_ids:a=1 -- remove port p1 external_ids a=2 -- get port p1 external_ids:a", "1\n"),
    Case("set port p1 external_ids:a=1 -- remove port p1 external_ids a -- get port p1 external_ids", "{}\n"),
    Case("set bridge br0 other_config:datapath-id=1 -- get bridge br0 datapath_id", "\"0000000000000001\"\n"),
    Case(
      "set bridge br0 other_config:hwaddr=02:00:00:00:00:01 -- get bridge br0 datapath-id",
      "\"0000020000000001\"\n"),
    Case(
      "set Open_vSwitch . other_config:pmd-auto-lb=true other_config:pmd-auto-lb-rebal-interval=2 -- get open_vswitch . other_config",
      #"{pmd-auto-lb="true", pmd-auto-lb-rebal-interval=2}"# + "\n"),
    Case("list Open_vSwitch", "external_ids        : {}\nother_config        : {}\n"),
    Case("--may-exist add-br br0", ""),
    Case("--may-exist add-port br0 p1", ""),
    Case("--if-exists del-br nope -- --if-exists del-port nope", ""),
    Case("--if-exists set port nope tag=1", ""),
    Case("del-port p1 -- list-ports br0", "p2\n"),
    Case("del-port br0 p1 -- add-port br1 p1 -- port-to-br p1", "br1\n"),
    Case("version", "apusd \(Version.text)\n"),
  ])
  func answers(_ row: Case) throws {
    let plane = try samplePlane()
    #expect(try run(row.line, on: plane).output == row.output)
  }

  @Test(arguments: [
    Case("add-br br0", "cannot create a bridge named br0: a bridge of that name exists"),
    Case("add-br p1", "cannot create a bridge named p1: a port of that name exists on bridge br0"),
    Case(
      "add-br a/b",
      "'a/b' is no name for a bridge: 1 to 15 ASCII characters without spaces and '/', and no '-' at the start"
    ),
    Case(
      "add-br 1234567890123456",
      "'1234567890123456' is no name for a bridge: 1 to 15 ASCII characters without spaces and '/', and no '-' at the start"
    ),
    Case("del-br br2", "no bridge named 'br2'; did you mean 'br0'?"),
    Case("add-port br9 x", "no bridge named 'br9'; did you mean 'br0'?"),
    Case("add-port br0 p3", "cannot create a port named p3: a port of that name exists on bridge br1"),
    Case("--may-exist add-port br0 p3", "--may-exist add-port br0 p3: the port exists, but on bridge br1"),
    Case("del-port br0 p3", "bridge br0 has no port p3: it is on bridge br1"),
    Case("del-port br0", "port br0 is the local port of bridge br0 and goes only with it: del-br br0"),
    Case("port-to-br zzz", "no port named 'zzz'"),
    Case(
      "set prt p1 tag=3",
      "unknown table 'prt'; did you mean 'Port'? (allowed: Open_vSwitch, Bridge, Port, Interface, Controller, SSL, Mirror, IPFIX, Flow_Sample_Collector_Set)"
    ),
    Case(
      "set port p1 tagg=3",
      "table Port: unknown column 'tagg'; did you mean 'tag'? (allowed: cvlans, ephemeral, external_ids, interfaces, name, other_config, protected, tag, trunks, vlan_mode)"
    ),
    Case(
      "set interface br0 ofport_request=5",
      "Interface br0: ofport_request: the number of a local port is always LOCAL"),
    Case("set port p1 tag", "'tag' is not of the form COLUMN[:KEY]=VALUE"),
    Case("set port p1 tag:x=1", "table Port: column tag has no keys: it is not a map"),
    Case("set port p1 tag=5000", "Port p1: tag: '5000' is not an integer from 0 to 4095"),
    Case("set port nope tag=1", "no port named 'nope'"),
    Case(
      "set port p1 name=x",
      "table Port: column name cannot be set (allowed: cvlans, ephemeral, external_ids, other_config, protected, tag, trunks, vlan_mode)"
    ),
    Case(
      "set bridge br0 other_config:mac-agin-time=3",
      "Bridge br0: other_config: unknown key 'mac-agin-time'; did you mean 'mac-aging-time'? (allowed: datapath-id, forward-bpdu, hwaddr, mac-aging-time, mac-table-size, resubmit-depth, resubmit-limit)"
    ),
    Case(
      "set Open_vSwitch . other_config:pmd-auto-lb-load-threshold=101",
      "Open_vSwitch .: other_config:pmd-auto-lb-load-threshold: '101' is not an integer from 0 to 100"),
    Case(
      "set Open_vSwitch . other_config:pmd-auto-lb-interval=1",
      "Open_vSwitch .: other_config: unknown key 'pmd-auto-lb-interval'; did you mean 'pmd-auto-lb-rebal-interval'? (allowed: pmd-auto-lb, pmd-auto-lb-improvement-threshold, pmd-auto-lb-load-threshold, pmd-auto-lb-rebal-interval)"
    ),
    Case(
      "set Open_vSwitch ovs external_ids:a=b", "no Open_vSwitch record named 'ovs': there is only one, '.'"),
    Case("get port p1 other_config:priority-tags", "Port p1: other_config: key 'priority-tags' is not set"),
    Case("get port p1 tag=1", "'tag=1' is not of the form COLUMN[:KEY]"),
    Case("add port p1 tag 11", "Port p1: tag: holds one value and has it; 'set' changes it"),
    Case(
      "set interface br0 type=tap", "Interface br0: the local port of a bridge is always of type internal"),
    Case(
      "set interface p1 type=patch",
      "Interface p1: type patch needs options:peer, the name of the other patch port"),
    Case("set interface p1 type=patch options:peer=p1", "Interface p1: options:peer names the port itself"),
    Case("set interface p1 type=pcap", "Interface p1: type pcap needs options:rx_pcap or options:tx_pcap"),
    Case(
      "set interface p1 type=null options:peer=x",
      "Interface p1: type null has no option 'peer'; it belongs to type patch"),
    Case("dump-flows br0", "bridge br0 is made by this transaction and has nothing to show yet"),
    Case(
      "mod-port br0 p1 no-floo",
      "mod-port: unknown action 'no-floo'; did you mean 'no-flood'? (allowed: up, down, flood, no-flood, receive, no-receive, forward, no-forward, packet-in, no-packet-in)"
    ),
    Case("mod-port br0 p9 up", "bridge br0: no port named 'p9'; did you mean 'p1'?"),
    Case(
      "packet-out br0 p1 output:1 00",
      "packet-out: FRAME: 2 digits; an Ethernet frame has 14 to 65535 whole bytes"),
    Case("packet-out br0 p1 output:1 zz", "packet-out: FRAME: 'zz' is not in hexadecimal"),
    Case("packet-out br0 'in_port=p1 packet=00'", "packet-out: actions=ACTIONS is missing"),
    Case(
      "add-flows br0 /etc/passwd",
      "add-flows: the file is read by apus, not by the daemon; use 'apus add-flows'"),
    Case(
      "add-flow br0 priority=5,ip,actions=1,ct(commit)",
      "bridge br0: rule 'priority=5,ip': ct has no effect yet: there is no connection tracking"
    ),
    Case(
      "packet-out br0 p1 ct_clear 0000000000010000000000020806",
      "packet-out: ct_clear has no effect yet: there is no connection tracking"),
    Case(
      "add-flow br0 priority=1,tcp,tp_dts=80,actions=drop",
      "unknown field 'tp_dts'; did you mean 'tp_dst'?\n  priority=1,tcp,tp_dts=80,actions=drop\n                 ^"
    ),
  ])
  func refusesAndChangesNothing(_ row: Case) throws {
    let plane = try samplePlane()
    let before = plane.configuration
    // Whatever stands before it in the transaction is taken back.
    for line in [
      row.line, "add-br br7 -- set port p1 tag=99 -- del-port p2 -- add-port br0 p8 -- \(row.line)",
    ] {
      let error = #expect(throws: CommandError.self, "\(line)") { try run(line, on: plane) }
      if line == row.line { #expect(error?.message == row.output) }
      #expect(plane.configuration == before, "\(line)")
    }
  }

  @Test func numbersBelongToTheName() throws {
    let plane = try samplePlane()
    _ = try run("del-port p1 -- add-port br0 p4 -- add-port br0 p5", on: plane)
    #expect(
      try run("get interface p2 ofport -- get interface p4 ofport -- get interface p5 ofport", on: plane)
        .output == "7\n1\n2\n")
    // A wish that another port has already is not granted; the number stays.
    _ = try run("set interface p4 ofport_request=7", on: plane)
    #expect(try run("get interface p4 ofport -- get interface p2 ofport", on: plane).output == "1\n7\n")
    // One that is free is, even by a port that has a number.
    _ = try run("set interface p4 ofport_request=9", on: plane)
    #expect(try run("get interface p4 ofport", on: plane).output == "9\n")
    // Wishes come before the numbers of ports without one.
    _ = try run("add-port br0 p6 -- add-port br0 p7 -- set interface p7 ofport_request=1", on: plane)
    #expect(try run("get interface p6 ofport -- get interface p7 ofport", on: plane).output == "3\n1\n")
  }

  @Test func answersForPrograms() throws {
    let plane = try samplePlane()
    #expect(try run("list-br", on: plane, json: true).output == "[\n  \"br0\",\n  \"br1\"\n]\n")
    #expect(try run("br-exists br0", on: plane, json: true) == RunResult(output: "true\n"))
    #expect(try run("br-exists nope", on: plane, json: true) == RunResult(output: "false\n", status: 2))
    #expect(
      try run("--columns=tag,trunks find port tag=10", on: plane, json: true).output.filter {
        $0 != " " && $0 != "\n"
      } == #"[{"tag":10,"trunks":[]}]"#)
    #expect(
      try run("add-br x -- list-ports x", on: plane, json: true).output.filter { $0 != " " && $0 != "\n" }
        == "[null,[]]")
  }

  @Test func answersBrExistsByItsStatus() throws {
    let plane = try samplePlane()
    #expect(try run("br-exists br1", on: plane) == RunResult(output: "", status: 0))
    #expect(try run("br-exists br2", on: plane) == RunResult(output: "", status: 2))
  }

  @Test func endsWhenToldTo() throws {
    let plane = try samplePlane()
    #expect(throws: CommandError.self) { try run("exit -- del-br nope", on: plane) }
    #expect(!plane.isEnding)
    _ = try run("exit", on: plane)
    #expect(plane.isEnding)
  }

  @Test func answersOVSAppctl() throws {
    let plane = try samplePlane()
    #expect(
      plane.answer(Request(id: .integer(4), method: "list-br"))
        == Reply(id: .integer(4), result: "br0\nbr1\n"))
    #expect(
      plane.answer(Request(method: "del-br", params: ["nope"]))
        == Reply(id: .integer(0), error: "no bridge named 'nope'\n"))
    #expect(
      plane.answer(Request(method: "del-br", params: [.integer(1)]))
        == Reply(id: .integer(0), error: "del-br: parameters are strings\n"))
    let run = RunRequest(words: ["list-br"])
    #expect(
      plane.answer(Request(method: RunRequest.method, params: run.params)).result
        == RunResult(output: "br0\nbr1\n").value)
  }
}
