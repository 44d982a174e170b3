import Flow
import Match
import Testing

/// Texts of meters; what is printed is what `ovs-ofctl ofp-print` prints for the message that they make.
@Suite struct MeterTextTests {
  static let accepted: [(text: String, printed: String)] = [
    (
      "meter=1 kbps burst stats bands=type=drop rate=1000 burst_size=100",
      "meter=1 kbps burst stats bands=\ntype=drop rate=1000 burst_size=100"
    ),
    ("meter=2,pktps,bands=type=drop,rate=4294967295", "meter=2 pktps bands=\ntype=drop rate=4294967295"),
    (
      "meter=controller pktps stats bands=type=drop rate=1",
      "meter=controller pktps stats bands=\ntype=drop rate=1"
    ),
    ("meter=slowpath pktps bands=type=drop rate=1", "meter=slowpath pktps bands=\ntype=drop rate=1"),
    (
      "meter=3 kbps bands=type=dscp_remark,rate=10,prec_level=2,type=drop,rate=20",
      "meter=3 kbps bands=\ntype=dscp_remark rate=10 prec_level=2\ntype=drop rate=20"
    ),
    ("meter=0xffff0000 kbps bands=type=drop rate=1 rate=2", "meter=4294901760 kbps bands=\ntype=drop rate=2"),
  ]

  @Test(arguments: accepted.indices)
  func reads(_ index: Int) throws {
    let row = Self.accepted[index]
    let mod = try MeterMod(parsing: row.text[...], command: .add)
    #expect("\(mod)" == "ADD " + row.printed)
    #expect(try MeterMod(parsing: row.printed[...], command: .add) == mod)
  }

  static let refused: [(text: String, offset: Int, part: String)] = [
    ("meter=1 bands=type=drop rate=1", 30, "kbps or pktps"),
    ("meter=1 kbps pktps bands=type=drop rate=1", 0, "contradicts"),
    ("meter=1 kbps", 12, "bands="),
    ("meter=1 kbps bands=", 19, "bands="),
    ("kbps bands=type=drop rate=1", 27, "meter="),
    ("meter=0 kbps bands=type=drop rate=1", 6, "out of range"),
    ("meter=0xffff0001 kbps bands=type=drop rate=1", 6, "out of range"),
    ("meter=foo kbps bands=type=drop rate=1", 6, "meter"),
    ("meter=1 kbsp bands=type=drop rate=1", 8, "'kbps'"),
    ("meter=1 kbps=1 bands=type=drop rate=1", 13, "no value"),
    ("meter=1 kbps bands=type=drop", 28, "rate="),
    ("meter=1 kbps bands=type=drop rate=0", 34, "rate"),
    ("meter=1 kbps bands=type=foo rate=1", 24, "band type"),
    ("meter=1 kbps bands=rate=1 type=drop", 19, "type="),
    ("meter=1 kbps bands=type=drop rate=1 burst_size=5", 36, "without burst"),
    ("meter=1 kbps burst bands=type=drop rate=1", 41, "burst_size="),
    ("meter=1 kbps bands=type=drop rate=1 prec_level=5", 36, "dscp_remark"),
    ("meter=1 kbps bands=type=dscp_remark rate=1", 42, "prec_level="),
    ("meter=1 kbps bands=type=dscp_remark rate=1 prec_level=300", 54, "out of range"),
    ("meter=1 kbps bands=type=drop rate=1 foo=2", 36, "key of a band"),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) {
    let row = Self.refused[index]
    do throws(FlowSyntaxError) {
      let mod = try MeterMod(parsing: row.text[...], command: .add)
      Issue.record("\(row.text) was read as \(mod)")
    } catch {
      #expect(error.offset == row.offset, "\(row.text): \(error)")
      #expect("\(error)".contains(row.part), "\(row.text): \(error)")
    }
  }

  @Test func aDeleteNeedsTheNumberAlone() throws {
    let mod = try MeterMod(parsing: "meter=all", command: .delete)
    #expect(mod.config == MeterConfig(meter: MeterID.all))
    #expect("\(mod)" == "DEL meter=all bands=")
  }

  @Test func numbersAreFoundAlone() throws {
    #expect(try MeterID.parse("meter=5") == 5)
    #expect(try MeterID.parse("slowpath") == MeterID.slowPath)
    #expect(throws: FlowSyntaxError.self) { try MeterID.parse("meter=") }
  }

  @Test func survivesCutTexts() {
    for row in Self.accepted {
      for count in 0...row.text.count { _ = try? MeterMod(parsing: row.text.prefix(count), command: .add) }
    }
  }
}
