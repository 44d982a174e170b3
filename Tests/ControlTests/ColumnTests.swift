import Testing

@testable import Control

@Suite struct ColumnTests {
  struct Case: CustomTestStringConvertible {
    var table: Table
    var column: String
    var text: String
    /// As printed: what `get` shows, or the message.
    var result: String
    var testDescription: String { "\(table.rawValue) \(column)=\(text)" }
  }

  private func parse(_ row: Case) throws(CommandError) -> ColumnValue {
    let column = try row.table.column(named: row.column)
    return try column.type.parse(row.text, subject: column.name)
  }

  @Test(arguments: [
    Case(table: .port, column: "tag", text: "10", result: "10"),
    Case(table: .port, column: "tag", text: "[10]", result: "10"),
    Case(table: .port, column: "tag", text: "[]", result: "[]"),
    Case(table: .port, column: "tag", text: "", result: "[]"),
    Case(table: .port, column: "trunks", text: "30,1,2", result: "[1, 2, 30]"),
    Case(table: .port, column: "trunks", text: "[4095, 0]", result: "[0, 4095]"),
    Case(table: .port, column: "trunks", text: "5-8,1", result: "[1, 5, 6, 7, 8]"),
    Case(table: .port, column: "trunks", text: "7", result: "[7]"),
    Case(table: .port, column: "vlan_mode", text: "native-untagged", result: "native-untagged"),
    Case(table: .port, column: "vlan-mode", text: "\"trunk\"", result: "trunk"),
    Case(table: .port, column: "protected", text: "true", result: "true"),
    Case(table: .port, column: "other_config", text: "{}", result: "{}"),
    Case(
      table: .port, column: "other_config", text: "{qinq-ethtype=802.1q, priority-tags=always}",
      result: #"{priority-tags=always, qinq-ethtype="802.1q"}"#),
    Case(table: .port, column: "external_ids", text: #"a=b,"c d"="e=f""#, result: #"{a=b, "c d"="e=f"}"#),
    Case(table: .port, column: "external_ids", text: #"q="\"\\\n\u0041""#, result: #"{q="\"\\\nA"}"#),
    Case(table: .bridge, column: "fail_mode", text: "secure", result: "secure"),
    Case(
      table: .bridge, column: "protocols", text: "OpenFlow13,OpenFlow10", result: "[OpenFlow10, OpenFlow13]"),
    Case(
      table: .bridge, column: "other_config", text: "datapath-id=0x1F",
      result: #"{datapath-id="000000000000001f"}"#),
    Case(
      table: .bridge, column: "other_config", text: "hwaddr=2:0:0:0:0:A",
      result: #"{hwaddr="02:00:00:00:00:0a"}"#),
    Case(table: .bridge, column: "other_config", text: "mac-aging-time=60", result: "{mac-aging-time=60}"),
    Case(table: .interface, column: "type", text: "\"\"", result: #""""#),
    Case(table: .interface, column: "ofport_request", text: "65279", result: "65279"),
    Case(table: .interface, column: "options", text: "peer=p-1", result: "{peer=p-1}"),
  ])
  func parsesAndPrints(_ row: Case) throws {
    #expect(try parse(row).description == row.result)
  }

  @Test(arguments: [
    Case(table: .port, column: "tag", text: "4096", result: "tag: '4096' is not an integer from 0 to 4095"),
    Case(table: .port, column: "tag", text: "1,2", result: "tag: one value is needed, '1,2' holds 2"),
    Case(table: .port, column: "trunks", text: "a", result: "trunks: 'a' is not an integer from 0 to 4095"),
    Case(table: .port, column: "trunks", text: "1,1", result: "trunks: '1' is given twice"),
    Case(table: .port, column: "trunks", text: "9-5", result: "trunks: the range '9-5' is empty"),
    Case(table: .port, column: "trunks", text: "[1", result: "trunks: '[' without ']'"),
    Case(table: .port, column: "protected", text: "yes", result: "protected: 'yes' is not true or false"),
    Case(table: .port, column: "protected", text: "", result: "protected: '' is not true or false"),
    Case(
      table: .port, column: "external_ids", text: "a", result: "external_ids: 'a' needs a value: KEY=VALUE"),
    Case(
      table: .port, column: "external_ids", text: "a=1,a=2", result: "external_ids: key 'a' is given twice"),
    Case(
      table: .port, column: "external_ids", text: "a=\"b",
      result: "external_ids: a closing quotation mark is missing"),
    Case(
      table: .port, column: "external_ids", text: #"a="\x""#,
      result: #"external_ids: a \ stands before one of " \ / b f n r t u"#),
    Case(
      table: .port, column: "vlan_mode", text: "acces",
      result:
        "vlan_mode: 'acces' is not one of access, trunk, native-tagged, native-untagged, dot1q-tunnel; did you mean 'access'?"
    ),
    Case(
      table: .port, column: "other_config", text: "qinq-ethtyp=1",
      result:
        "other_config: unknown key 'qinq-ethtyp'; did you mean 'qinq-ethtype'? (allowed: priority-tags, qinq-ethtype)"
    ),
    Case(
      table: .bridge, column: "other_config", text: "mac-table-size=9",
      result: "other_config:mac-table-size: '9' is not an integer from 10 to 1000000"),
    Case(
      table: .bridge, column: "other_config", text: "hwaddr=01:00:00:00:00:00",
      result:
        "other_config:hwaddr: '01:00:00:00:00:00' is not a unicast MAC address such as 02:00:00:00:00:01"),
    Case(
      table: .bridge, column: "other_config", text: "datapath-id=0",
      result: "other_config:datapath-id: '0' is not 1 to 16 hexadecimal digits, not all 0"),
    Case(
      table: .bridge, column: "protocols", text: "OpenFlow16",
      result:
        "protocols: 'OpenFlow16' is not one of OpenFlow10, OpenFlow11, OpenFlow12, OpenFlow13, OpenFlow14, OpenFlow15; did you mean 'OpenFlow10'?"
    ),
    Case(
      table: .interface, column: "ofport_request", text: "0",
      result: "ofport_request: '0' is not an integer from 1 to 65279"),
  ])
  func explainsItself(_ row: Case) {
    let error = #expect(throws: CommandError.self) { try parse(row) }
    #expect(error?.message == row.result)
  }

  @Test func listsColumnsInAlphabeticalOrder() {
    for table in Table.allCases { #expect(table.columns.map(\.name) == table.columns.map(\.name).sorted()) }
  }

  @Test(arguments: [
    ("plain-word.1", "plain-word.1"), ("_x", "_x"), ("true", #""true""#), ("", #""""#), ("1a", #""1a""#),
    ("a b", #""a b""#), ("ä", #""ä""#),
  ])
  func quotesWhatIsNoPlainWord(text: String, printed: String) {
    #expect(Atom.string(text).description == printed)
  }
}
