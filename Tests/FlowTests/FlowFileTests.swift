import Flow
import Match
import Testing

@Suite struct FlowFileTests {
  @Test func readsLines() throws {
    let text =
      "# rules\n\n  \t\ntcp,tp_dst=80 actions=drop  # web\r\npriority=5 actions=drop\n   # end\nudp actions=drop"
    var lines: [Int] = []
    var matches: [String] = []
    try FlowFile.forEachRule(of: text, named: "flows.txt", command: .add) { rule, line in
      lines.append(line)
      matches.append(rule.match.description)
    }
    #expect(lines == [4, 5, 7])
    #expect(matches == ["tcp,tp_dst=80", "", "udp"])
    #expect(try FlowFile.parse(text, named: "flows.txt", command: .add).map(\.priority) == [32768, 5, 32768])
    #expect(try FlowFile.parse("", named: "flows.txt", command: .add).isEmpty)
    #expect(try FlowFile.parse("\n\n", named: "flows.txt", command: .add).isEmpty)
  }

  @Test func namesThePlace() {
    let text = "tcp actions=drop\n# ü\n  udp,in_port=ü,tp_dts=80 actions=drop # web\n"
    let ports: PortLookup = { $0 == "ü" ? .local : nil }
    let error = #expect(throws: FlowFileError.self) {
      try FlowFile.parse(text, named: "flows.txt", command: .add, ports: ports)
    }
    #expect(
      error?.description == """
        flows.txt:3:17: unknown field 'tp_dts'; did you mean 'tp_dst'?
            udp,in_port=ü,tp_dts=80 actions=drop
                          ^
        """)
  }
}
