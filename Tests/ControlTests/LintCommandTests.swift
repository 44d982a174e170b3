import ControlProtocol
import Datapath
import TestKit
import Testing

@testable import Control

/// The command `lint` on a running bridge.
@Suite(.enabled(if: NetworkLab.isAvailable), .serialized) struct LintCommandTests {
  private func run(_ rules: [String], json: Bool = false, words: String = "lint tb0") throws -> RunResult {
    let lab = try NetworkLab()
    let running = RunningSwitch(try Switch())
    defer { running.stop() }
    let plane = ControlPlane(running: running)
    let start =
      "add-br tb0 -- set interface tb0 options:netns=\(lab.name) -- set bridge tb0 fail_mode=secure"
      + " -- add-port tb0 p1 -- set interface p1 type=null"
    _ = try plane.run(RunRequest(words: ControlPlaneTests.words(start)))
    for rule in rules { _ = try plane.run(RunRequest(words: ["add-flow", "tb0", rule])) }
    return try plane.run(RunRequest(words: ControlPlaneTests.words(words), json: json))
  }

  @Test func findsNothingInACleanBridge() throws {
    #expect(try run(["actions=normal"]) == RunResult(output: "nothing found\n"))
  }

  @Test func saysWhatIsWrong() throws {
    let result = try run(["priority=2,ip,actions=drop", "priority=1,tcp,actions=LOCAL"])
    #expect(
      result.output == """
        warning shadowed-rule: priority=1,tcp actions=LOCAL
          'priority=2,ip actions=drop' takes every frame that this rule could take.
          Give it a priority above 2, or delete it.
        1 warning

        """)
    #expect(result.status == 1)
  }

  @Test func namesPorts() throws {
    let rules = ["priority=2,ip,actions=output:1", "priority=1,tcp,actions=drop"]
    #expect(
      try run(rules, words: "lint tb0 --names").output.contains("'priority=2,ip actions=output:p1' takes"))
  }

  @Test func notesLeaveTheExitStatusAtZero() throws {
    let result = try run(["actions=resubmit(,5)"], json: true)
    #expect(result.status == 0)
    let finding: JSONValue = .object([
      "severity": .string("note"), "code": .string("empty-table"), "table": .integer(0),
      "subject": .string("actions=resubmit(,5)"),
      "problem": .string("It sends frames to table 5, which has no rule and does nothing to them"),
      "advice": .string("Add rules to table 5, or take the resubmit out"),
    ])
    let expected: JSONValue = .object([
      "bridge": .string("tb0"), "errors": .integer(0), "warnings": .integer(0), "notes": .integer(1),
      "findings": .array([finding]),
    ])
    #expect(result.output == expected.text(isIndented: true) + "\n")
  }
}
