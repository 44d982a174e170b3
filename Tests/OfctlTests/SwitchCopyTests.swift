import ControlProtocol
import Flow
import Match
import OpenFlow
import Testing

@testable import Ofctl

/// What a dry run says of changes that are made over OpenFlow.
@Suite struct SwitchCopyTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var changes: [any MessagePayload]
    /// Lines of differences; an error if it is one line without a sign.
    var shown: [String]
    var testDescription: String { name }
  }

  private static func flow(_ text: String, _ command: FlowMod.Command = .add) throws -> FlowModMessage {
    FlowModMessage(try FlowMod(parsing: text[...], command: command))
  }

  private static func group(_ text: String, _ command: GroupMod.Command = .add) throws -> GroupMod {
    try GroupMod(parsing: text[...], command: command)
  }

  private static func meter(_ text: String, _ command: MeterMod.Command = .add) throws -> MeterMod {
    try MeterMod(parsing: text[...], command: command)
  }

  private static func copy() throws -> SwitchCopy {
    let rules = [
      "priority=5,ip actions=output:1", "priority=4,arp actions=group:1", "table=2 actions=meter:1,output:2",
    ]
    let flows = try rules.map { text in
      let mod = try FlowMod(parsing: text[...], command: .add)
      return FlowStatistics(
        table: mod.table, priority: mod.priority, match: mod.match, cookie: 0, actions: mod.actions)
    }
    let first = try group("group_id=1,type=all,bucket=bucket_id:1,actions=output:1")
    return try SwitchCopy(
      flows: flows, groups: [GroupDescription(group: 1, type: .all, buckets: first.buckets)],
      meters: [try meter("meter=1 kbps bands=type=drop rate=9").config], names: { _ in nil })
  }

  static func cases() throws -> [Case] {
    [
      Case(name: "nothing", changes: [try flow("priority=5,ip,actions=output:1")], shown: []),
      Case(
        name: "add", changes: [try flow("priority=6,ip,actions=drop")],
        shown: ["+ flow: priority=6,ip actions=drop"]),
      Case(
        name: "replace", changes: [try flow("priority=5,ip,actions=drop")],
        shown: ["- flow: priority=5,ip actions=output:1", "+ flow: priority=5,ip actions=drop"]),
      Case(
        name: "modify", changes: [try flow("ip,actions=drop", .modify)],
        shown: ["- flow: priority=5,ip actions=output:1", "+ flow: priority=5,ip actions=drop"]),
      Case(
        name: "delete", changes: [try flow("arp", .delete)], shown: ["- flow: priority=4,arp actions=group:1"]
      ),
      Case(
        name: "overlap", changes: [try flow("priority=5,tcp,check_overlap,actions=drop")],
        shown: ["check_overlap: a rule of priority 5 overlaps with 'ip'"]),
      Case(
        name: "unknown group", changes: [try flow("actions=group:7")],
        shown: ["group 7 does not exist; add it first with add-group"]),
      Case(
        name: "group and rule",
        changes: [
          try group("group_id=2,type=indirect,bucket=output:3"), try flow("priority=1,udp,actions=group:2"),
        ],
        shown: [
          "+ flow: priority=1,udp actions=group:2",
          "+ group: group_id=2,type=indirect,bucket=bucket_id:0,actions=output:3",
        ]),
      Case(
        name: "group again", changes: [try group("group_id=1,type=all")], shown: ["group exists (1)"]),
      Case(
        name: "group with its rule", changes: [try group("group_id=1", .delete)],
        shown: [
          "- flow: priority=4,arp actions=group:1",
          "- group: group_id=1,type=all,bucket=bucket_id:1,actions=output:1",
        ]),
      Case(
        name: "meter", changes: [try meter("meter=1 kbps bands=type=drop rate=7", .modify)],
        shown: [
          "- meter: meter=1 kbps bands= type=drop rate=9", "+ meter: meter=1 kbps bands= type=drop rate=7",
        ]),
      Case(
        name: "meter with its rule", changes: [try meter("meter=1", .delete)],
        shown: ["- flow: table=2, actions=meter:1,output:2", "- meter: meter=1 kbps bands= type=drop rate=9"]),
    ]
  }

  @Test(arguments: try cases())
  func shows(_ row: Case) throws {
    let copy = try Self.copy()
    do {
      for change in row.changes { try copy.change(change) }
    } catch {
      #expect([error.message] == row.shown)
      return
    }
    let lines = copy.differences.map(\.text).joined().split(separator: "\n").map(String.init)
    #expect(lines == row.shown)
  }

  /// The client's changes and the commands that have the option are the same ones.
  @Test func everyChangeHasADryRun() {
    for command in OfctlCommands.all {
      let has = CommandReference.named(command.name)?.changesSomething
      #expect(has == command.changesSwitch, "\(command.name)")
    }
  }
}
