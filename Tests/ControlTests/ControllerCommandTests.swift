import Agent
import ControlProtocol
import Testing

@testable import Control

/// Controllers as records, without a switch.
@Suite struct ControllerCommandTests {
  @discardableResult
  private func run(_ line: String, on plane: ControlPlane) throws(CommandError) -> String {
    try plane.run(RunRequest(words: ControlPlaneTests.words(line))).output
  }

  private func samplePlane() throws -> ControlPlane {
    let plane = ControlPlane(running: nil)
    try run(
      """
      add-br br0 -- set-controller br0 tcp:192.0.2.1 ptcp:6654 -- add-br br1 \
      -- --inactivity-probe=2000 set-controller br1 ssl:192.0.2.1:6633
      """, on: plane)
    return plane
  }

  typealias Case = CommandCase

  @Test(arguments: [
    Case("get-controller br0", "ptcp:6654\ntcp:192.0.2.1\n"),
    Case("del-controller br0 -- get-controller br0", ""),
    Case("set-controller br0 unix:/x -- get-controller br0", "unix:/x\n"),
    Case("get bridge br0 controller", #"["tcp:192.0.2.1", "ptcp:6654"]"# + "\n"),
    Case("add bridge br0 controller punix:/y -- get-controller br0", "ptcp:6654\npunix:/y\ntcp:192.0.2.1\n"),
    Case("remove bridge br0 controller ptcp:6654 -- get-controller br0", "tcp:192.0.2.1\n"),
    Case("clear bridge br0 controller -- get-controller br0", ""),
    Case("get controller br1 target inactivity_probe type", "\"ssl:192.0.2.1:6633\"\n2000\n[]\n"),
    Case("get controller ptcp:6654 is_connected role status:state", "false\n[]\nVOID\n"),
    Case("get controller br0/tcp:192.0.2.1 max_backoff", "[]\n"),
    Case(
      "set controller br1 max_backoff=1000 other_config:dscp=8 -- get controller br1 max_backoff", "1000\n"),
    Case(
      "--columns=target find controller inactivity_probe=2000",
      "target              : \"ssl:192.0.2.1:6633\"\n"),
    Case("set bridge br1 controller=ssl:192.0.2.1:6633 -- get controller br1 inactivity_probe", "2000\n"),
    Case("set-controller br1 ssl:192.0.2.1:6633 -- get controller br1 inactivity_probe", "[]\n"),
    Case("get-fail-mode br0", ""),
    Case("set-fail-mode br0 secure -- get-fail-mode br0", "secure\n"),
    Case("set-fail-mode br0 secure -- del-fail-mode br0 -- get-fail-mode br0", ""),
    Case("get-ssl", ""), Case("list ssl", ""),
    Case(
      "set-ssl /k /c /a -- get-ssl",
      "Private key: /k\nCertificate: /c\nCA Certificate: /a\nBootstrap: false\n"),
    Case("set-ssl /k /c /a -- set ssl . ca_cert=/b -- get ssl . ca_cert private_key", "\"/b\"\n\"/k\"\n"),
    Case("set-ssl /k /c /a -- del-ssl -- get-ssl", ""),
  ])
  func answers(_ row: Case) throws {
    #expect(try run(row.line, on: samplePlane()) == row.output)
  }

  @Test(arguments: [
    Case("get-controller br9", "no bridge named 'br9'; did you mean 'br0'?"),
    Case("set-controller br9 tcp:192.0.2.1", "no bridge named 'br9'; did you mean 'br0'?"),
    Case("set-controller br0", "set-controller: at least 2 arguments needed, not 1"),
    Case("set-controller br0 tpc:1", "bridge br0: controller: 'tpc:1' is no controller; did you mean 'tcp'?"),
    Case(
      "set-controller br0 tcp:[::1] tcp:[0::1]:6653",
      "bridge br0: controllers 'tcp:[::1]' and 'tcp:[0::1]:6653' are the same"),
    Case(
      "--inactivity-probe=x set-controller br0 tcp:192.0.2.1",
      "set-controller: --inactivity-probe: 'x' is not an integer from 0 to 86400000"),
    Case(
      "set controller br0 max_backoff=2000",
      "Controller 'br0' may be each of br0/tcp:192.0.2.1, br0/ptcp:6654"),
    Case("set controller tcp:192.0.2.2 max_backoff=2000", "no controller named 'tcp:192.0.2.2'"),
    Case("del-controller br1 -- set controller br1 type=service", "bridge br1 has no controller"),
    Case("set controller br1 max_backoff=999", "max_backoff: '999' is not an integer from 1000 to"),
    Case("set controller br1 target=tcp:1.2.3.4", "column target cannot be set"),
    Case("set controller br1 typ=service", "unknown column 'typ'; did you mean 'type'?"),
    Case("set controller br1 type=servce", "did you mean 'service'?"),
    Case("set controller br1 other_config:dscp=64", "'64' is not an integer from 0 to 63"),
    Case(
      "set controller ptcp:6654 connection_mode=in-band",
      "only tcp: and ssl: to an IPv4 address can be in-band"),
    Case("set bridge br0 controller=x", "Bridge br0: controller: 'x' is no controller"),
    Case("set-fail-mode br0 secur", "bridge br0: unknown fail mode 'secur'; did you mean 'secure'?"),
    Case("set-ssl k /c /a", "set-ssl: private key 'k' is not an absolute path"),
    Case("set-ssl /k /c", "set-ssl: 3 arguments needed, not 2"),
    Case("set ssl . ca_cert=/x", "no SSL record named '.'; 'set-ssl' makes"),
  ])
  func refusesAndChangesNothing(_ row: Case) throws {
    let plane = try samplePlane()
    let before = plane.configuration
    let error = #expect(throws: CommandError.self) {
      try run("set-fail-mode br1 secure -- \(row.line)", on: plane)
    }
    #expect(error?.message.contains(row.output) == true, "\(error?.message ?? "")")
    #expect(plane.configuration == before)
  }

  @Test func boundsTheNumberOfControllers() throws {
    let plane = try samplePlane()
    let many = (1...65).map { "tcp:192.0.2.\($0)" }.joined(separator: " ")
    let error = #expect(throws: CommandError.self) { try run("set-controller br0 \(many)", on: plane) }
    #expect(error?.message == "bridge br0: more than 64 controllers")
  }

  @Test func fillsInDefaults() throws {
    let plane = try samplePlane()
    let controllers = try plane.configuration.bridge(named: "br0").controllers.map(\.specification)
    #expect(controllers.map(\.kind) == [.primary, .service])
    #expect(controllers.map(\.maximumBackoff) == [8_000, 8_000])
    #expect(controllers.map(\.inactivityProbe) == [5_000, 5_000])
    #expect(controllers.map(\.codePoint) == [48, 48])
    #expect(controllers.map(\.isInBand) == [false, false])
  }
}
