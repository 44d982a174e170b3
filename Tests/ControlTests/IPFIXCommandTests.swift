import ControlProtocol
import Testing

@testable import Control

/// Collector sets and exporters as records, without a switch.
@Suite struct IPFIXCommandTests {
  @discardableResult
  private func run(_ line: String, on plane: ControlPlane) throws(CommandError) -> String {
    try plane.run(RunRequest(words: ControlPlaneTests.words(line))).output
  }

  private func samplePlane() throws -> ControlPlane {
    let plane = ControlPlane(running: nil)
    try run(
      """
      add-br br0 -- add-br br1 -- --id=@br get bridge br0 \
      -- --id=@i create ipfix targets=127.0.0.1:4739,[::1] cache_active_timeout=60 \
      -- create flow_sample_collector_set id=1 bridge=@br ipfix=@i
      """, on: plane)
    return plane
  }

  typealias Case = CommandCase

  @Test(arguments: [
    Case("get flow_sample_collector_set br0/1 id bridge", "1\nbr0\n"),
    Case(
      "get ipfix br0/1 targets cache_active_timeout cache_max_flows",
      "[\"127.0.0.1:4739\", \"[::1]\"]\n60\n[]\n"),
    Case(
      "set ipfix br0/1 cache_max_flows=5 template_interval=7 -- get ipfix br0/1 cache_max_flows template_interval",
      "5\n7\n"),
    Case(
      "add ipfix br0/1 targets 192.0.2.1 -- get ipfix br0/1 targets",
      "[\"127.0.0.1:4739\", \"192.0.2.1\", \"[::1]\"]\n"),
    Case(
      "--columns=id find flow_sample_collector_set bridge=br0", "id                  : 1\n"),
    Case("destroy flow_sample_collector_set br0/1 -- list flow_sample_collector_set", ""),
    Case("--if-exists destroy ipfix br0/7", ""),
    Case("del-br br0 -- list flow_sample_collector_set", ""),
    Case("clear flow_sample_collector_set br0/1 ipfix -- get flow_sample_collector_set br0/1 ipfix", "[]\n"),
  ])
  func answers(_ row: Case) throws {
    #expect(try run(row.line, on: samplePlane()) == row.output)
  }

  @Test(arguments: [
    Case(
      "create ipfix targets=127.0.0.1",
      "create ipfix: --id=@NAME is needed, by which 'create flow_sample_collector_set ... ipfix=@NAME' gives it to a collector set"
    ),
    Case(
      "create bridge name=br5",
      "create: records of Bridge are made by add-br, add-port, set-controller and set-ssl; 'create' makes those of Mirror, Flow_Sample_Collector_Set and IPFIX"
    ),
    Case(
      "create flow_sample_collector_set id=1 bridge=br0",
      "Flow_Sample_Collector_Set br0/1: the bridge has a set with that id"),
    Case(
      "create flow_sample_collector_set id=1 bridge=br7",
      "Flow_Sample_Collector_Set br7/1: bridge: no bridge named 'br7'; did you mean 'br0'?"),
    Case("create flow_sample_collector_set id=9", "Flow_Sample_Collector_Set: bridge: must be set"),
    Case(
      "create flow_sample_collector_set id=9 bridge=@x",
      ": bridge: '@x' is no record: '--id=@x get Bridge NAME' in the same command line names one"),
    Case(
      "--id=@p get port br0 -- create flow_sample_collector_set id=9 bridge=@p",
      ": bridge: '@p' is a record of Port, one of Bridge is needed"),
    Case(
      "--id=@p get port br0 -- --id=@p get bridge br0", "--id: '@p' is given to two records"),
    Case("--id=p get port br0", "--id: 'p' does not begin with '@', as '@p' does"),
    Case(
      "set ipfix br0/1 targets=collector.example",
      "IPFIX br0/1: targets: 'collector.example': 'collector.example' is not an IP address; names are not looked up (the form is IP[:PORT])"
    ),
    Case(
      "set ipfix br0/1 targets=127.0.0.1:0",
      "IPFIX br0/1: targets: '127.0.0.1:0': ':0' is not ':' and a port from 1 to 65535 (the form is IP[:PORT])"
    ),
    Case("set ipfix br0/2 cache_max_flows=1", "no IPFIX record named 'br0/2'; did you mean 'br0/1'?"),
    Case(
      "set ipfix br0/1 sampling=1",
      "unknown column 'sampling'"),
  ])
  func refuses(_ row: Case) throws {
    let plane = try samplePlane()
    let before = plane.configuration
    let error = try #require(throws: CommandError.self) { try run(row.line, on: plane) }
    #expect(error.message.contains(row.output), "\(error.message)")
    #expect(plane.configuration == before)
  }

  @Test func createPrintsTheNameOfTheRecord() throws {
    let plane = try samplePlane()
    let id = try run("create flow_sample_collector_set id=2 bridge=br1", on: plane).filter { $0 != "\n" }
    #expect(RecordID(id) != nil)
    #expect(try run("get flow_sample_collector_set \(id) id", on: plane) == "2\n")
  }

  /// A name may be used before the command that gives it, and an exporter goes with the last set that has it.
  @Test func namesHoldForTheWholeLine() throws {
    let plane = try samplePlane()
    try run(
      "create flow_sample_collector_set id=2 bridge=br1 ipfix=@i -- --id=@i create ipfix cache_max_flows=8",
      on: plane)
    #expect(try run("get ipfix br1/2 cache_max_flows", on: plane) == "8\n")
    #expect(plane.configuration.ipfix.count == 2)
    #expect(throws: CommandError.self) { try run("destroy ipfix br1/2", on: plane) }
    try run("destroy flow_sample_collector_set br1/2", on: plane)
    #expect(plane.configuration.ipfix.count == 1)
  }
}
