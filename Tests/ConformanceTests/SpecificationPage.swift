import Glibc
import Testing

/// `docs/reference/openflow-1.3.md`: what of OpenFlow 1.3 frames are tested on, from the tests' own rows.
@Suite struct SpecificationPage {
  private static let introduction = """
    # OpenFlow 1.3 on frames

    The sections of OpenFlow 1.3.5 on matches, instructions, actions, groups and meters, one statement a line. Each
    line is a row of a test in `Tests/ConformanceTests` that sends frames through a bridge and compares what leaves,
    byte by byte. This page is written from those rows: `APUS_WRITE_DOCS=1 swift test --filter SpecificationPage`.

    """

  private static let rest = """

    ## Optional parts that are not offered

    - `IN_PHY_PORT` (1), `PBB_ISID` (37) and `IPV6_EXTHDR` (39), the actions Push-PBB, Pop-PBB, Copy-TTL-out and
      Copy-TTL-in: Open vSwitch does not have them either. Rules with them are refused.
    - Experimenter bands of meters.

    """

  static var text: String {
    let fields =
      MatchFieldTests.rows.map { "`\($0.field)`: `\($0.match)`" }
      + ["`0 IN_PORT`", "`2 METADATA`", "`38 TUNNEL_ID`", "the highest priority wins", "table miss"]
    let actions =
      ActionTypeTests.rows.map(\.what) + ["output CONTROLLER: a packet-in", "output TABLE of a packet-out"]
    let groups =
      GroupTypeTests.rows.map(\.what) + [
        "6.5 changes of groups", "5.6.1 fast failover follows the ports' state",
      ]
    let meters = MeterBandTests.rows.map(\.what) + ["6.5 a deleted meter takes its rules along"]
    return introduction
      + section("Match fields, section A.2.3.7, and matching, sections 5.3 and 5.4", fields)
      + section(
        "Instructions, the action set, action lists: sections 5.9 to 5.11", InstructionTests.rows.map(\.what))
      + section("Actions, section 5.12", actions) + section("Groups, section 5.6", groups)
      + section("Meters, section 5.7", meters) + rest
  }

  private static func section(_ title: String, _ lines: [String]) -> String {
    "\n## \(title)\n\n" + lines.map { "- [x] \($0)\n" }.joined()
  }

  @Test func pageIsUpToDate() {
    let path = #filePath.replacing(
      "Tests/ConformanceTests/SpecificationPage.swift", with: "docs/reference/openflow-1.3.md")
    if unsafe getenv("APUS_WRITE_DOCS") != nil {
      guard let file = unsafe fopen(path, "w") else { return }
      unsafe fputs(Self.text, file)
      unsafe fclose(file)
    }
    #expect(read(path) == Self.text, "docs/reference/openflow-1.3.md is not what the tests say")
  }

  private func read(_ path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    while true {
      let byte = unsafe fgetc(file)
      guard byte != EOF else { break }
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
