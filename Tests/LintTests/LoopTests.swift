import Lint
import Testing

/// Loops among tables.
@Suite struct LoopTests {
  struct Case: CustomTestStringConvertible {
    var rules: [String]
    /// The way of the only loop; `nil` for none.
    var way: String?
    var continuing: Set<UInt8> = []
    var testDescription: String { rules.joined(separator: " | ") }
  }

  static let cases: [Case] = [
    Case(rules: ["actions=resubmit(,0)"], way: "table 0 'actions=resubmit(,0)' -> table 0"),
    Case(
      rules: ["ip actions=resubmit(,1)", "table=1,tcp actions=resubmit(,0)"],
      way: "table 0 'ip actions=resubmit(,1)' -> table 1 'table=1, tcp actions=resubmit(,0)' -> table 0"),
    Case(rules: ["ip actions=resubmit(,1)", "table=1,arp actions=resubmit(,0)"], way: nil),
    // The register says that the frame was here.
    Case(rules: ["reg0=0 actions=load:1->NXM_NX_REG0[],resubmit(,0)"], way: nil),
    Case(
      rules: ["priority=9,reg0=1 actions=output:1", "priority=1 actions=load:1->NXM_NX_REG0[],resubmit(,0)"],
      way: nil),
    // Nobody writes the register.
    Case(rules: ["ip actions=resubmit(,1)", "table=1,reg3=7 actions=resubmit(,0)"], way: nil),
    Case(rules: ["in_port=1 actions=resubmit(2,0)", "in_port=2 actions=output:3"], way: nil),
    Case(
      rules: ["in_port=1 actions=resubmit:2", "in_port=2 actions=resubmit:1"],
      way: "table 0 'in_port=1 actions=resubmit:2' -> table 0 'in_port=2 actions=resubmit:1' -> table 0"),
    // A rule at the way takes the frames out.
    Case(
      rules: [
        "ip actions=resubmit(,1)", "table=1,priority=9,ip actions=drop",
        "table=1,priority=1 actions=resubmit(,0)",
      ],
      way: nil),
    Case(
      rules: ["actions=goto_table:1", "table=2 actions=resubmit(,0)"],
      way: "table 0 'actions=goto_table:1' -> table 2 'table=2, actions=resubmit(,0)' -> table 0",
      continuing: [1]),
    // What a rule does that was looked up before stays done.
    Case(
      rules: [
        "reg0=1 actions=resubmit(,1),resubmit(,2)", "table=1 actions=load:2->NXM_NX_REG0[]",
        "table=2,reg0=2 actions=load:1->NXM_NX_REG0[],resubmit(,0)",
      ],
      way:
        "table 0 'reg0=0x1 actions=resubmit(,1),resubmit(,2)' -> table 2 'table=2, reg0=0x2 actions=load:0x1->NXM_NX_REG0[],resubmit(,0)' -> table 0"
    ),
    Case(
      rules: ["actions=clone(dec_ttl,resubmit(,0))"],
      way: "table 0 'actions=clone(dec_ttl,resubmit(,0))' -> table 0"),
    Case(
      rules: [
        "reg0=0 actions=move:NXM_NX_REG1[]->NXM_NX_REG0[],resubmit(,0)",
        "reg1=1 actions=load:1->NXM_NX_REG1[]",
      ],
      way: "table 0 'reg0=0 actions=move:NXM_NX_REG1[]->NXM_NX_REG0[],resubmit(,0)' -> table 0"),
  ]

  @Test(arguments: cases)
  func findsLoops(_ row: Case) throws {
    let found = Linter.findings(in: try LintSubject(row.rules, continuing: row.continuing))
      .filter { $0.code == .resubmitLoop }
    let prefix = "Frames can go round until a limit drops them: "
    #expect(found.map { String($0.problem.dropFirst(prefix.count)) } == (row.way.map { [$0] } ?? []))
  }
}
